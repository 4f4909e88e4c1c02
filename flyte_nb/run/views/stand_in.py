"""What stands for the live view of a run in a notebook that is opened without its kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.display import visible

from . import html_parts as parts

if TYPE_CHECKING:
    from flyte_nb.run.handle.run import Run

NOTHING = {"text/plain": "", "text/html": ""}


def stand_in(run: Run) -> dict[str, str]:
    """Return what a notebook says of *run* that was saved while it went on.

    A page shows a widget or nothing of an output, and without its kernel that is an error: so
    this is an output of its own. The live view hides it by its attribute, while there is one.
    """
    began = f"{run.started_at.astimezone():%Y-%m-%d %H:%M:%S %Z}"
    head = LEAK_GUARD.mask(visible(f"{run.kind} {run.name}"))
    said = f"began at {began} and went on when this notebook was saved."
    show = f"%flyte_runs show {run.id}"
    return {
        "text/plain": f"{head} {said} {show} shows what became of it.",
        "text/html": (
            f'<div data-flyte-nb-run="{parts.text(run.id)}" style="font-size:13px">'
            f"<strong>{parts.text(head)}</strong> {parts.text(said)}"
            f' <code style="white-space:nowrap">'
            f"{parts.text(show)}</code> shows what became of it.</div>"
        ),
    }
