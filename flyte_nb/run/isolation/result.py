"""How a run ended, always told."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from .wire.observations import Observations

if TYPE_CHECKING:
    from flyte_nb.run.isolation.wire.carried_error import CarriedError


class Outcome(Enum):
    """How a run ended."""

    RETURNED = "returned"
    RAISED = "raised"
    VALUE_NOT_PICKLABLE = "returned a value that cannot be handed back"
    NOT_LOADED = "could not be loaded in a fresh process"
    EXITED = "ended its own process"
    SIGNALLED = "ended by a signal"
    OOM_KILLED = "OOMKilled"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    STORAGE_EXCEEDED = "evicted: ephemeral storage exceeded"
    PREEMPTED = "preempted"
    CANCELLED = "cancelled"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True, slots=True)
class IsolatedResult:
    """All that is known of a run that has ended.

    Attributes:
        outcome: How it ended.
        message: That in one sentence.
        value: What the function returned.
        error: What it raised: the user's own object with its traceback, None where it cannot be
            rebuilt here; see then `carried_error`.
        carried_error: The same in words.
        exit_code: As Kubernetes tells it: 137 for OOMKilled, 128 and more for a signal.
        wall_s: From start to end, in seconds.
        cpu_s: CPU time of all its processes, in seconds.
        peak_memory_bytes: The most memory that its processes had at once.
        leaked_threads: Names of threads that it left behind; they ended with it.
        leaked_processes: Processes that it left behind, as "name (pid)"; they were killed.
        dropped_bytes: How much of what it printed was left out.
        seen: What it used that may not be in the pod, for `findings`.
    """

    outcome: Outcome
    message: str
    value: Any = field(default=None, repr=False)
    error: BaseException | None = field(default=None, repr=False)
    carried_error: CarriedError | None = field(default=None, repr=False)
    exit_code: int | None = None
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_memory_bytes: int = 0
    leaked_threads: tuple[str, ...] = ()
    leaked_processes: tuple[str, ...] = ()
    dropped_bytes: int = 0
    seen: Observations = field(default_factory=Observations, repr=False)
