"""How many threads may help: of an execution, and of a part of it."""

from __future__ import annotations

from queue import Empty, SimpleQueue


class Permits:
    """At most *count* threads at a time, of those that *whole* allows.

    Tokens in a queue: unlike a semaphore of `threading`, an interrupt cannot break it.
    """

    def __init__(self, count: int, whole: Permits | None = None) -> None:
        self._tokens: SimpleQueue[None] = SimpleQueue()
        for _ in range(count):
            self._tokens.put(None)
        self._whole = whole

    def take(self) -> bool:
        """Return whether one more thread may help."""
        try:
            self._tokens.get_nowait()
        except Empty:
            return False
        if self._whole is None or self._whole.take():
            return True
        self._tokens.put(None)
        return False

    def give_back(self) -> None:
        """Say that a thread has ended."""
        if self._whole is not None:
            self._whole.give_back()
        self._tokens.put(None)
