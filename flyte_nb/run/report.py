"""What a cell shows of the tasks that it ran, once it has ended."""

from __future__ import annotations

import threading
from collections import Counter, deque
from html import escape
from typing import TYPE_CHECKING, Any

from .details import details_text
from .words import attempt_lines, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .record import Phase, TaskRun

SHOWN_RUNS = 5  # in full; of earlier ones the number is said, so that a loop does not flood a cell


class CellReport:
    """The runs of one cell, ready to be displayed.

    Runs may be added from any thread. What it keeps is bounded: the last runs and counts.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: deque[TaskRun] = deque(maxlen=SHOWN_RUNS)
        self._phases: Counter[Phase] = Counter()

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
            if run.has_decks:
                names = dict.fromkeys(deck.name for a in run.attempts for deck in a.decks)
                yield f"  decks: {', '.join(names)}"

    def _html(self) -> Iterator[str]:
        if summary := self._summary():
            yield f'<p style="margin:.4em 0">{escape(summary)}</p>'
        from .report_html import as_html

        for run in self._runs:
            yield as_html(run)
