"""What a phase looks like: a colour that is seen on light and dark ground, and a shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.run.history.lost import Lost
from flyte_nb.run.record import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte_nb.run.history.lost import PhaseSeen


@dataclass(frozen=True, slots=True)
class Look:
    """How a phase is shown.

    Attributes:
        colour: At least 3:1 on white and on black (WCAG 1.4.11).
        mark: A path in a square of 12, drawn as a line of 1.8: shapes differ where colours do
            not.
        sign: The same as a character.
    """

    colour: str
    mark: str
    sign: str


_CIRCLE = "M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10"

LOOKS: dict[PhaseSeen, Look] = {
    Phase.QUEUED: Look("#868c95", _CIRCLE, "○"),
    Phase.RUNNING: Look("#2f80ed", "M3 1.5L10 6L3 10.5Z", "▶"),
    Phase.SUCCEEDED: Look("#2a9d5c", "M1 6.5L4.5 10L11 2.5", "✓"),
    Phase.FAILED: Look("#e5484d", "M2 2L10 10M10 2L2 10", "✗"),
    Phase.ABORTED: Look("#c77d00", "M2 2H10V10H2Z", "■"),
    Phase.RETRYABLE_FAILURE: Look("#c77d00", "M10.5 6a4.5 4.5 0 1 1-1.6-3.4M9.5 0V3H6.5", "↻"),
    Phase.SKIPPED: Look("#868c95", "M1.5 6H10.5", "-"),
    Lost.LOST: Look("#9b6dd6", "M3.2 3.8a2.8 2.8 0 1 1 4.2 2.4c-1 .6-1.4 1-1.4 2M6 10.9v.1", "?"),
}

# Which phase stands for many, the most urgent first.
_URGENT: tuple[PhaseSeen, ...] = (
    Phase.FAILED,
    Phase.ABORTED,
    Lost.LOST,
    Phase.RUNNING,
    Phase.RETRYABLE_FAILURE,
    Phase.QUEUED,
    Phase.SUCCEEDED,
    Phase.SKIPPED,
)
# In which order they are counted out: what is behind us first.
_TOLD: tuple[PhaseSeen, ...] = (
    Phase.SUCCEEDED,
    Phase.RUNNING,
    Phase.RETRYABLE_FAILURE,
    Phase.FAILED,
    Phase.ABORTED,
    Lost.LOST,
    Phase.QUEUED,
    Phase.SKIPPED,
)


def phase_of_many(counts: Mapping[PhaseSeen, int]) -> PhaseSeen:
    """Return the phase that stands for nodes of which so many are in each."""
    found = (phase for phase in _URGENT if counts.get(phase))
    phase = next(found, Phase.QUEUED)
    begun = counts.get(Phase.SUCCEEDED, 0)
    return Phase.RUNNING if phase is Phase.QUEUED and begun else phase


def told(counts: Mapping[Any, int]) -> list[tuple[PhaseSeen, int]]:
    """Return the phases that nodes are in, in the order in which one tells them."""
    return [(phase, counts[phase]) for phase in _TOLD if counts.get(phase)]


def counts_in_words(counts: Mapping[Any, int]) -> str:
    """Return how many are in which phase."""
    return ", ".join(f"{count:,} {phase.value}" for phase, count in told(counts))
