"""A compact panel of labels and values: HTML for a notebook, text for a terminal."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Inline styles only, on colours of the page: nothing leaks out of the panel, and it
# keeps its look in both themes, in a saved notebook and after a sanitizer.
_BOX = (
    "display:inline-block;border:1px solid rgba(128,128,128,.35);border-radius:6px;"
    "padding:.5em .9em;font-size:13px;line-height:1.5"
)
_TABLE = "border-collapse:collapse;margin:.2em 0 0"
_HEAD = "text-align:left;font-weight:normal;opacity:.7;padding:0 1.2em 0 0;border:0"
_CELL = "text-align:left;padding:0;border:0"


def as_text(rows: Sequence[tuple[str, str]]) -> str:
    """Return *rows*, of label and value, as aligned lines."""
    lines = [f"  {label:<10} {value}" for label, value in rows]
    return "\n".join(["Flyte context", *lines])


def as_html(rows: Sequence[tuple[str, str]]) -> str:
    """Return *rows* as a table that stands alone."""
    body = "".join(
        f'<tr style="background:none"><th scope="row" style="{_HEAD}">{escape(label)}</th>'
        f'<td style="{_CELL}">{escape(value)}</td></tr>'
        for label, value in rows
    )
    return (
        f'<div style="{_BOX}"><strong>Flyte context</strong>'
        f'<table style="{_TABLE}"><tbody>{body}</tbody></table></div>'
    )
