"""A run in a terminal: one line for each change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.display import visible
from flyte_nb.run.record import Phase
from flyte_nb.run.words import duration

from .boxes import short_name
from .look import LOOKS, counts_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.run.handle.progress import NodeProgress
    from flyte_nb.run.handle.run import Run

MAX_NODES = 50  # a run that has more is told by its counts


class LiveText:
    """Tells in lines what changed in *run* since it was last asked.

    Args:
        run: The run.
        encoding: Of where the lines are written: signs that it has not are left away.
    """

    def __init__(self, run: Run, encoding: str = "utf-8") -> None:
        self._run = run
        self._told: dict[str, tuple[Phase, int]] = {}
        self._phase = Phase.QUEUED
        self._counts = ""
        self._has_said_cancelling = False
        self._signs = {
            phase: look.sign if _can(look.sign, encoding) else "*" for phase, look in LOOKS.items()
        }

    def lines(self) -> Iterator[str]:
        """Yield a line for each change."""
        run = self._run
        if self._phase is Phase.QUEUED and run.phase is not Phase.QUEUED:
            self._phase = Phase.RUNNING
            yield self._line(Phase.RUNNING, f"{run.kind} {run.name}: running")
        if run.is_cancelling and not self._has_said_cancelling:
            self._has_said_cancelling = True
            said = "cancelling… (a second interrupt forces it)"
            yield self._line(Phase.ABORTED, f"{run.kind} {run.name}: {said}")
        nodes = run.progress.nodes()
        if len(nodes) > MAX_NODES:
            yield from self._sums()
        elif len(nodes) > 1 or any(node.attempts for node in nodes):
            for node in nodes:
                yield from self._of_node(node)
        if run.done and self._phase is not run.phase:
            self._phase = run.phase
            words = f"{run.phase.value}, {duration(run.seconds)}"
            yield self._line(run.phase, f"{run.kind} {run.name}: {words}")

    def _of_node(self, node: NodeProgress) -> Iterator[str]:
        phase, failed = self._told.get(node.path, (Phase.QUEUED, 0))
        ended = [a for a in node.attempts if a.phase is Phase.RETRYABLE_FAILURE]
        name = f"{short_name(node)} ({node.path})"
        for attempt in ended[failed:]:
            said = f"  {name}: attempt {attempt.number + 1} failed: {attempt.error}"
            yield self._line(Phase.RETRYABLE_FAILURE, said)
        if node.phase is not phase and not (
            node.phase.is_over and len(self._run.progress.nodes()) == 1
        ):
            seconds = node.seconds() if node.phase.is_over else None
            said = node.phase.value + ("" if seconds is None else f", {duration(seconds)}")
            # What a node raised stands below, with its traceback: here its type is enough.
            kind = f": {node.error.partition(':')[0]}" if node.error else ""
            yield self._line(node.phase, f"  {name}: {said}{kind}")
        self._told[node.path] = (node.phase, len(ended))

    def _sums(self) -> Iterator[str]:
        counts = counts_in_words(self._run.progress.phases)
        if counts != self._counts:
            self._counts = counts
            yield f"  {counts}"

    def _line(self, phase: Phase, text: str) -> str:
        return LEAK_GUARD.mask(f"{self._signs[phase]} {visible(text)}")


def _can(sign: str, encoding: str) -> bool:
    try:
        sign.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
