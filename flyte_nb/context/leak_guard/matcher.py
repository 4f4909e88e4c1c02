"""Finds many texts in another one, in one pass over it."""

from __future__ import annotations

from bisect import bisect_left
from os.path import commonprefix
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Span = tuple[int, int]

# Of all patterns, in bytes. Up to here a table of every state and byte is worth its memory,
# about 500 bytes for each of theirs; it takes a third of the time of the smaller one.
_FOR_TABLE = 80_000
_HEAD = 4


class Matcher:
    """An Aho-Corasick automaton over UTF-8, and what its patterns begin with.

    Args:
        patterns: What to look for; none of them empty.
        ends: What a text begins and ends with to that text: of one that was shortened, what is
            left of it is found.
    """

    __slots__ = ("_automaton", "_ends", "_heads", "_longest", "_sorted")

    def __init__(
        self, patterns: Iterable[bytes], ends: Mapping[tuple[bytes, bytes], bytes] | None = None
    ) -> None:
        from ahocorasick_rs import BytesAhoCorasick, Implementation

        self._ends: dict[bytes, list[tuple[bytes, bool]]] = {}
        for (first, last), text in (ends or {}).items():
            self._ends.setdefault(first, []).append((text, True))
            self._ends.setdefault(last, []).append((text, False))
        self._sorted = sorted({*patterns, *self._ends})
        small = sum(map(len, self._sorted)) <= _FOR_TABLE
        self._automaton = BytesAhoCorasick(
            self._sorted,
            implementation=Implementation.DFA if small else Implementation.ContiguousNFA,
        )
        self._longest = max(map(len, self._sorted), default=0)
        self._heads = {p[:n] for p in self._sorted for n in range(1, _HEAD + 1)}

    def __repr__(self) -> str:
        return f"Matcher({len(self._sorted)} patterns)"

    def find(self, data: bytes) -> list[Span]:
        """Return where *data* holds patterns, in order; what overlaps is one place."""
        merged: list[Span] = []
        found = self._automaton.find_matches_as_indexes(data, overlapping=True)
        for start, end in sorted(self._whole(data, *match) for match in found):
            if merged and start < merged[-1][1]:
                before = merged[-1]
                merged[-1] = (before[0], max(before[1], end))
            else:
                merged.append((start, end))
        return merged

    def is_in(self, data: memoryview) -> bool:
        """Return whether there is any pattern in *data*."""
        return bool(self._automaton.find_matches_as_indexes(data))

    def _whole(self, data: bytes, pattern: int, start: int, end: int) -> Span:
        """Return the place of a pattern, with all of its text that stands beside an end."""
        if self._ends and (texts := self._ends.get(self._sorted[pattern])) is not None:
            for text, is_first in texts:
                if is_first:
                    end = max(end, start + _shared(data[start : start + len(text)], text))
                else:
                    before = data[max(0, end - len(text)) : end]
                    start = min(start, end - _shared(before[::-1], text[::-1]))
        return start, end

    def unfinished(self, data: bytes) -> int:
        """Return where, at the end of *data*, a pattern may have begun; its length if nowhere."""
        for start in range(max(0, len(data) - self._longest + 1), len(data)):
            if data[start : start + _HEAD] in self._heads and self._begins(data[start:]):
                return start
        return len(data)

    def _begins(self, data: bytes) -> bool:
        """Return whether a pattern begins with *data* and goes on after it."""
        place = bisect_left(self._sorted, data)
        if place < len(self._sorted) and self._sorted[place] == data:
            place += 1
        return place < len(self._sorted) and self._sorted[place].startswith(data)


def _shared(one: bytes, other: bytes) -> int:
    """Return how many bytes both begin with."""
    return len(commonprefix((one, other)))  # noqa: RUF071 - bytes, not paths
