"""A run as HTML that needs no kernel: one line, its attempts, what they left, their decks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from flyte_nb.decks.how_shown import deck_display

from .details import details_html
from .record import Phase, TaskRun
from .words import attempt_lines, outcome

if TYPE_CHECKING:
    from .history.record import RunRecord

_NOTE = "a cluster shows these decks only with @task(enable_deck=True)"
_COLOUR = {
    Phase.SUCCEEDED: "#1a7f37",
    Phase.FAILED: "#d1242f",
    Phase.ABORTED: "#9a6700",
    Phase.RETRYABLE_FAILURE: "#9a6700",
}


def as_html(run: TaskRun, record: RunRecord | None = None) -> str:
    """Return *run* as HTML.

    Args:
        run: A call of a task.
        record: What is kept of it, where it has decks that are to be seen.
    """
    name = escape(run.task_name)
    dot = (
        f'<span aria-hidden="true" style="display:inline-block;width:.6em;height:.6em;'
        f'border-radius:50%;background:{_COLOUR[run.phase]};margin-right:.5em"></span>'
    )
    parts = [
        '<div style="margin:.4em 0;font-size:13px;line-height:1.5">',
        f"<div>{dot}<strong>{name}</strong> {escape(outcome(run))}</div>",
    ]
    if len(run.attempts) > 1:
        items = "".join(f"<li>{escape(line)}</li>" for line in attempt_lines(run))
        parts.append(
            '<ul style="margin:.1em 0 .4em;padding-left:2.2em;list-style:none;opacity:.8">'
            f"{items}</ul>"
        )
    parts.append(details_html(run))
    if record is not None:
        from .history.deck_page import decks_in_cell

        if run.show_decks is None and deck_display().mode != "off":
            parts.append(f'<div style="opacity:.7;padding-left:1.1em">{escape(_NOTE)}</div>')
        parts.append(decks_in_cell(record))
    parts.append("</div>")
    return "".join(parts)
