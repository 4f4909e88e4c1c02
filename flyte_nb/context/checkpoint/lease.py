"""Who is at work: a lock that its process holds, and that goes with it however it ends."""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks: there, nobody counts as being at work
    fcntl = None  # type: ignore[assignment]


class Lease(AbstractContextManager["Lease"]):
    """Held from when it is made until it is released.

    Args:
        path: The file that is locked; made if need be.
        wait: Whether to wait for who holds it.
    """

    def __init__(self, path: Path, *, wait: bool = False) -> None:
        self._file: IO[bytes] | None = path.open("ab")
        if fcntl is not None:
            how = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
            with suppress(OSError):  # some network file systems have none either
                fcntl.flock(self._file, how)

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Let go of it."""
        file, self._file = self._file, None
        if file is not None:
            file.close()


def is_held(path: Path) -> bool:
    """Return whether some process, this one too, holds the lease."""
    try:
        with path.open("rb") as file:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return isinstance(error, BlockingIOError)
    return False
