"""Something that happens once, and those who wait for it."""

from __future__ import annotations

import time
from contextlib import suppress
from queue import Empty, SimpleQueue

_LOOK_S = 0.2  # Windows lets no interrupt through while a thread waits


class Latch:
    """Lets go who waits, once and for ever; survives an interrupt, as no `threading.Event` does.

    Attributes:
        is_released: Whether it has.
    """

    def __init__(self) -> None:
        self.is_released = False
        self._wakes: SimpleQueue[None] = SimpleQueue()  # who waits looks for himself now and then

    def release(self) -> None:
        """Let all go on who wait, or will; in any thread."""
        self.is_released = True
        self._wakes.put(None)

    def wait(self, timeout: float | None = None) -> None:
        """Wait for that.

        Args:
            timeout: Seconds at most.
        """
        __tracebackhide__ = True
        end = None if timeout is None else time.monotonic() + timeout
        while not self.is_released:
            rest = _LOOK_S if end is None else min(_LOOK_S, end - time.monotonic())
            if rest <= 0:
                return
            with suppress(Empty):
                self._wakes.get(timeout=rest)
        self._wakes.put(None)  # for the next one who waits
