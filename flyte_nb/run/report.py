"""What a cell shows of the tasks that it ran, once it has ended."""

from __future__ import annotations

import threading
from collections import Counter, deque
from html import escape
from typing import TYPE_CHECKING, Any

from .record import Phase, Run, short_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.decks.page import Tab

SHOWN_RUNS = 5  # in full; of earlier ones the number is said, so that a loop does not flood a cell
_NOTE = "a cluster shows these decks only with @task(enable_deck=True)"
_COLOUR = {
    Phase.SUCCEEDED: "#1a7f37",
    Phase.FAILED: "#d1242f",
    Phase.ABORTED: "#9a6700",
    Phase.RETRYABLE_FAILURE: "#9a6700",
}


class CellReport:
    """The runs of one cell, ready to be displayed.

    Runs may be added from any thread. What it keeps is bounded: the last runs and counts.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: deque[Run] = deque(maxlen=SHOWN_RUNS)
        self._phases: Counter[Phase] = Counter()

    def __bool__(self) -> bool:
        return bool(self._runs)

    def add(self, run: Run) -> None:
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
            yield f"{short_name(run.task_name)}: {outcome(run)}"
            if len(run.attempts) > 1:
                yield from (f"  attempt {line}" for line in attempt_lines(run))
            if run.has_decks:
                names = dict.fromkeys(deck.name for a in run.attempts for deck in a.decks)
                yield f"  decks: {', '.join(names)}"

    def _html(self) -> Iterator[str]:
        if summary := self._summary():
            yield f'<p style="margin:.4em 0">{escape(summary)}</p>'
        for run in self._runs:
            yield as_html(run)


def outcome(run: Run) -> str:
    """Return how *run* ended, in one line."""
    words = [run.phase.value]
    if run.retries:
        words.append(f"attempt {len(run.attempts)} of {run.retries + 1}")
    words.append(duration(run.duration_s))
    return ", ".join(words)


def attempt_lines(run: Run) -> list[str]:
    """Return one line for each attempt of *run*."""
    return [
        f"{a.number + 1}: {a.phase.value} after {duration(a.duration_s)}"
        + (f": {a.error}" if a.error else "")
        for a in run.attempts
    ]


def tabs(run: Run) -> list[Tab]:
    """Return the decks of *run*, those of each attempt together."""
    from flyte_nb.decks.page import Tab

    several = len(run.attempts) > 1
    return [
        Tab(
            name=deck.name,
            html=deck.html,
            group=f"Attempt {attempt.number + 1}" if several else "",
        )
        for attempt in run.attempts
        for deck in attempt.decks
    ]


def as_html(run: Run) -> str:
    """Return *run* as HTML that needs no kernel: one line, its attempts, its decks."""
    name = escape(short_name(run.task_name))
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
    if run.has_decks:
        from flyte_nb.decks.page import document, embed

        if run.show_decks is None:
            parts.append(f'<div style="opacity:.7;padding-left:1.1em">{escape(_NOTE)}</div>')
        title = f"Decks of {short_name(run.task_name)}"
        parts.append(embed(document(tabs(run), title=title), title=title))
    parts.append("</div>")
    return "".join(parts)


def duration(seconds: float) -> str:
    """Return *seconds* in the unit that people would use."""
    if seconds < 1e-3:  # noqa: PLR2004
        return "under 1 ms"
    if seconds < 1:
        return f"{seconds * 1e3:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"  # noqa: PLR2004
