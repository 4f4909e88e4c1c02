"""Asking the system's keyring, which may fail in any way, or never answer."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, TypeVar

from flyte_nb.auth.concurrency.apart import Apart
from flyte_nb.config import vault
from flyte_nb.errors import TokenStoreError

from .base import NoKeyringError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

LIMIT_S = 10.0
"""Seconds after which a keyring is not waited for any longer.

It may be asking for the user's password: most have typed it by then. A cell waits that long
where the dialog is on another screen, or on none.
"""


class Abandoned(Exception):  # noqa: N818 - it is no error: it ends work that nobody waits for
    """Nobody waits any longer for what is asked of the keyring."""


class Keyring:
    """The keyring, for the length of one piece of work."""

    def __init__(self) -> None:
        self.is_abandoned = False

    def get(self, service: str, user: str) -> str | None:
        """Return the value of an item, None for none."""
        self._check()
        import keyring

        return keyring.get_password(service, user)

    def set(self, service: str, user: str, value: str) -> None:
        """Write an item."""
        self._check()
        import keyring

        keyring.set_password(service, user, value)

    def delete(self, service: str, user: str) -> None:
        """Remove an item; nothing happens when there is none."""
        if self.get(service, user) is not None:
            self._check()
            import keyring

            keyring.delete_password(service, user)

    def _check(self) -> None:
        if self.is_abandoned:
            raise Abandoned


class Lost(Exception):  # noqa: N818 - what it is about is told by `ask`
    """A value is not what was written; the text says so in words for the user."""


# By process: whoever asked when this one was forked does not go on here.
_ASKING: dict[int, tuple[threading.Lock, list[Keyring]]] = {}


def ask(work: Callable[[Keyring], T], what: str, *, limit_s: float) -> T:
    """Return what *work* returns.

    One piece of work is done at a time, since few backends can do with more. While one that was
    given up still hangs, nobody waits for it again.

    Args:
        work: Asks the keyring; what it raises is taken for the keyring's.
        what: What it is for, as errors say it: "keep the login for flyte.example.com".
        limit_s: Seconds that it may take.

    Raises:
        NoKeyringError: This system has no keyring.
        TokenStoreError: It fails, or does not answer in time.
    """
    turn, asking = _ASKING.setdefault(os.getpid(), (threading.Lock(), []))
    until = time.monotonic() + limit_s
    keyring = Keyring()

    def run() -> T:
        while not turn.acquire(timeout=0.05):
            before = next(iter(asking), None)
            if keyring.is_abandoned or (before is not None and before.is_abandoned):
                raise Abandoned
        try:
            asking[:] = [keyring]
            if reason := vault.why_not():
                raise NoKeyringError(reason)
            return work(keyring)
        finally:
            asking.clear()
            turn.release()

    job = Apart(run, "flyte-keyring", daemon=True).start()
    try:
        job.wait(max(0.0, until - time.monotonic()))
    finally:
        keyring.is_abandoned = True
    if job.has_ended and job.error is None:
        return job.value
    raise _failure(what, job.error, limit_s)


def _failure(what: str, error: BaseException | None, limit_s: float) -> TokenStoreError:
    """Return what to say; of a backend's error no more than its type: it may hold a value."""
    file = "let credentials.tokenStore be file"
    if isinstance(error, NoKeyringError) or type(error).__name__ == "NoKeyringError":
        reason = (
            error.args[0] if isinstance(error, NoKeyringError) else "this system has no keyring"
        )
        return NoKeyringError(f"{reason}, so it cannot {what}", hint=file)
    hint = f"unlock the keyring and try again, or {file}"
    if error is None or isinstance(error, Abandoned):
        reason = f"no answer within {limit_s:g} s, it may be waiting for its password"
    elif isinstance(error, Lost):
        reason, hint = str(error), file
    elif type(error).__name__ == "KeyringLocked":
        reason = "it is locked"
    else:
        reason = type(error).__name__
    return TokenStoreError(f"the keyring cannot {what}: {reason}", hint=hint)
