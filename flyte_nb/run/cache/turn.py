"""Whose turn it is to compute a value: of all threads and processes one at a time.

A lock of POSIX records, and not `flock` as for checkpoints: that one is handed on to a process
that is forked, and a worker that outlives its killed parent would hold it for ever. These locks
are the process's, and go with it however it ends. They tell no threads apart, so what this
process holds is noted here too.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
import weakref
from contextlib import AbstractContextManager, suppress
from functools import partial
from io import FileIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks: there, turns are kept among threads only
    fcntl = None  # type: ignore[assignment]

_HAS_LOCKS = fcntl is not None
_IS_TAKEN = (errno.EACCES, errno.EAGAIN)
# By process, for a child that was forked meanwhile holds nothing. Entered by `setdefault`, which
# is one step: a lock around it could be held by a thread that the child has not.
_HELD: dict[tuple[int, str], weakref.ref[Turn]] = {}
OPEN_FOR_US = partial(os.open, mode=0o600)
"""An opener that is no function of Python's: interrupted, that would lose what it has opened."""


class _OwnFile(FileIO):
    """A file that closes nothing but itself.

    A task may close every descriptor; its number is then that of whatever is opened next.
    """

    _opened: os.stat_result | None = None

    def __init__(self, path: Path) -> None:
        super().__init__(path, "a", opener=OPEN_FOR_US)
        self._opened = os.fstat(self.fileno())

    def close(self) -> None:
        """Close it, unless somebody else has, or its number is another file's."""
        with suppress(OSError, ValueError):
            if self._opened is None or os.path.samestat(os.fstat(self.fileno()), self._opened):
                super().close()


class Turn(AbstractContextManager["Turn"]):
    """The turn to compute one value, from when it is taken until it is released.

    Args:
        path: The file that is locked; its folder is there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._self = weakref.ref(self)
        self._id = (os.getpid(), str(path))
        self._file: _OwnFile | None = None
        self._has_lock = False
        self._thread = threading.get_ident()
        self._task = _current_task()

    def take(self) -> bool:
        """Take the turn, unless somebody else has it; return whether."""
        if _HELD.setdefault(self._id, self._self) is not self._self:
            return False
        try:
            if self._lock():
                return True
        except BaseException:
            self.release()
            raise
        self.release()
        return False

    def holder_waits_for_itself(self, *, in_loop: bool) -> bool:
        """Return whether whoever has the turn cannot go on while the caller waits.

        Args:
            in_loop: Whether the caller lets others of its event loop go on while it waits.
        """
        held = _HELD.get(self._id)
        holder = None if held is None else held()
        if holder is None or holder._thread != self._thread:  # noqa: SLF001 - one of its kind
            return False
        task = holder._task  # noqa: SLF001
        return not in_loop or task is None or task is self._task or task.done()

    def __exit__(self, *_: object) -> None:
        self.release()

    def __del__(self) -> None:  # an interrupt may have come before anybody could release it
        with suppress(Exception):
            self.release()

    def release(self) -> None:
        """Let the next one have it; call it again if it is interrupted."""
        if _HELD.get(self._id) is not self._self or os.getpid() != self._id[0]:
            return
        if self._has_lock and self._is_current():
            with suppress(OSError):  # whoever waits makes it again
                self._path.unlink()
        self._close()
        del _HELD[self._id]

    def _lock(self) -> bool:
        """Lock the file, or find that another process has; where there are no locks, go on."""
        while _HAS_LOCKS:
            try:
                self._file = file = _OwnFile(self._path)
            except OSError:  # the folder cannot be written: nothing will be stored either
                return True
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                return error.errno not in _IS_TAKEN  # some network file systems have no locks
            self._has_lock = True
            if self._is_current():
                return True
            self._has_lock = False  # removed by who had it before: a lock on that is worth nothing
            self._close()
        return True

    def _is_current(self) -> bool:
        """Return whether the file that is open is still the one of that path."""
        try:
            return self._file is not None and os.path.samestat(
                os.fstat(self._file.fileno()), self._path.stat()
            )
        except (OSError, ValueError):  # gone; or closed, by the task or by an earlier release
            return False

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()


def remove_abandoned(path: Path) -> None:
    """Remove the file of a turn, unless somebody has it."""
    turn = Turn(path)
    if turn.take():
        turn.release()


def _current_task() -> Any:
    """Return the asyncio task that runs, None outside of event loops."""
    asyncio = sys.modules.get("asyncio")
    try:
        return None if asyncio is None else asyncio.current_task()
    except RuntimeError:  # no event loop runs in this thread
        return None
