"""Panels and tables: HTML for a notebook, aligned text for a terminal.

Inline styles only, on colours of the page: nothing leaks out of a panel, and it keeps its
look in both themes, in a saved notebook and after a sanitizer.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from unicodedata import category

if TYPE_CHECKING:
    from collections.abc import Sequence

_BOX = (
    "display:inline-block;border:1px solid rgba(128,128,128,.35);border-radius:6px;"
    "padding:.5em .9em;font-size:13px;line-height:1.5;max-width:100%;overflow-x:auto"
)
_TABLE = "border-collapse:collapse;margin:.2em 0 0"
_LABEL = "text-align:left;font-weight:normal;opacity:.7;padding:0 1.2em 0 0;border:0"
_CELL = "text-align:left;padding:0 1.2em 0 0;border:0;vertical-align:top"
_ROW = "background:none"
_PILL = (
    "display:inline-flex;flex-wrap:wrap;gap:0 .9em;align-items:baseline;max-width:100%;"
    "border:1px solid rgba(128,128,128,.35);border-radius:1.1em;padding:.2em 1em;"
    "font-size:13px;line-height:1.5;overflow-wrap:anywhere"
)
_NOTE = "font-size:12px;opacity:.75;margin:.3em 1em 0;overflow-wrap:anywhere"
_DOT = "display:inline-block;width:.6em;height:.6em;border-radius:50%;margin-right:.6em"
_GOOD, _IDLE = "background:#43a047", "background:rgba(128,128,128,.7)"
_MAX_SHOWN = 200  # characters of what another program wrote


def panel_text(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """Return *rows*, of label and value, as aligned lines."""
    seen = [(visible(label), visible(value)) for label, value in rows]
    width = max([10, *(len(label) for label, _ in seen)])
    return "\n".join([visible(title), *(f"  {label:<{width}} {value}" for label, value in seen)])


def panel_html(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """Return *rows*, of label and value, as a panel that stands alone."""
    body = "".join(
        f'<tr style="{_ROW}"><th scope="row" style="{_LABEL}">{_html(label)}</th>'
        f'<td style="{_CELL}">{_html(value)}</td></tr>'
        for label, value in rows
    )
    return _box(title, f"<tbody>{body}</tbody>")


def pill_html(label: str, parts: Sequence[str], *, is_good: bool, note: str = "") -> str:
    """Return *parts*, the most important first, as one small line that stands alone.

    Args:
        label: What it is about, for who does not see it.
        parts: What it says.
        is_good: Whether its dot is green.
        note: What else is to be said, below it.
    """
    first, *rest = map(_html, parts)
    dot = f'<span style="{_DOT};{_GOOD if is_good else _IDLE}"></span>'
    others = "".join(f'<span style="opacity:.75">{text}</span>' for text in rest)
    below = f'<div style="{_NOTE}">{_html(note)}</div>' if note else ""
    return (
        f'<div role="group" aria-label="{_html(label)}" style="{_PILL}">'
        f"<strong>{dot}{first}</strong>{others}</div>{below}"
    )


def table_text(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return *rows* under *head* as aligned lines."""
    lines = [[visible(cell) for cell in line] for line in (head, *rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    texts = ("  ".join(f"{c:<{w}}" for c, w in zip(line, widths, strict=True)) for line in lines)
    return "\n".join([visible(title), *(f"  {text}".rstrip() for text in texts)])


def table_html(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return *rows* under *head* as a table that stands alone."""
    top = "".join(f'<th scope="col" style="{_LABEL}">{_html(name)}</th>' for name in head)
    body = "".join(
        f'<tr style="{_ROW}">'
        + "".join(f'<td style="{_CELL}">{_html(cell)}</td>' for cell in row)
        + "</tr>"
        for row in rows
    )
    return _box(title, f'<thead><tr style="{_ROW}">{top}</tr></thead><tbody>{body}</tbody>')


@dataclass(frozen=True, slots=True)
class TableView:
    """A table, and remarks below it; shows itself in a notebook and in a terminal.

    Attributes:
        title: What it is about.
        head: Names of the columns.
        rows: Its cells, row by row; no secret is among them.
        remarks: Lines below it.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...] = ()

    def __repr__(self) -> str:
        title = visible(self.title)
        table = table_text(self.title, self.head, self.rows) if self.rows else title
        return "\n".join([table, *map(visible_lines, self.remarks)])

    def _repr_html_(self) -> str:
        look = "margin:.3em 0;font-size:13px;white-space:pre-wrap;font-family:monospace"
        lines = map(visible_lines, self.remarks)
        notes = "".join(f'<div style="{look}">{escape(line)}</div>' for line in lines)
        head = self.head if self.rows else ()
        return table_html(self.title, head, self.rows) + notes


def visible(text: str) -> str:
    r"""Return *text* in one line that a terminal shows and does not obey.

    A control character, such as a line feed or one that changes the direction of writing,
    becomes what it is in Python: ``\n``, ``\x1b``, ``\u202e``.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or category(c) == "Zs" else _escape(c) for c in text)


def visible_lines(text: str) -> str:
    """Return *text* as `visible` does, its line feeds left as they are."""
    return "\n".join(map(visible, text.split("\n")))


def printable(text: str) -> str:
    """Return what another program wrote, in one line, cut short, and as `visible` does."""
    line = visible(" ".join(text[: 10 * _MAX_SHOWN].split()))
    return line if len(line) <= _MAX_SHOWN else f"{line[:_MAX_SHOWN]}…"


def short_path(text: str) -> str:
    """Return *text* with ``~`` for the home folder, wherever a path in it begins there."""
    home = os.path.expanduser("~")  # noqa: PTH111
    return text if home in {"~", os.sep} else text.replace(home + os.sep, "~" + os.sep)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode()


def _html(text: str) -> str:
    return escape(visible(text))


def _box(title: str, table: str) -> str:
    return (
        f'<div style="{_BOX}"><strong>{_html(title)}</strong>'
        f'<table style="{_TABLE}">{table}</table></div>'
    )
