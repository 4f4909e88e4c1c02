"""Where the boxes of a graph stand: each under those that it waits for, with few crossings."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GAP_X = 22.0
GAP_Y = 30.0
_BEND = 2.0  # width that a line takes where it passes a row
_BEND_GAP = 7.0
_MAX_ROW = 1_000.0  # a row that would be wider goes on below
_MAX_SPAN = 24  # rows in which a line finds its way between boxes; a longer one goes around all
_MAX_BENDS = 600
_LANES = 8  # beside all boxes, for lines that go around them
_SWEEPS = 4

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is.

    Attributes:
        width: Of the whole.
        height: Of the whole.
        corners: The upper left corner of each box.
        lines: The points of each line, in the order of the edges.
    """

    width: float
    height: float
    corners: list[Point]
    lines: list[list[Point]]


def arrange(sizes: Sequence[Point], edges: Sequence[tuple[int, int]]) -> Layout:
    """Return where boxes of these *sizes* stand.

    Args:
        sizes: Width and height of each box.
        edges: Numbers of boxes, (the earlier, the one that waits); one that would lead back to
            its own beginning is drawn and does not count.
    """
    rank = ranks(len(sizes), edges, [width for width, _ in sizes])
    rows = _Rows(sizes, rank, edges)
    rows.order()
    rows.place()
    return rows.result(edges)


def ranks(
    count: int, edges: Iterable[tuple[int, int]], widths: Sequence[float] | None = None
) -> list[int]:
    """Return the row of each box: below all that it waits for, and no row too wide."""
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for one, other in edges:
        before[other].append(one)
        after[one].append(other)
    waits = [len(some) for some in before]
    ready = deque(n for n in range(count) if not waits[n])
    rank = [0] * count
    taken: list[float] = []  # width of each row so far
    while ready:
        n = ready.popleft()
        row = max((rank[one] + 1 for one in before[n]), default=0)
        width = widths[n] + GAP_X if widths else 0.0
        while row < len(taken) and taken[row] and taken[row] + width > _MAX_ROW:
            row += 1
        taken.extend([0.0] * (row + 1 - len(taken)))
        taken[row] += width
        rank[n] = row
        for other in after[n]:
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    for n in range(count):  # what waits for nothing stands near those that wait for it
        if not before[n] and after[n]:
            rank[n] = max(rank[n], min(rank[other] for other in after[n]) - 1)
    return rank


class _Rows:
    """Boxes, and bends of lines that pass a row, row by row."""

    def __init__(
        self, sizes: Sequence[Point], rank: list[int], edges: Sequence[tuple[int, int]]
    ) -> None:
        self._sizes = sizes
        self._widths = [width for width, _ in sizes]
        self._rank = list(rank)
        self._up: list[list[int]] = [[] for _ in sizes]
        self._down: list[list[int]] = [[] for _ in sizes]
        self._bends: list[list[int] | None] = []  # of each edge; None for one that goes around
        for one, other in edges:
            self._bends.append(self._led(one, other))
        self._rows: list[list[int]] = [[] for _ in range(max(self._rank, default=-1) + 1)]
        for n, row in enumerate(self._rank):
            self._rows[row].append(n)
        self._x = [0.0] * len(self._rank)

    def _led(self, one: int, other: int) -> list[int] | None:
        """Connect two boxes; return the bends between them, None where that would be too many."""
        first, last = self._rank[one], self._rank[other]
        if last <= first:
            return []
        room = _MAX_BENDS - (len(self._widths) - len(self._sizes))
        if last - first - 1 > min(_MAX_SPAN, room):
            return None
        chain = [one]
        for row in range(first + 1, last):
            chain.append(len(self._widths))
            self._widths.append(_BEND)
            self._rank.append(row)
            self._up.append([])
            self._down.append([])
        chain.append(other)
        for above, below in pairwise(chain):
            self._down[above].append(below)
            self._up[below].append(above)
        return chain[1:-1]

    def order(self) -> None:
        """Sort each row by where its neighbours are: a few times down and up."""
        place = [0.0] * len(self._rank)
        for row in self._rows:
            for number, n in enumerate(row):
                place[n] = float(number)
        for sweep in range(2 * _SWEEPS):
            neighbours = self._down if sweep % 2 else self._up
            for row in reversed(self._rows) if sweep % 2 else self._rows:
                row.sort(key=lambda n: _mean(neighbours[n], place, place[n]))
                for number, n in enumerate(row):
                    place[n] = float(number)

    def place(self) -> None:
        """Put each box below and above its neighbours, as far as those beside it allow."""
        for row in self._rows:
            self._spread(row, [0.0] * len(row))
        for sweep in range(2 * _SWEEPS + 1):
            neighbours = self._down if sweep % 2 else self._up
            for row in reversed(self._rows) if sweep % 2 else self._rows:
                self._spread(row, [_mean(neighbours[n], self._x, self._x[n]) for n in row])

    def _spread(self, row: list[int], wanted: list[float]) -> None:
        """Move boxes of a row to where they want to be, with as little change as they need.

        That is a regression to an ascending order: boxes that would overlap share the change
        (the pool of adjacent violators).
        """
        offsets, offset = [], 0.0
        for number, n in enumerate(row):
            if number:
                offset += self._distance(row[number - 1], n)
            offsets.append(offset)
        pools: list[tuple[float, int]] = []  # sum and number
        for want, offset in zip(wanted, offsets, strict=True):
            total, count = want - offset, 1
            while pools and pools[-1][0] / pools[-1][1] > total / count:
                above = pools.pop()
                total, count = total + above[0], count + above[1]
            pools.append((total, count))
        found = (total / count for total, count in pools for _ in range(count))
        for n, offset, start in zip(row, offsets, found, strict=True):
            self._x[n] = start + offset

    def _distance(self, one: int, other: int) -> float:
        is_bend = one >= len(self._sizes) or other >= len(self._sizes)
        gap = _BEND_GAP if is_bend else GAP_X
        return (self._widths[one] + self._widths[other]) / 2 + gap

    def result(self, edges: Sequence[tuple[int, int]]) -> Layout:
        """Return what was found."""
        if not self._sizes:
            return Layout(0.0, 0.0, [], [])
        edge = min(x - w / 2 for x, w in zip(self._x, self._widths, strict=True))
        around = [n for n, bends in enumerate(self._bends) if bends is None]
        lanes = {n: edge - _BEND_GAP * (1 + k % _LANES) for k, n in enumerate(around)}
        left = min([edge, *lanes.values()])
        right = max(x + w / 2 for x, w in zip(self._x, self._widths, strict=True))
        tops, heights, y = [], [], 0.0
        for row in self._rows:
            height = max((self._sizes[n][1] for n in row if n < len(self._sizes)), default=0.0)
            tops.append(y)
            heights.append(height)
            y += height + GAP_Y
        corners = [
            (self._x[n] - self._widths[n] / 2 - left, tops[self._rank[n]])
            for n in range(len(self._sizes))
        ]
        lines = []
        for number, ((one, other), bends) in enumerate(zip(edges, self._bends, strict=True)):
            x, first, last = self._x[one], self._rank[one], self._rank[other]
            line: list[Point] = [(x, corners[one][1] + self._sizes[one][1])]
            if last > first:  # past the higher ones beside it
                line.append((x, tops[first] + heights[first]))
            if bends is None:
                line += [(lanes[number], tops[first + 1])]
                line += [(lanes[number], tops[last - 1] + heights[last - 1])]
            for bend in bends or ():
                top = tops[self._rank[bend]]
                line += [(self._x[bend], top)]
                line += [(self._x[bend], top + heights[self._rank[bend]])]
            line.append((self._x[other], corners[other][1]))
            lines.append([(x - left, y) for x, y in line])
        return Layout(right - left, max(0.0, y - GAP_Y), corners, lines)


def _mean(some: list[int], values: list[float], otherwise: float) -> float:
    return sum(values[n] for n in some) / len(some) if some else otherwise
