"""What is known of a run when it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from flyte_nb.context.stats import Metric
    from flyte_nb.context.task_log import LogLine
    from flyte_nb.decks import Deck
    from flyte_nb.models import WorkflowExecutionIdentifier

    from .outputs import Described


class Phase(Enum):
    """Where a run, a node or an attempt is, or how it ended (flyteidl's phases)."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ABORTED = "aborted"
    RETRYABLE_FAILURE = "failed, retried"
    SKIPPED = "skipped"

    @property
    def is_over(self) -> bool:
        """Whether it will not change any more."""
        return self not in {Phase.QUEUED, Phase.RUNNING}


def phase_of(error: BaseException) -> Phase:
    """Return the phase that *error* ends with: `sys.exit` is a failure, as in a pod."""
    was_ended = isinstance(error, KeyboardInterrupt) or type(error).__name__ == "CancelledError"
    return Phase.ABORTED if was_ended else Phase.FAILED


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One try at a task.

    Attributes:
        number: From 0.
        phase: How it ended.
        duration_s: How long it took, in seconds.
        error: Type and message of what it raised; empty when it succeeded.
        decks: The decks that it made.
        metrics: What it emitted, summed up.
        log: What it logged, the last lines.
        outputs: What it said about its outputs, as (output, key, text).
        outcome: How the process of an isolated one ended, for example ``OOMKilled``; else empty.
        exit_code: What its process exited with, as Kubernetes tells it; None where it had none.
        peak_memory_bytes: The most memory that its process had; 0 where it had none.
        cpu_s: CPU time of its process, in seconds.
        findings: What worked in it here and will fail in the pod, one line each.
        show_decks: Whether its decks are shown where nobody asks for them.
    """

    number: int
    phase: Phase
    duration_s: float
    error: str
    decks: tuple[Deck, ...]
    metrics: tuple[Metric, ...] = ()
    log: tuple[LogLine, ...] = ()
    outputs: Described = ()
    outcome: str = ""
    exit_code: int | None = None
    peak_memory_bytes: int = 0
    cpu_s: float = 0.0
    findings: tuple[str, ...] = ()
    show_decks: bool = True

    @property
    def has_something_to_show(self) -> bool:
        """Whether a user would look at it."""
        return bool(self.decks or self.metrics or self.outputs)


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRun:
    """One call of a task, all its attempts.

    Attributes:
        task_name: Name of the function.
        execution_id: The execution that it was.
        started_at: When it was called, in UTC.
        attempts: In order; the last one decided.
        retries: How many attempts it could have had after the first.
        show_decks: Whether the task wants its decks shown; None when it did not say.
    """

    task_name: str
    execution_id: WorkflowExecutionIdentifier
    started_at: datetime
    attempts: tuple[Attempt, ...]
    retries: int
    show_decks: bool | None

    @property
    def phase(self) -> Phase:
        """How it ended."""
        return self.attempts[-1].phase

    @property
    def duration_s(self) -> float:
        """How long all attempts took, in seconds."""
        return sum(attempt.duration_s for attempt in self.attempts)
