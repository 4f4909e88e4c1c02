"""Pieces of which the HTML of a record is made: all text that is put in is escaped."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from flyte_nb.display import visible, visible_lines

from .look import LOOKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flyte_nb.run.history.lost import PhaseSeen

T = TypeVar("T")
MOST_ROWS = 50
LETTERS = 70  # percent of the colour of a phase in that of letters
_PRE = "margin:.2em 0;white-space:pre-wrap;max-height:20em;overflow:auto;font-size:12px"
BELOW = "margin:.1em 0 .1em 1.1em"
_BOX = (
    "display:inline-block;border:1px solid rgba(128,128,128,.35);border-radius:6px;"
    "padding:.5em .9em;font-size:13px;line-height:1.5;max-width:100%;overflow-x:auto"
)
_HEAD = "text-align:left;font-weight:normal;opacity:.8;padding:0 1.2em 0 0;border:0"
_CELL = "text-align:left;padding:0 1.2em 0 0;border:0;vertical-align:top;overflow-wrap:anywhere"
_WORD = 24  # characters of a word that is not broken, however narrow the page
_SHORT = 16  # of several words that stay on one line
WIDE = "overflow-x:auto;max-width:100%;margin:.4em 0"


def first(items: Iterable[T]) -> Iterator[T]:
    """Return the first ones of *items*, as many as a table has."""
    return islice(items, MOST_ROWS)


def details(title: str, body: str, phase: PhaseSeen | None = None) -> str:
    """Return something folded below its title, with the sign of a phase."""
    mark = "" if phase is None else sign(phase)
    return f'<details style="{BELOW}"><summary>{mark}{text(title)}</summary>{body}</details>'


def pre(lines: str) -> str:
    """Return lines as they are."""
    return f'<pre tabindex="0" style="{_PRE}">{escape(visible_lines(lines))}</pre>'


def sign(phase: PhaseSeen) -> str:
    """Return the sign of a phase; its word stands beside it."""
    return (
        f'<span aria-hidden="true" style="{_colour(phase)};display:inline-block;width:1.3em">'
        f"{LOOKS[phase].sign}</span>"
    )


def in_colour(phase: PhaseSeen, words: str) -> Cell:
    """Return *words* after the sign of a phase and in its colour."""
    html = f'<span style="{_colour(phase)}">{sign(phase)}{text(words)}</span>'
    return Cell(f"{LOOKS[phase].sign} {words}", html)


def _colour(phase: PhaseSeen) -> str:
    """Return the colour of a phase for letters, mixed with that of other text.

    So it is at least 4.5:1 on the light and the dark ground of a page (WCAG 1.4.3).
    """
    return f"color:color-mix(in srgb,{LOOKS[phase].colour} {LETTERS}%,currentcolor)"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table that is more than its words.

    Attributes:
        words: What is read.
        html: The same as HTML.
    """

    words: str
    html: str


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str | Cell]]) -> str:
    """Return *rows* under *head* as a table that stands alone.

    Where a page is narrow, it is broken between words, and then it scrolls.
    """
    cells = [[c if isinstance(c, Cell) else Cell(c, text(c)) for c in row] for row in rows]
    top = "".join(
        f'<th scope="col" style="{_HEAD};min-width:{_width([name, *words])}ch">{text(name)}</th>'
        for name, *words in zip(head, *([c.words for c in row] for row in cells), strict=True)
    )
    body = "".join(
        '<tr style="background:none">'
        + "".join(f'<td style="{_CELL}">{cell.html}</td>' for cell in row)
        + "</tr>"
        for row in cells
    )
    return (
        f'<div style="{_BOX}"><strong>{text(title)}</strong>'
        '<table style="border-collapse:collapse;margin:.2em 0 0"><thead>'
        f'<tr style="background:none">{top}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _width(column: Sequence[str]) -> int:
    """Return how many characters its longest word or short cell has, if there is room for that."""
    words = [cell for cell in column if len(cell) <= _SHORT]
    words += [word for cell in column for word in cell.split()]
    return min(_WORD, max(map(len, words), default=0))


def text(words: str) -> str:
    """Return *words* escaped, where all that is in it is seen."""
    return escape(visible(words))
