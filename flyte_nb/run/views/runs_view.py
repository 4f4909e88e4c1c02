"""A list of runs on a page and in a terminal: the phases as in the view of one."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from flyte_nb.display import TableView, visible_lines

from . import html_parts as parts
from .look import LOOKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flyte_nb.run.history.record import RunHead

_PHASE = 2  # its column
_REMARK = "margin:.3em 0;font-size:13px;white-space:pre-wrap;font-family:monospace"


def runs_text(table: TableView, heads: Sequence[RunHead]) -> str:
    """Return *table*, whose rows are *heads*, as lines of text."""
    rows = tuple(
        (*row[:_PHASE], f"{LOOKS[head.sign].sign} {row[_PHASE]}", *row[_PHASE + 1 :])
        for row, head in zip(table.rows, heads, strict=True)
    )
    return repr(TableView(table.title, table.head, rows, table.remarks))


def runs_html(table: TableView, heads: Sequence[RunHead]) -> str:
    """Return *table*, whose rows are *heads*, as HTML that needs no kernel."""
    rows: list[tuple[str | parts.Cell, ...]] = [
        (*row[:_PHASE], parts.in_colour(head.sign, row[_PHASE]), *row[_PHASE + 1 :])
        for row, head in zip(table.rows, heads, strict=True)
    ]
    notes = "".join(
        f'<div style="{_REMARK}">{escape(visible_lines(line))}</div>' for line in table.remarks
    )
    return parts.table(table.title, table.head if rows else (), rows) + notes
