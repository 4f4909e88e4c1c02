"""What a login does in its thread: choose a way, go it, keep the tokens."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from flyte_nb.auth.driver.driver import Driver
from flyte_nb.auth.flows.device import device_login
from flyte_nb.auth.flows.pkce import pkce_login
from flyte_nb.auth.flows.steps import BrowserPrompt, DevicePrompt
from flyte_nb.auth.mode import Mode, choose_mode, configured_mode, written_mode
from flyte_nb.errors import (
    AccessTokenNotFoundError,
    AuthenticationError,
    FlyteNbError,
    RemoteError,
    TokenStoreError,
)

from .state import LoginState

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.auth.account import Account
    from flyte_nb.auth.credentials import Credentials
    from flyte_nb.auth.driver.driver import Told
    from flyte_nb.auth.flows.steps import Flow

    from .course import Course

_LOG = logging.getLogger(__name__)
_NO_LOGIN = "admin wants no login"


@dataclass(kw_only=True)
class LoginWork:
    """Logs in to *account*, and has *course* tell of it.

    Attributes:
        account: What to log in to.
        course: Where it is told how far it is.
        asked: The way that was asked for.
        is_fresh: Whether to log in also where there are tokens that are good.
        why_no_browser: Says why a browser on this machine would not be the user's, if so.
        open_browser: Opens a page in the user's browser; returns whether it has.
        driver: What runs the flow, once there is one.
        ends: When the user is waited for no more, whatever the server says.
    """

    account: Account
    course: Course
    asked: Mode
    is_fresh: bool
    why_no_browser: Callable[[], str]
    open_browser: Callable[[str], bool]
    driver: Driver | None = field(default=None, init=False)
    ends: datetime | None = field(default=None, init=False)

    def run(self) -> None:
        """Do it all; whatever happens, the course comes to an end."""
        try:
            self._log_in()
        except FlyteNbError as error:
            self.course.end(_alone(error))
        except Exception as error:  # noqa: BLE001 - a login must end, whatever happens
            _LOG.debug("a login ended by a fault", exc_info=True)
            self.course.end(AuthenticationError(f"the login has failed: {type(error).__name__}"))

    def end_by(self, moment: datetime) -> None:
        """Say that the user is waited for until *moment* at most."""
        with self.course.lock:
            self.ends = moment if self.ends is None else min(moment, self.ends)
            until = self.course.now.expires_at
            is_sooner = until is not None and until > moment and self.course.say(expires_at=moment)
        if is_sooner:
            self.course.tell()

    def _log_in(self) -> None:
        account, asked, configured = self.account, self.asked, self.account.platform.auth_mode
        mode = configured_mode(configured) if asked is Mode.AUTO else asked
        if (mode if mode.asks_nobody else None) is not account.machine_mode:
            raise AuthenticationError(
                f"{account.admin.address} is not configured for a login by {mode.value}",
                hint="set credentials.auth_mode, by which tokens are renewed, too:"
                " %flyte_config set credentials.auth_mode="
                f"{written_mode(mode)}",
            )
        if mode.asks_nobody:
            self.course.change(mode=mode, reason="as configured" if asked is Mode.AUTO else "")
            if mode is Mode.CLIENT_CREDENTIALS and account.client(anew=True) is None:
                self.course.finish(is_open=True, reason=_NO_LOGIN)
            else:
                self._keep(self._drive(account.machine_flow()))
            return
        if asked is Mode.AUTO and not self.is_fresh and self._has_tokens():
            return
        client = account.client(anew=True)
        if client is None:
            self.course.finish(is_open=True, reason=_NO_LOGIN)
            return
        mode, reason = choose_mode(asked, configured, client, self.why_no_browser)
        self.course.change(mode=mode, reason=reason)
        flow = device_login if mode is Mode.DEVICE else pkce_login
        self._keep(self._drive(flow(client, account.platform.endpoint)))

    def _has_tokens(self) -> bool:
        """Return whether there are tokens that admin takes; say then who is logged in."""
        try:
            if self.account.keeper.token() is None:
                return False
            try:
                user = self.account.user()
            except AuthenticationError:
                raise
            except RemoteError:
                user = None  # admin cannot say who it is now; the tokens may be good
        except AccessTokenNotFoundError:
            return False
        except AuthenticationError as error:
            # The server refuses to renew them, or nobody has to log in any more.
            if error.error or self.account.client(anew=True) is None:
                return False
            raise
        self.course.finish(reason="the tokens that are there are good", user=user)
        return True

    def _drive(self, flow: Flow) -> Credentials:
        with self.account.plain_session() as session:
            driver = Driver(session, self._tell)
            with self.course.lock:
                self.driver = driver
                if self.course.is_over:  # cancelled meanwhile
                    driver.cancel()
            return driver.run(flow)

    def _tell(self, told: Told) -> None:
        if isinstance(told, DevicePrompt):
            self.course.change(
                state=LoginState.WAITING,
                user_code=told.user_code,
                verification_uri=told.verification_uri,
                verification_uri_complete=told.verification_uri_complete,
                expires_at=self._until(told.expires_in_s),
                interval_s=told.interval_s,
            )
        elif isinstance(told, BrowserPrompt):
            problem = told.problem or self.why_no_browser()
            self.course.change(
                state=LoginState.WAITING,
                authorization_url=told.url,
                paste_because=problem,
                expires_at=self._until(told.expires_in_s),
            )
            if not problem:
                # A browser that is begun from here may go on until its window is closed.
                threading.Thread(target=self._open, args=(told.url,), daemon=True).start()
        else:
            self.course.change(state=LoginState.POLLING)

    def _until(self, seconds: float) -> datetime:
        until = datetime.now(timezone.utc) + timedelta(seconds=seconds)
        return until if self.ends is None else min(until, self.ends)

    def _open(self, url: str) -> None:
        is_open = False
        with suppress(Exception):
            is_open = self.open_browser(url)
        if not is_open:
            self.course.change(paste_because="no browser can open here")

    def _keep(self, credentials: Credentials) -> None:
        if self.course.is_over:
            is_wanted = False
        else:
            with suppress(TokenStoreError):  # what nobody wants may still be kept; see below
                self.account.keeper.offer(credentials, self.course.commit)
            is_wanted = self.course.finish()
        with suppress(FlyteNbError):
            if is_wanted:
                self.course.add(user=self.account.user())
            else:  # cancelled meanwhile: nobody is to have them
                self.account.give_back(credentials)


def _alone(error: FlyteNbError) -> FlyteNbError:
    """Return *error* without the frames that it passed: some have tokens."""
    error.__context__ = error.__cause__ = None
    return error.with_traceback(None)
