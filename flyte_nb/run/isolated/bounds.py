"""The limits of a task's process, from what `@task` was given."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flyte_nb.models.quantity import quantity
from flyte_nb.run.isolation import Limits

if TYPE_CHECKING:
    from flyte_nb.run.task_options import TaskOptions

_GRACE = ("termination_grace_period_seconds", "terminationGracePeriodSeconds")


def limits_of(options: TaskOptions, preempt_after_s: float | None = None) -> Limits:
    """Return the limits of one attempt: memory, CPUs, disk and time, and the grace at its end.

    Args:
        options: What `@task` was given; a request without a limit is one, as on a cluster.
        preempt_after_s: When it is preempted, None for never.
    """
    found = options.resource_spec.effective_limits()
    timeout: Any = options.timeout
    limits = Limits(
        memory_bytes=_whole(found.mem),
        cpu_count=_whole(found.cpu),
        storage_bytes=_whole(found.ephemeral_storage),
        timeout_s=None if timeout is None else timeout.total_seconds(),
        preempt_after_s=preempt_after_s,
    )
    grace_s = _grace_s(options.pod_template)
    return limits if grace_s is None else replace(limits, grace_s=grace_s)


def _whole(amount: Any) -> int | None:
    """Return *amount* as a whole number, the next larger one; None where there is no limit."""
    if amount is None:
        return None
    return math.ceil(quantity(amount)) or None


def _grace_s(template: Any) -> float | None:
    """Return what the pod template says of the time between SIGTERM and SIGKILL."""
    spec = getattr(template, "pod_spec", None)
    for name in _GRACE:
        value = spec.get(name) if isinstance(spec, dict) else getattr(spec, name, None)
        if isinstance(value, (int, float)) and value >= 0:
            return value
    return None
