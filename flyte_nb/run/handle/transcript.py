"""The end of what a task printed and logged, line by line, at a bounded size."""

from __future__ import annotations

import threading
from collections import deque

from flyte_nb.context.leak_guard import LEAK_GUARD

MAX_LINES = 1_000
MAX_CHARACTERS = 2_000  # of one line


class Transcript:
    """The last lines; may be added to from any thread.

    Attributes:
        count: How many lines there were in all.
    """

    __slots__ = ("_lines", "_lock", "_rest", "count")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: deque[str] = deque(maxlen=MAX_LINES)
        self._rest = ""  # of a line that has no end so far
        self.count = 0

    def write(self, text: str) -> None:
        """Take in a piece of text."""
        with self._lock:
            *lines, rest = (self._rest + text).split("\n")
            # A progress bar writes one line again and again: what it says last counts.
            self._rest = _whole(rest.rpartition("\r")[2])[-MAX_CHARACTERS:]
            for line in lines:
                self._lines.append(_shortened(line.rstrip("\r").rpartition("\r")[2]))
            self.count += len(lines)

    def since(self, count: int, most: int) -> tuple[int, list[str], str]:
        """Return how many lines there are, those after the first *count*, and an unended one.

        Args:
            count: How many one knows.
            most: How many to return, the last ones.
        """
        with self._lock:
            wanted = min(most, max(0, self.count - count))
            lines = list(self._lines)[-wanted:] if wanted else []
            return self.count, lines, _shortened(self._rest)

    def lines(self, last: int = MAX_LINES) -> list[str]:
        """Return the last lines."""
        with self._lock:
            found = list(self._lines)
            if self._rest:
                found.append(_shortened(self._rest))
        return found[-last:] if last else []


def _shortened(line: str) -> str:
    return line if len(line) <= MAX_CHARACTERS else f"{_whole(line)[: MAX_CHARACTERS - 1]}…"


def _whole(line: str) -> str:
    """Return *line* without secrets if it is to be cut: half a secret is found by nobody."""
    return line if len(line) <= MAX_CHARACTERS else LEAK_GUARD.mask(line)
