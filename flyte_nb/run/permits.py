"""How many threads may help, where a part has a bound of its own within a whole."""

from __future__ import annotations

import threading
from typing import Protocol


class Helpers(Protocol):
    """What a thread needs before it helps, and gives back when it has ended."""

    def acquire(self, *, blocking: bool) -> bool:
        """Return whether one more thread may help."""

    def release(self) -> None:
        """Say that a thread has ended."""


class Permits:
    """At most *count* threads of those that *whole* allows."""

    def __init__(self, count: int, whole: Helpers) -> None:
        self._part = threading.Semaphore(count)
        self._whole = whole

    def acquire(self, *, blocking: bool) -> bool:
        """Return whether one more thread may help."""
        if not self._part.acquire(blocking=blocking):
            return False
        if self._whole.acquire(blocking=blocking):
            return True
        self._part.release()
        return False

    def release(self) -> None:
        """Say that a thread has ended."""
        self._whole.release()
        self._part.release()
