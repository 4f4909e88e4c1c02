"""A login that goes on in the background, and can be asked how far it is."""

from __future__ import annotations

import threading
import webbrowser
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from flyte_nb.auth.flows.pkce import why_not_from
from flyte_nb.auth.host import why_no_browser
from flyte_nb.auth.mode import Mode
from flyte_nb.errors import (
    AuthenticationError,
    InvalidValueError,
    LoginCancelledError,
    LoginExpiredError,
)

from .course import Course
from .state import LoginState
from .work import LoginWork

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from flyte_nb.auth.account import Account
    from flyte_nb.errors import FlyteNbError

    from .state import LoginMoment

_LONGEST_S = 366 * 24 * 3600.0
STEPS_S = 3.0  # in which most servers say how to log in


def checked_timeout(timeout: Any) -> float:
    """Return *timeout*, as seconds that a thread can wait.

    Raises:
        InvalidValueError: It is no number of seconds.
    """
    is_number = isinstance(timeout, (int, float)) and not isinstance(timeout, bool)
    if not is_number or not timeout > 0:
        raise InvalidValueError(
            f"timeout={timeout!r} is no time", hint="give seconds, more than 0, or None"
        )
    return min(float(timeout), threading.TIMEOUT_MAX, _LONGEST_S)


class Login:
    """Logs in to one endpoint, and can be asked how far it is; in any thread.

    Args:
        account: What to log in to.
        mode: The way to do it.
        is_fresh: Whether to log in also where there are tokens that are good.
        timeout_s: When to give up, in seconds from now; None for when the server does.
        why_no_browser: Says why a browser on this machine would not be the user's, if so.
        open_browser: Opens a page in the user's browser; returns whether it has.
    """

    def __init__(  # noqa: PLR0913 - what a test, or a host, does otherwise
        self,
        account: Account,
        mode: Mode = Mode.AUTO,
        *,
        is_fresh: bool = False,
        timeout_s: float | None = None,
        why_no_browser: Callable[[], str] = why_no_browser,
        open_browser: Callable[[str], bool] = webbrowser.open,
    ) -> None:
        if timeout_s is not None:
            timeout_s = checked_timeout(timeout_s)
        self.account = account
        self.asked_mode = mode
        self.is_fresh = is_fresh
        self._course = Course(mode)
        self.on_change = self._course.on_change
        """Call a function after each change, in the thread that made it; what this returns ends
        that."""
        self._work = LoginWork(
            account=account,
            course=self._course,
            asked=mode,
            is_fresh=is_fresh,
            why_no_browser=why_no_browser,
            open_browser=open_browser,
        )
        self._thread = threading.Thread(target=self._work.run, name="flyte_nb login", daemon=True)
        self._thread.start()
        if timeout_s is not None:
            self.end_after(timeout_s)

    def __repr__(self) -> str:
        return f"<login to {self.endpoint}: {self.state}>"

    def _repr_mimebundle_(self, **_how: Any) -> dict[str, str]:
        """Show what to do now; `%load_ext flyte_nb` shows how it goes on, too."""
        from .view import steps_html, steps_text

        self.wait_for_steps()
        return {"text/plain": steps_text(self), "text/html": steps_html(self)}

    def __await__(self) -> Generator[Any, None, Login]:
        import asyncio

        yield from asyncio.shield(asyncio.wrap_future(self._course.done)).__await__()
        return self

    @property
    def endpoint(self) -> str:
        """Host and port of admin."""
        return self.account.admin.address

    @property
    def now(self) -> LoginMoment:
        """All that can be said of it at this moment."""
        return self._course.now

    @property
    def state(self) -> LoginState:
        """How far it is."""
        return self.now.state

    @property
    def is_over(self) -> bool:
        """Whether nothing comes any more."""
        return self.state.is_over

    @property
    def user_code(self) -> str | None:
        """What the user enters, while that helps."""
        return self.now.user_code

    @property
    def verification_uri(self) -> str | None:
        """Where the user enters it."""
        return self.now.verification_uri

    @property
    def verification_uri_complete(self) -> str | None:
        """Where it need not be entered."""
        return self.now.verification_uri_complete

    @property
    def expires_at(self) -> datetime | None:
        """When the user is no longer waited for, in UTC."""
        return self.now.expires_at

    @property
    def error(self) -> FlyteNbError | None:
        """Why nobody is logged in."""
        return self.now.error

    def wait(self, timeout: float | None = None) -> Login:
        """Return when somebody is logged in.

        Args:
            timeout: Seconds after which to go on without; the login goes on too.

        Raises:
            AuthenticationError: It has ended otherwise; its subclasses say how.
            TimeoutError: It has not ended in time.
        """
        try:
            self._course.done.result(timeout)
        except FutureTimeoutError:
            raise TimeoutError(f"the login to {self.endpoint} goes on: {self.state}") from None
        return self

    def wait_for_steps(self, timeout: float = STEPS_S) -> None:
        """Return when it is known what the user has to do, or after *timeout* seconds."""
        changed = threading.Condition()

        def tell() -> None:
            with changed:
                changed.notify()

        stop = self.on_change(tell)
        with changed:
            changed.wait_for(lambda: self.state is not LoginState.DISCOVERING, timeout)
        stop()

    def settle(self, timeout: float) -> None:
        """Return when nothing changes any more, or after *timeout* seconds.

        That is a little later than `wait`: then it is known, too, who has logged in.
        """
        self._thread.join(timeout)

    def end_after(self, timeout: float) -> None:
        """Give up in *timeout* seconds from now.

        Raises:
            InvalidValueError: It is no number of seconds.
        """
        timeout = checked_timeout(timeout)
        self._work.end_by(datetime.now(timezone.utc) + timedelta(seconds=timeout))
        timer = threading.Timer(timeout, self._give_up, (timeout,))
        timer.daemon = True
        timer.start()
        self._course.done.add_done_callback(lambda _: timer.cancel())

    def cancel(self) -> None:
        """End it; nothing happens where it is over."""
        self._end(LoginCancelledError("the login was cancelled", hint="log in again: %flyte_login"))

    def paste(self, url: str) -> None:
        """Take the address to which the browser was sent, where it could not come back itself.

        Raises:
            AuthenticationError: Nobody waits for it, or it is of something else.
        """
        driver = self._work.driver
        if driver is None or self.now.authorization_url is None:
            raise AuthenticationError("no login waits for an address", hint="%flyte_login")
        text = url.strip()
        text = text if "?" in text else f"?{text}"
        if problem := why_not_from(self.now.authorization_url, text):
            raise AuthenticationError(
                problem, hint="paste the whole address of the page that the browser ended at"
            )
        driver.paste(text)

    def _give_up(self, timeout_s: float) -> None:
        hint = "log in again: %flyte_login"
        self._end(LoginExpiredError(f"nobody has logged in within {timeout_s:g} s", hint=hint))

    def _end(self, error: FlyteNbError) -> None:
        if self._course.cancel(error) and self._work.driver is not None:
            self._work.driver.cancel()
