"""Decides when a run has to end, and how: no clock, no process and no signal in it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from flyte_nb.run.isolation.result import Outcome

from .amounts import in_bytes
from .storage import NOTHING_USED, Used

if TYPE_CHECKING:
    from flyte_nb.run.isolation.limits import Limits

# What the kubelet gives a pod that it evicts for its storage (immediateEvictionGracePeriodSeconds).
_EVICTION_GRACE_S = 1.0


class Step(Enum):
    """What is to be done with the run now."""

    NOTHING = "nothing"
    TERMINATE = "SIGTERM"
    KILL = "SIGKILL"


class Ending:
    """The end of one run, as far as it does not end by itself.

    What came first is the reason. All but too much memory begins with SIGTERM, as in a pod.

    Args:
        limits: What the run may use.
        started: When it started, in the same seconds as every ``now`` below.

    Attributes:
        reason: Why it has to end, None so far.
        detail: More of that.
    """

    def __init__(self, limits: Limits, started: float) -> None:
        self._limits = limits
        self._deadline = _later(started, limits.timeout_s)
        self._preemption = _later(started, limits.preempt_after_s)
        self._kill_at: float | None = None
        self._killed = False
        self._has_delivered = False
        self.reason: Outcome | None = None
        self.detail = ""

    @property
    def next_at(self) -> float | None:
        """When to look again at the latest, None when only something new can end the run."""
        if self._killed:
            return None
        if self._kill_at is not None:
            return self._kill_at
        times = [at for at in (self._deadline, self._preemption) if at is not None]
        return min(times, default=None)

    def look(self, now: float, memory_bytes: int = 0, used: Used = NOTHING_USED) -> Step:
        """Return what is to be done at *now*."""
        limits = self._limits
        if limits.memory_bytes is not None and memory_bytes > limits.memory_bytes:
            return self._out_of_memory(memory_bytes)
        if limits.storage_bytes is not None and used.size_bytes > limits.storage_bytes:
            detail = f"{used} of {in_bytes(limits.storage_bytes)}"
            return self._terminate(Outcome.STORAGE_EXCEEDED, now, _EVICTION_GRACE_S, detail)
        if self._deadline is not None and now >= self._deadline:
            return self._terminate(Outcome.DEADLINE_EXCEEDED, now, limits.grace_s)
        if self._preemption is not None and now >= self._preemption:
            return self._terminate(Outcome.PREEMPTED, now, limits.grace_s)
        return self._after_grace(now)

    def cancel(self, now: float) -> Step:
        """Return what is to be done when the caller wants no more of it."""
        return self._terminate(Outcome.CANCELLED, now, self._limits.grace_s)

    def kill(self) -> Step:
        """Return what is to be done when the caller does not want to wait for its end."""
        if not self._has_delivered:
            self.reason = self.reason or Outcome.CANCELLED
        self._killed = True
        return Step.KILL

    def delivered(self, now: float) -> None:
        """Note that the function has ended: what is left of the process has the grace for that."""
        self._has_delivered = True
        self._deadline = self._preemption = None
        if self._kill_at is None:
            self._kill_at = now + self._limits.grace_s

    def _out_of_memory(self, memory_bytes: int) -> Step:
        if self._killed:
            return Step.NOTHING
        if self.reason is None:
            self.reason = Outcome.OOM_KILLED
            limit = self._limits.memory_bytes
            self.detail = f"{in_bytes(memory_bytes)} of {in_bytes(limit or 0)}"
        self._killed = True
        return Step.KILL

    def _terminate(self, reason: Outcome, now: float, grace_s: float, detail: str = "") -> Step:
        if self.reason is not None or self._has_delivered:
            return self._after_grace(now)
        self.reason, self.detail = reason, detail
        self._kill_at = now + grace_s
        return Step.TERMINATE

    def _after_grace(self, now: float) -> Step:
        if self._killed or self._kill_at is None or now < self._kill_at:
            return Step.NOTHING
        self._killed = True
        return Step.KILL


def _later(now: float, seconds: float | None) -> float | None:
    return None if seconds is None else now + seconds
