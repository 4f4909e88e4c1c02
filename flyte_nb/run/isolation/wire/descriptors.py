"""A descriptor that is ours only as long as nobody closed it."""

from __future__ import annotations

import os


class Owned:
    """A descriptor in a process that runs the user's code.

    The user's code may close all descriptors, as daemons do, and open a file of its own that
    gets the same number: nothing of ours is written there.

    Args:
        fd: The descriptor.
    """

    __slots__ = ("_facts", "fd")

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._facts = self._look()

    def is_ours(self) -> bool:
        """Return whether it still is what it was."""
        return self._facts is not None and self._look() == self._facts

    def write(self, data: bytes) -> bool:
        """Write *data*; return whether it was written."""
        if not self.is_ours():
            return False
        try:
            while data:
                data = data[os.write(self.fd, data) :]
        except OSError:  # who reads has gone
            return False
        return True

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = os.fstat(self.fd)
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_mode
