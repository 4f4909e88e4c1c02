"""What the attempts of a run left beside decks: metrics, metadata of outputs, log."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.context.stats.view import HEAD, rows
from flyte_nb.display import table_html, table_text, visible_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .record import Attempt, TaskRun

_MAX_ROWS = 50
_MAX_LINES = 100
_MAX_CHARACTERS = 500  # of one line of the log
_OUTPUTS = ("output", "", "")
_BELOW = "margin:.2em 0 .4em 1.1em"


def details_text(run: TaskRun) -> Iterator[str]:
    """Yield lines; the log is left out, which stands above."""
    for attempt in run.attempts:
        for title, head, table in _tables(run, attempt):
            yield from (f"  {line}" for line in table_text(title, head, table).splitlines())


def details_html(run: TaskRun) -> str:
    """Return HTML that needs no kernel."""
    parts = []
    for attempt in run.attempts:
        for title, head, table in _tables(run, attempt):
            parts.append(f'<div style="{_BELOW}">{table_html(title, head, table)}</div>')
        if attempt.log:
            parts.append(_log_html(run, attempt))
    return "".join(parts)


def _tables(
    run: TaskRun, attempt: Attempt
) -> Iterator[tuple[str, Sequence[str], Sequence[Sequence[str]]]]:
    if attempt.metrics:
        yield _title("Metrics", run, attempt), HEAD, _first(rows(attempt.metrics), len(HEAD))
    if attempt.outputs:
        yield _title("Outputs", run, attempt), _OUTPUTS, _first(attempt.outputs, len(_OUTPUTS))


def _first(table: Sequence[Sequence[str]], width: int) -> list[Sequence[str]]:
    more = len(table) - _MAX_ROWS
    rest = [(f"… {more:,} more", *[""] * (width - 1))] if more > 0 else []
    return [*table[:_MAX_ROWS], *rest]


def _title(what: str, run: TaskRun, attempt: Attempt) -> str:
    return f"{what} of attempt {attempt.number + 1}" if len(run.attempts) > 1 else what


def _log_html(run: TaskRun, attempt: Attempt) -> str:
    # Once more, and before they are cut: a value may have been read after its line was written.
    shown = [LEAK_GUARD.mask(str(line)) for line in attempt.log[-_MAX_LINES:]]
    lines = [x if len(x) <= _MAX_CHARACTERS else f"{x[:_MAX_CHARACTERS]}…" for x in shown]
    count = f"{len(attempt.log):,} line{'' if len(attempt.log) == 1 else 's'}"
    title = f"{_title('Log', run, attempt)} ({count})"
    return (
        f'<details style="{_BELOW}"><summary>{escape(title)}</summary>'
        '<pre style="margin:.2em 0;white-space:pre-wrap;max-height:20em;overflow:auto">'
        f"{escape(visible_lines(chr(10).join(lines)))}</pre></details>"
    )
