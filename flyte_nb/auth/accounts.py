"""The accounts of this process: one for an endpoint, and one login at a time for each."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flyte_nb.config.endpoint import parse_endpoint
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.config.profiles import platform_of, profile_at
from flyte_nb.errors import ConfigError, InvalidValueError

from .account import Account
from .login.login import Login
from .login.state import LoginState
from .mode import Mode, configured_mode, written_mode

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.config.endpoint import Endpoint


_lock = threading.RLock()
_accounts: dict[Endpoint, Account] = {}
_logins: dict[Endpoint, Login] = {}


def platform_for(endpoint: str | None = None) -> PlatformConfig:
    """Return how *endpoint* is reached: as the configuration does that has it.

    Args:
        endpoint: The one of the configuration in force by default.

    Raises:
        ConfigError: The configuration cannot be used.
    """
    configured = PlatformConfig.auto()
    if endpoint is None or _is_same(endpoint, configured):
        return configured
    # A client's secret, or certificates, of one backend are none of another's business.
    profile = profile_at(endpoint)
    if profile is not None:
        return platform_of(profile)
    # However it is written, it is one, also for who keeps its tokens by that text.
    return PlatformConfig.for_endpoint(parse_endpoint(endpoint).url.removeprefix("https://"))


def _is_same(endpoint: str, configured: PlatformConfig) -> bool:
    """Return whether *endpoint* is the configured one, however it is written."""
    if not isinstance(endpoint, str):
        raise InvalidValueError(f"endpoint={endpoint!r} is no text", hint="write HOST or HOST:PORT")
    asked = parse_endpoint(endpoint, insecure=configured.insecure)
    try:
        return asked == parse_endpoint(configured.endpoint, insecure=configured.insecure)
    except ConfigError:
        return False


def account_for(endpoint: str | None = None) -> Account:
    """Return the account at *endpoint*, by the configuration as it is now.

    Raises:
        ConfigError: The configuration, or the endpoint, cannot be used.
    """
    return account_of(platform_for(endpoint))


def account_of(platform: PlatformConfig) -> Account:
    """Return the account at the endpoint of *platform*, reached as that says.

    Raises:
        ConfigError: The endpoint cannot be used.
    """
    where = parse_endpoint(platform.endpoint, insecure=platform.insecure)
    with _lock:
        known = _accounts.get(where)
        if known is None or known.configured != platform:
            known = _accounts[where] = Account(platform)
        return known


def login_for(account: Account, mode: Mode = Mode.AUTO, **how: Any) -> Login:
    """Return the login to *account* that goes on, or begin one.

    Another mode than that of the one that goes on ends it. Where a mode is asked for by which
    the configuration does not log in, as a machine in the place of a user, the endpoint has
    another account from when that has logged in, until somebody logs out or the configuration
    changes.

    Args:
        account: What to log in to.
        mode: The way to do it.
        how: What `Login` takes beside.
    """
    with _lock:
        account = _for_mode(account, mode)
        current = _logins.get(account.admin)
        if current is not None and _goes_on(current, account, mode):
            login = current
        else:
            login = _logins[account.admin] = Login(account, mode, **how)
    # Without the lock: a login tells others of its changes, who may wait for it.
    if login is current:
        if how.get("timeout_s") is not None:
            login.end_after(how["timeout_s"])
        return login
    if current is not None:
        current.cancel()  # who follows it finds the one that follows on it
    _take_over(login)
    return login


def _goes_on(current: Login, account: Account, mode: Mode) -> bool:
    """Return whether *current* is a login to *account* by *mode* that is not over."""
    is_wanted = mode in {Mode.AUTO, current.asked_mode, current.now.mode}
    return is_wanted and not current.is_over and current.account.platform == account.platform


def _take_over(login: Login) -> None:
    """Let the endpoint have the account of *login* from when that has ended well."""
    is_done = threading.Event()

    def look() -> None:
        with _lock:
            if is_done.is_set() or login.state is not LoginState.AUTHORIZED:
                return
            is_done.set()  # once: somebody may log out before all is known of who logged in
            if _logins.get(login.account.admin) is login:
                _accounts[login.account.admin] = login.account

    login.on_change(look)
    look()


def _for_mode(account: Account, mode: Mode) -> Account:
    """Return the account that *mode* logs in to."""
    wanted, is_user = account.configured, not mode.asks_nobody
    configured = configured_mode(wanted.auth_mode)
    if mode not in {Mode.AUTO, configured} and not (is_user and not configured.asks_nobody):
        wanted = replace(wanted, auth_mode=written_mode(mode))
    is_it = wanted == account.platform
    return account if is_it else Account(wanted, configured=account.configured)


def log_out(account: Account) -> tuple[bool, str]:
    """Give the tokens of *account* back and forget them.

    Where another one than the configured one had logged in, this is in force again.

    Returns:
        Whether there were any, and what could not be done.

    Raises:
        TokenStoreError: The store may still have them.
    """
    with _lock:
        current = _logins.get(account.admin)
        if _accounts.get(account.admin) is account and account.configured != account.platform:
            del _accounts[account.admin]
    if current is not None:
        current.cancel()
    had_tokens = account.keeper.current() is not None
    return had_tokens, account.log_out()


def last_login(account: Account) -> Login | None:
    """Return the login to *account* that was begun last, None where none was."""
    with _lock:
        return _logins.get(account.admin)


def forget_accounts() -> Callable[[], None]:
    """Begin with none, as a new process does; return what brings them back."""
    with _lock:
        accounts, logins = dict(_accounts), dict(_logins)
        _accounts.clear()
        _logins.clear()

    def back() -> None:
        with _lock:
            _accounts.clear()
            _accounts.update(accounts)
            _logins.clear()
            _logins.update(logins)

    return back
