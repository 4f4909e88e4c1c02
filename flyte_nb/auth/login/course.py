"""The course of a login: its states, one after the other, and who wants to know of them."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import (
    FlyteNbError,
    LoginCancelledError,
    LoginDeniedError,
    LoginExpiredError,
)
from flyte_nb.installed import Installed

from .state import LoginMoment, LoginState

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.auth.mode import Mode

_LOG = logging.getLogger(__name__)
_ENDS: tuple[tuple[type[FlyteNbError], LoginState], ...] = (
    (LoginDeniedError, LoginState.DENIED),
    (LoginExpiredError, LoginState.EXPIRED),
    (LoginCancelledError, LoginState.CANCELLED),
    (FlyteNbError, LoginState.FAILED),
)
# What logs in, or helps to, is not kept.
_OVER: dict[str, Any] = {
    "user_code": None,
    "verification_uri_complete": None,
    "authorization_url": None,
    "paste_because": "",
    "expires_at": None,
}


class Course:
    """Goes from moment to moment, in any thread, and comes to one end.

    Args:
        mode: The way that was asked for.

    Attributes:
        lock: Held by who does something that only counts while it is not over.
        done: Is set at the end.
        on_change: Calls a function after each change, in the thread that made it; what this
            returns ends that.
    """

    def __init__(self, mode: Mode) -> None:
        self.lock = threading.RLock()
        self.done: Future[None] = Future()
        self._now = LoginMoment(mode=mode)
        self._is_committed = False
        self._listeners: Installed[Callable[[], object]] = Installed()
        self.on_change = self._listeners.add

    @property
    def now(self) -> LoginMoment:
        """All that can be said at this moment."""
        return self._now

    @property
    def is_over(self) -> bool:
        """Whether it has come to its end."""
        return self._now.state.is_over

    def change(self, **changes: Any) -> bool:
        """Say what is so from now on; return whether it is: nothing changes where it is over."""
        is_so = self.say(**changes)
        if is_so:
            self.tell()
        return is_so

    def say(self, **changes: Any) -> bool:
        """Do the same for who holds the lock, and has to `tell` without it."""
        with self.lock:
            is_so = not self.is_over
            if is_so:
                self._now = replace(self._now, **changes)
            return is_so

    def commit(self) -> bool:
        """Let nobody cancel it any more; return whether nobody has."""
        with self.lock:
            self._is_committed = not self.is_over
            return self._is_committed

    def cancel(self, error: FlyteNbError) -> bool:
        """Come to the end that *error* tells of, unless it is over, or as good as over."""
        with self.lock:
            is_end = not self._is_committed and self.say(**_end_by(error))
        if is_end:
            self._fail(error)
        return is_end

    def finish(self, **changes: Any) -> bool:
        """Come to a good end; return whether it was not over before."""
        is_end = self.change(state=LoginState.AUTHORIZED, **changes, **_OVER)
        if is_end:
            self.done.set_result(None)
        return is_end

    def end(self, error: FlyteNbError) -> bool:
        """Come to the end that *error* tells of; return whether it was not over before."""
        is_end = self.say(**_end_by(error))
        if is_end:
            self._fail(error)
        return is_end

    def _fail(self, error: FlyteNbError) -> None:
        self.tell()
        self.done.set_exception(error)

    def add(self, **facts: Any) -> None:
        """Say what has become known since the end."""
        with self.lock:
            self._now = replace(self._now, **facts)
        self.tell()

    def tell(self) -> None:
        """Call all who want to know, without the lock: they may wait for others of their own."""
        for function in self._listeners.items:
            try:
                function()
            except Exception:  # noqa: BLE001 - is the listener's own
                _LOG.debug("a listener of a login has failed", exc_info=True)


def _end_by(error: FlyteNbError) -> dict[str, Any]:
    """Return what is so from when *error* has ended it."""
    state = next(state for kind, state in _ENDS if isinstance(error, kind))
    return {"state": state, "error": error, **_OVER}
