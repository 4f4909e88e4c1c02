"""A run as HTML that needs no kernel: one line, its attempts, what they left, their decks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .details import details_html
from .record import Phase, TaskRun
from .words import attempt_lines, outcome

if TYPE_CHECKING:
    from flyte_nb.decks.page import Tab

_NOTE = "a cluster shows these decks only with @task(enable_deck=True)"
_COLOUR = {
    Phase.SUCCEEDED: "#1a7f37",
    Phase.FAILED: "#d1242f",
    Phase.ABORTED: "#9a6700",
    Phase.RETRYABLE_FAILURE: "#9a6700",
}


def tabs(run: TaskRun) -> list[Tab]:
    """Return the decks of *run*, those of each attempt together."""
    from flyte_nb.decks.deck import html_of
    from flyte_nb.decks.page import Tab

    several = len(run.attempts) > 1
    return [
        Tab(
            name=deck.name,
            html=html_of(deck),
            group=f"Attempt {attempt.number + 1}" if several else "",
        )
        for attempt in run.attempts
        for deck in attempt.decks
    ]


def as_html(run: TaskRun) -> str:
    """Return *run* as HTML."""
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
    if run.has_decks:
        from flyte_nb.decks.page import document, embed

        if run.show_decks is None:
            parts.append(f'<div style="opacity:.7;padding-left:1.1em">{escape(_NOTE)}</div>')
        title = f"Decks of {run.task_name}"
        parts.append(embed(document(tabs(run), title=title), title=title))
    parts.append("</div>")
    return "".join(parts)
