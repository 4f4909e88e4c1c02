"""A table of plain values, for what has no HTML of its own."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST = 100  # characters of a cell


def html_table(head: Sequence[str], rows: Iterable[Sequence[Any]], caption: str = "") -> str:
    """Return *rows* under *head*; every name and value is escaped, long ones are cut.

    Args:
        head: Names of the columns, any text.
        rows: Values of one row each.
        caption: What the table is of; none by default.
    """
    title = f'<caption style="text-align:left">{escape(caption)}</caption>' if caption else ""
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return (
        f'<div style="overflow-x:auto"><table>{title}<thead><tr>{names}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _cell(value: Any) -> str:
    text = str(value)
    if len(text) > _MOST:
        text = f"{LEAK_GUARD.mask(text)[:_MOST]}…"  # first: half a secret is not found
    return f"<td>{escape(text)}</td>"
