"""The end of what a task printed and logged, line by line, at a bounded size."""

from __future__ import annotations

import sys
from collections import deque
from typing import TYPE_CHECKING

from flyte_nb.context.leak_guard import LEAK_GUARD

from .transcript_room import TranscriptRoom

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_LINES = 1_000
MAX_CHARACTERS = 2_000  # of one line
_NONE: deque[str] = deque(maxlen=0)  # 10,000 nodes that say nothing share it


class Transcript:
    """The last lines; may be added to from any thread.

    Args:
        room: What it shares with others of its run; all to itself by default.

    Attributes:
        count: How many lines there were in all.
    """

    __slots__ = ("_lines", "_rest", "_room", "count")

    def __init__(self, room: TranscriptRoom | None = None) -> None:
        self._room = TranscriptRoom() if room is None else room
        self._lines = _NONE
        self._rest = ""  # of a line that has no end so far
        self.count = 0

    def write(self, text: str) -> None:
        """Take in a piece of text."""
        with self._room.lock:
            *lines, rest = (self._rest + text).split("\n")
            is_at_start = rest.endswith("\r")  # what comes next is written over it
            self._rest = _whole(_last_words(rest))[-MAX_CHARACTERS:] + "\r" * is_at_start
            if lines:
                self.count += len(lines)
                self._add([_shortened(_last_words(x)) for x in lines])
                self._room.make_for(self)

    def _add(self, lines: Sequence[str]) -> None:
        if self._lines is _NONE:
            self._lines = deque()
        self._lines += lines
        self._room.used_bytes += sum(map(sys.getsizeof, lines))
        self.shorten(MAX_LINES)

    def shorten(self, most: int) -> None:
        """Keep the last lines alone; called with the lock of the room held.

        Args:
            most: How many.
        """
        while len(self._lines) > most:
            self._room.used_bytes -= sys.getsizeof(self._lines.popleft())

    def ended(self, *, has_failed: bool) -> None:
        """Say that its node has ended: its lines go when there is no room, the oldest first.

        Args:
            has_failed: Whether somebody will want to read it: then others go before.
        """
        if self._lines:
            self._room.offer(self, is_wanted=has_failed)

    def since(self, count: int, most: int) -> tuple[int, list[str], str]:
        """Return how many lines there are, those after the first *count*, and an unended one.

        Args:
            count: How many one knows.
            most: How many to return, the last ones.
        """
        with self._room.lock:
            wanted = min(most, max(0, self.count - count))
            lines = list(self._lines)[-wanted:] if wanted else []
            return self.count, lines, _shortened(_last_words(self._rest))

    def lines(self, last: int = MAX_LINES) -> list[str]:
        """Return the last lines."""
        with self._room.lock:
            found = list(self._lines)
            if rest := _last_words(self._rest):
                found.append(_shortened(rest))
        return found[-last:] if last else []


def _last_words(line: str) -> str:
    """Return what *line* says last: a progress bar writes one again and again."""
    return line.rstrip("\r").rpartition("\r")[2]


def _shortened(line: str) -> str:
    return line if len(line) <= MAX_CHARACTERS else f"{_whole(line)[: MAX_CHARACTERS - 1]}…"


def _whole(line: str) -> str:
    """Return *line* without secrets if it is to be cut: half a secret is found by nobody."""
    return line if len(line) <= MAX_CHARACTERS else LEAK_GUARD.mask(line)
