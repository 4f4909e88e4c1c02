"""Panels and tables: HTML for a notebook, aligned text for a terminal.

Inline styles only, on colours of the page: nothing leaks out of a panel, and it keeps its
look in both themes, in a saved notebook and after a sanitizer.
"""

from __future__ import annotations

import os
from html import escape
from typing import TYPE_CHECKING

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


def panel_text(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """Return *rows*, of label and value, as aligned lines."""
    width = max([10, *(len(label) for label, _ in rows)])
    return "\n".join([title, *(f"  {label:<{width}} {value}" for label, value in rows)])


def panel_html(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """Return *rows*, of label and value, as a panel that stands alone."""
    body = "".join(
        f'<tr style="{_ROW}"><th scope="row" style="{_LABEL}">{escape(label)}</th>'
        f'<td style="{_CELL}">{escape(value)}</td></tr>'
        for label, value in rows
    )
    return _box(title, f"<tbody>{body}</tbody>")


def table_text(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return *rows* under *head* as aligned lines."""
    lines = [head, *rows]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    texts = ("  ".join(f"{c:<{w}}" for c, w in zip(line, widths, strict=True)) for line in lines)
    return "\n".join([title, *(f"  {text}".rstrip() for text in texts)])


def table_html(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return *rows* under *head* as a table that stands alone."""
    top = "".join(f'<th scope="col" style="{_LABEL}">{escape(name)}</th>' for name in head)
    body = "".join(
        f'<tr style="{_ROW}">'
        + "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in row)
        + "</tr>"
        for row in rows
    )
    return _box(title, f'<thead><tr style="{_ROW}">{top}</tr></thead><tbody>{body}</tbody>')


def short_path(text: str) -> str:
    """Return *text* with ``~`` for the home folder, wherever a path in it begins there."""
    home = os.path.expanduser("~")  # noqa: PTH111
    return text if home in {"~", os.sep} else text.replace(home + os.sep, "~" + os.sep)


def _box(title: str, table: str) -> str:
    return (
        f'<div style="{_BOX}"><strong>{escape(title)}</strong>'
        f'<table style="{_TABLE}">{table}</table></div>'
    )
