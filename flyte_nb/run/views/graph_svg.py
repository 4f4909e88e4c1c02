"""The graph of a run as a picture that stands alone: nothing loaded, no script, no style sheet."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from flyte_nb.display import visible
from flyte_nb.run.record import Phase
from flyte_nb.run.words import duration

from .boxes import MAX_BOXES, boxes
from .layout import arrange
from .look import LOOKS, counts_in_words, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .boxes import Box, NodeLike
    from .layout import Point

_TITLE_PX, _NOTE_PX = 7.9, 6.3  # a character, in the widest of the usual fonts
_LINE, _PAD, _LEFT = 16.0, 9.0, 28.0  # of the text: its line height, space around, its left edge
_MIN_WIDTH, _MAX_WIDTH = 132.0, 228.0
_MAX_LINES = 2
_FRAME = 12.0  # around boxes inside of another
_STACK = 4.0  # how far the boxes behind one look out
_BAR = 6.0
_FONT = "font-family:var(--jp-ui-font-family,system-ui,sans-serif)"
_WORDS = re.compile(r"[^_\-./ ]*[_\-./ ]?")


def graph_svg(
    nodes: Sequence[NodeLike], *, title: str = "", most: int = MAX_BOXES, is_live: bool = False
) -> str:
    """Return the graph of *nodes* as SVG, as wide and high as it needs to be.

    Args:
        nodes: The nodes of a run, or of a record of one.
        title: What is drawn, for who does not see it.
        most: How many boxes there may be; where there are more nodes, boxes stand for several.
        is_live: Whether each box has an attribute ``data-box`` with its key, so that its content
            can be replaced; see `Drawing.contents`.
    """
    return Drawing(nodes, most).svg(title, is_live=is_live)


class Drawing:
    """The boxes of a run, each with its size."""

    def __init__(self, nodes: Sequence[NodeLike], most: int = MAX_BOXES) -> None:
        self._outer = [_sized(box) for box in boxes(nodes, most)]
        self._counts = Counter(node.phase for node in nodes)

    @property
    def shape(self) -> object:
        """Equal for drawings that have the same boxes in the same places."""
        return _shape(self._outer)

    def contents(self) -> dict[str, str]:
        """Return what is in each box, by its key: what changes while the shape does not."""
        return {sized.box.key: _content(sized) for sized in _all(self._outer)}

    def label(self, title: str = "") -> str:
        """Return in words what is seen."""
        total = sum(self._counts.values())
        said = f"{title or 'Graph of a run'}: {total:,} node{'' if total == 1 else 's'}"
        return f"{said}, {counts_in_words(self._counts)}" if total else said

    def svg(self, title: str = "", *, is_live: bool = False) -> str:
        """Return the picture."""
        drawn, (width, height) = _group(self._outer, is_live=is_live)
        said = self.label(title)
        look = f"max-width:100%;height:auto;min-width:{width * 0.6:.0f}px;{_FONT};color:inherit"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{_text(said)}"'
            f' width="{width + 2:.0f}" height="{height + 2:.0f}"'
            f' viewBox="-1 -1 {width + 2:.0f} {height + 2:.0f}" style="{look}" fill="none"'
            f' stroke-linecap="round" stroke-linejoin="round"><title>{_text(said)}</title>'
            f"{drawn}</svg>"
        )


@dataclass(slots=True)
class _Sized:
    """A box, its title in lines, its size, and those inside of it."""

    box: Box
    lines: list[str]
    width: float
    height: float
    inside: list[_Sized]

    @property
    def is_stack(self) -> bool:
        return bool(self.box.counts) or self.box.kind == "map task"


def _sized(box: Box) -> _Sized:
    lines = _wrapped(visible(box.title), int((_MAX_WIDTH - _LEFT - _PAD) / _TITLE_PX))
    text = max(_TITLE_PX * max(map(len, lines)), _NOTE_PX * (20 + len(_kind(box))))
    width = min(_MAX_WIDTH, max(_MIN_WIDTH, _LEFT + text + _PAD))
    height = 2 * _PAD + _LINE * (len(lines) + 1)
    inside = [_sized(one) for one in box.inside]
    sized = _Sized(box, lines, width, height, inside)
    if inside:
        _, (inner_width, inner_height) = _group(inside, is_live=False)
        sized.width = max(width, inner_width + 2 * _FRAME)
        sized.height = height + inner_height + _FRAME
    elif sized.is_stack:
        sized.width = min(_MAX_WIDTH, width + 24) + _STACK * 2
        sized.height = height + _LINE + _BAR + _STACK * 2
    return sized


def _shape(some: list[_Sized]) -> object:
    return tuple(
        (s.box.key, s.width, s.height, tuple(sorted(s.box.upstream)), _shape(s.inside))
        for s in some
    )


def _all(some: list[_Sized]) -> list[_Sized]:
    return [one for sized in some for one in (sized, *_all(sized.inside))]


def _group(some: list[_Sized], *, is_live: bool) -> tuple[str, Point]:
    """Draw boxes and the lines between them; return that and its size."""
    places = {sized.box.key: n for n, sized in enumerate(some)}
    edges = [
        (places[key], n)
        for n, s in enumerate(some)
        for key in sorted(s.box.upstream, key=places.get)  # type: ignore[arg-type]
    ]
    found = arrange([(sized.width, sized.height) for sized in some], edges)
    parts = [_line(points) for points in found.lines]
    for sized, (x, y) in zip(some, found.corners, strict=True):
        key = f' data-box="{_text(sized.box.key)}"' if is_live else ""
        parts.append(f'<g transform="translate({x:.1f} {y:.1f})"><g{key}>{_content(sized)}</g>')
        if sized.inside:
            inner, (width, _) = _group(sized.inside, is_live=is_live)
            top = 2 * _PAD + _LINE * (len(sized.lines) + 1)
            parts.append(
                f'<g transform="translate({(sized.width - width) / 2:.1f} {top:.1f})">{inner}</g>'
            )
        parts.append("</g>")
    return "".join(parts), (found.width, found.height)


def _line(points: list[Point]) -> str:
    """Draw a line that ends in an arrow."""
    x, y = points[0]
    path = f"M{x:.1f} {y:.1f}"
    for end_x, end_y in points[1:]:
        middle = (y + end_y) / 2
        if end_x == x:
            path += f"V{end_y:.1f}"
        else:
            path += f"C{x:.1f} {middle:.1f} {end_x:.1f} {middle:.1f} {end_x:.1f} {end_y:.1f}"
        x, y = end_x, end_y
    path += f"M{x - 3.5:.1f} {y - 5:.1f}L{x:.1f} {y - 0.5:.1f}L{x + 3.5:.1f} {y - 5:.1f}"
    return f'<path d="{path}" stroke="currentColor" stroke-opacity=".4" stroke-width="1.3"/>'


def _content(sized: _Sized) -> str:
    """Draw what is in a box: its frame, the mark of its phase, its name, what is to be said."""
    box, look = sized.box, LOOKS[sized.box.phase]
    width, height = sized.width, sized.height
    is_stack = sized.is_stack and not sized.inside
    if is_stack:
        width, height = width - 2 * _STACK, height - 2 * _STACK
    note = _note(box)
    kind = _kind(box)
    parts = [f"<title>{_text(f'{box.title}: {kind}{note}')}</title>"]
    for behind in (2, 1) if is_stack else ():
        x, y = behind * _STACK + width, behind * _STACK + height
        parts.append(
            f'<path d="M{x:.1f} {behind * _STACK + 6:.1f}V{y - 6:.1f}q0 6-6 6'
            f'H{behind * _STACK + 6:.1f}" stroke="{look.colour}" stroke-opacity=".5"/>'
        )
    tint = ".05" if sized.inside else ".13"
    dashes = ' stroke-dasharray="4 3"' if box.phase.value in {"queued", "skipped"} else ""
    parts.append(
        f'<rect width="{width:.1f}" height="{height:.1f}" rx="7" fill="{look.colour}"'
        f' fill-opacity="{tint}" stroke="{look.colour}" stroke-width="1.4"{dashes}/>'
    )
    parts.append(
        f'<path d="{look.mark}" transform="translate(9 {_PAD + 2:.1f})" stroke="{look.colour}"'
        ' stroke-width="1.8"/>'
    )
    y = _PAD + 12.0
    for line in sized.lines:
        parts.append(_words(line, y, 'font-size="12.5" font-weight="600"'))
        y += _LINE
    parts.append(_words(f"{kind}{note}" if not is_stack else _sum(box), y, _SMALL))
    if is_stack:
        parts.append(_words(_least(box), y + _LINE, _SMALL))
        parts.append(_bar(box, y + _LINE + 5, width))
    return "".join(parts)


_SMALL = 'font-size="11" fill-opacity=".75"'


def _words(text: str, y: float, look: str) -> str:
    return f'<text x="{_LEFT:.0f}" y="{y:.1f}" fill="currentColor" {look}>{_text(text)}</text>'


def _kind(box: Box) -> str:
    return "" if box.kind in {"task", "level"} or box.counts else f"{box.kind}, "


def _note(box: Box) -> str:
    if box.counts:
        return counts_in_words(box.counts)
    words = box.phase.value
    return (
        words
        if box.seconds is None or not box.phase.is_over
        else (f"{words}, {duration(box.seconds)}")
    )


def _sum(box: Box) -> str:
    """Return how many there are, and what."""
    total = sum(box.counts.values())
    kind = {"task": "nodes", "level": "nodes", "map task": "items"}.get(box.kind, "nodes in it")
    return f"{total:,} {kind if total != 1 else kind.replace('s', '', 1)}" if total else box.kind


def _least(box: Box) -> str:
    """Return the count that one wants to know, in a few words."""
    if not box.counts:
        return str(box.phase.value)
    done, total = box.counts.get(Phase.SUCCEEDED, 0), sum(box.counts.values())
    worst, count = box.phase, box.counts.get(box.phase, 0)
    if done == total:
        return "all succeeded"
    return (
        f"{done:,} succeeded"
        if worst is Phase.SUCCEEDED or not count
        else f"{count:,} {worst.value}"
    )


def _bar(box: Box, y: float, width: float) -> str:
    """Draw how many nodes are in which phase, as parts of a bar."""
    x, length, total = _LEFT, width - _LEFT - _PAD, sum(box.counts.values())
    parts = []
    for phase, count in told(box.counts):
        part = length * count / total
        shade = ".35" if phase.value in {"queued", "skipped"} else "1"
        parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{part:.1f}" height="{_BAR - 2:.0f}"'
            f' fill="{LOOKS[phase].colour}" fill-opacity="{shade}"/>'
        )
        x += part
    return "".join(parts)


def _wrapped(text: str, most: int) -> list[str]:
    """Return *text* in at most two lines, broken where a word of it ends; its end is there."""
    lines = [""]
    for word in _WORDS.findall(text):
        pieces = [word[n : n + most] for n in range(0, len(word), most)]
        for piece in pieces:
            if len(lines[-1]) + len(piece.rstrip()) > most:
                lines.append("")
            lines[-1] += piece
    if len(lines) > _MAX_LINES:
        lines[1:] = ["…" + text[1 - most :]]
    return [line.strip() for line in lines]


def _text(text: str) -> str:
    return escape(visible(text))
