"""Logging in from Python: what the magics do, as functions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .accounts import account_for, log_out, login_for
from .identity import Identity, identity_of
from .login.view import steps_text
from .mode import parse_mode

if TYPE_CHECKING:
    import requests

    from .login.login import Login


def login(
    endpoint: str | None = None,
    mode: str = "auto",
    wait: bool = False,  # noqa: FBT001, FBT002 - read as `wait=True`
    timeout: float | None = None,
) -> Login:
    """Log in to Flyte.

    It goes on in the background; however often it is asked for, one login to an endpoint goes
    on at a time.

    Args:
        endpoint: Host and port of Flyte admin; the configured one by default.
        mode: ``auto``, ``device``, ``pkce``, ``client-credentials`` or ``command``. With
            ``auto``, tokens that are there and good are used; else what is configured, or what
            fits the place where the kernel runs.
        wait: Whether to return only when somebody is logged in. What to do is then written to
            stderr.
        timeout: When to give up, in seconds; None for when the server does.

    Raises:
        ConfigError: The configuration, or the endpoint, cannot be used.
        InvalidValueError: There is no such mode.
        AuthenticationError: With *wait*: nobody is logged in; its subclasses say why.
    """
    begun = login_for(account_for(endpoint), parse_mode(mode), timeout_s=timeout)
    if wait:
        wait_for(begun)
    return begun


def wait_for(begun: Login) -> None:
    """Return when *begun* has ended well; write to stderr what the user has to do.

    Raises:
        AuthenticationError: Nobody is logged in.
    """
    told: tuple[object, ...] = ()

    def tell() -> None:
        nonlocal told
        now = begun.now
        steps = (now.user_code, now.authorization_url, now.paste_because)
        if any(steps) and steps != told:
            told = steps
            sys.stderr.write(f"{steps_text(begun)}\n")
            sys.stderr.flush()

    stop = begun.on_change(tell)
    try:
        tell()
        begun.wait()
    except KeyboardInterrupt:
        begun.cancel()
        raise
    finally:
        stop()


def session(endpoint: str | None = None) -> requests.Session:
    """Return a session whose calls to Flyte admin are logged in.

    The token is renewed when it ends, or when admin refuses it; it goes to admin and nowhere
    else. Calls raise `AccessTokenNotFoundError` where nobody is logged in.

    Args:
        endpoint: Host and port of Flyte admin; the configured one by default.

    Raises:
        ConfigError: The configuration, or the endpoint, cannot be used.
    """
    return account_for(endpoint).session()


def whoami(endpoint: str | None = None) -> Identity:
    """Return who is logged in, for how long, and where that is kept.

    Args:
        endpoint: Host and port of Flyte admin; the configured one by default.

    Raises:
        ConfigError: The configuration, or the endpoint, cannot be used.
        RemoteError: Admin could not be asked.
    """
    return identity_of(account_for(endpoint))


def logout(endpoint: str | None = None) -> str:
    """Log out: tokens are given back, where the server takes them, and deleted.

    Args:
        endpoint: Host and port of Flyte admin; the configured one by default.

    Returns:
        What was done, in a sentence.

    Raises:
        ConfigError: The configuration, or the endpoint, cannot be used.
    """
    account = account_for(endpoint)
    had_tokens, problem = log_out(account)
    if not had_tokens:
        return f"nobody was logged in to {account.admin.address}"
    return f"logged out of {account.admin.address}" + (f"; {problem}" if problem else "")
