"""The decks of a recorded run, under the line that says how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import record_html, record_text

if TYPE_CHECKING:
    from flyte_nb.run.history.record import RunRecord


def decks_alone(record: RunRecord) -> dict[str, str]:
    """Return what shows the decks of *record* and how it ended, by MIME type."""
    from flyte_nb.run.history.deck_page import decks_in_cell

    lines = [record_text.heading(record), *(f"  {line}" for line in record_text.decks(record))]
    html = record_html.heading(record) + decks_in_cell(record)
    return {"text/plain": "\n".join(lines), "text/html": record_html.framed(html)}
