"""What a cell shows of the tasks that it ran, once it has ended."""

from __future__ import annotations

import threading
from collections import Counter, deque
from html import escape
from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.decks.how_shown import deck_display
from flyte_nb.display import visible

from .details import details_text
from .words import attempt_lines, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .history.record import RunRecord
    from .record import Phase, TaskRun

_NAMED = 20  # decks of a run
SHOWN_RUNS = 5  # in full; of earlier ones the number is said, so that a loop does not flood a cell


class CellReport:
    """The runs of one cell, ready to be displayed.

    Runs may be added from any thread. What it keeps is bounded: the last runs and counts.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: deque[TaskRun] = deque(maxlen=SHOWN_RUNS)
        self._phases: Counter[Phase] = Counter()
        self._records: list[RunRecord | None] | None = None

    def __bool__(self) -> bool:
        return bool(self._runs)

    def add(self, run: TaskRun) -> None:
        """Take *run* in."""
        with self._lock:
            self._runs.append(run)
            self._phases[run.phase] += 1

    def take(self) -> CellReport:
        """Return all that came in so far as a report of its own, and start afresh."""
        taken = CellReport()
        with self._lock:
            taken._runs, self._runs = self._runs, taken._runs
            taken._phases, self._phases = self._phases, taken._phases
        return taken

    def records(self) -> list[RunRecord]:
        """Return what is kept of the calls whose decks are to be seen; the same each time."""
        return [record for record in self._recorded() if record is not None]

    def _recorded(self) -> list[RunRecord | None]:
        from .handle.run_id import RUN_IDS
        from .history.describe_run import record_of_call

        if self._records is None:
            self._records = [
                record_of_call(run, RUN_IDS.new(run.started_at)) if _has_decks(run) else None
                for run in self._runs
            ]
        return self._records

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": "\n".join(self._text()), "text/html": "".join(self._html())}

    def _summary(self) -> str:
        earlier = sum(self._phases.values()) - len(self._runs)
        if not earlier:
            return ""
        counts = ", ".join(f"{n:,} {phase.value}" for phase, n in self._phases.items())
        return f"{earlier + len(self._runs):,} runs ({counts}); the last {len(self._runs)}:"

    def _text(self) -> Iterator[str]:
        if summary := self._summary():
            yield summary
        for run in self._runs:
            yield f"{run.task_name}: {outcome(run)}"
            if len(run.attempts) > 1:
                yield from (f"  attempt {line}" for line in attempt_lines(run))
            yield from details_text(run)
            if _has_decks(run):
                names = list(dict.fromkeys(deck.name for a in run.attempts for deck in a.decks))
                more = f", … {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
                listed = ", ".join(map(LEAK_GUARD.mask, names[:_NAMED]))
                yield f"  decks: {visible(listed)}{more}"

    def _html(self) -> Iterator[str]:
        if summary := self._summary():
            yield f'<p style="margin:.4em 0">{escape(summary)}</p>'
        from .report_html import as_html

        for run, record in zip(self._runs, self._recorded(), strict=True):
            yield as_html(run, record)


def _has_decks(run: TaskRun) -> bool:
    wanted = run.show_decks is not False or deck_display().mode == "always"
    return wanted and any(attempt.decks for attempt in run.attempts)
