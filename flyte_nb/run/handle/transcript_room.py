"""How much memory what all nodes of a run print may have together."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .transcript import Transcript

MAX_BYTES = 32 << 20
KEPT_LINES = 20  # of each node, before those of any node go altogether
_GOAL = 0.9  # of the most: not every line that comes then looks for room again


class TranscriptRoom:
    """The memory that the transcripts of a run share.

    When there is no more, the beginnings of nodes go that have ended, the oldest first, those that
    failed last; then all that they said; and then the beginning of what is being written.

    Args:
        max_bytes: How much there is.

    Attributes:
        lock: Held while one of them is changed.
        used_bytes: Memory of all lines.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.lock = threading.Lock()  # held by `with` alone, which an interrupt cannot leave locked
        self.used_bytes = 0
        self._max_bytes = max_bytes
        self._ended: deque[Transcript] = deque()
        self._wanted: deque[Transcript] = deque()
        self._short: deque[Transcript] = deque()

    def offer(self, transcript: Transcript, *, is_wanted: bool) -> None:
        """Let *transcript* be shortened from now on; where *is_wanted*, after the others."""
        with self.lock:
            (self._wanted if is_wanted else self._ended).append(transcript)

    def make_for(self, writer: Transcript) -> None:
        """Make room where too much is used; called with the lock held."""
        if self.used_bytes <= self._max_bytes:
            return
        goal = self._max_bytes * _GOAL
        for queue in (self._ended, self._wanted):
            while queue and self.used_bytes > goal:
                transcript = queue.popleft()
                transcript.shorten(KEPT_LINES)
                self._short.append(transcript)
        while self._short and self.used_bytes > goal:
            self._short.popleft().shorten(0)
        if self.used_bytes > self._max_bytes:  # all of it is of nodes that run
            writer.shorten(KEPT_LINES)
