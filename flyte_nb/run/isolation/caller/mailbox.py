"""Frames that came, until whoever waits for the run takes them."""

from __future__ import annotations

import queue
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flyte_nb.run.isolation.wire.frames import Frame

_MOST = 64
_PAUSE_S = 0.005


class Mailbox:
    """A queue between threads that bounds what is in it and survives an interrupt at any moment.

    Attributes:
        is_abandoned: Nobody takes anything any more: what comes is forgotten.
    """

    def __init__(self) -> None:
        # Of C: an interrupt in `get` leaves no lock behind, unlike in `queue.Queue`.
        self._frames: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self.is_abandoned = False

    @property
    def is_full(self) -> bool:
        """Whether whoever takes does not keep up."""
        return self._frames.qsize() > _MOST

    def put(self, frame: Frame | None) -> None:
        """Add *frame*; None says that nothing follows."""
        if frame is None or not self.is_abandoned:
            self._frames.put(frame)

    def put_when_there_is_room(self, frame: Frame) -> None:
        """Add *frame*, after a while if nobody keeps up."""
        while self.is_full and not self.is_abandoned:
            time.sleep(_PAUSE_S)
        self.put(frame)

    def get(self, timeout_s: float) -> Frame | None:
        """Return the next frame, None when nothing follows.

        Raises:
            queue.Empty: None came within *timeout_s*.
        """
        __tracebackhide__ = True
        return self._frames.get(timeout=timeout_s)
