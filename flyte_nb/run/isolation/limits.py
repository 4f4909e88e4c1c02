"""What one run may use, and how it is ended when that is not enough."""

from __future__ import annotations

from dataclasses import dataclass, fields

from flyte_nb.errors import InvalidValueError

_POD_GRACE_S = 30.0  # Kubernetes' terminationGracePeriodSeconds
_OUTPUT_BYTES = 10_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The limits of a run; None where there is none.

    Args:
        memory_bytes: Memory of all its processes together.
        cpu_count: CPUs that it may run on.
        storage_bytes: Size of its folder on the disk.
        timeout_s: How long it may take.
        grace_s: How long it has between SIGTERM and SIGKILL; a pod's 30 s by default.
        preempt_after_s: When it is preempted, to see what its next attempt makes of that.
        output_bytes: How much of what it prints is kept; of the rest its end is.

    Raises:
        InvalidValueError: A limit is not a number above 0.
    """

    memory_bytes: int | None = None
    cpu_count: int | None = None
    storage_bytes: int | None = None
    timeout_s: float | None = None
    grace_s: float = _POD_GRACE_S
    preempt_after_s: float | None = None
    output_bytes: int = _OUTPUT_BYTES

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            may_be_zero = field.name in {"grace_s", "preempt_after_s", "output_bytes"}
            if value is not None and (value < 0 or (value == 0 and not may_be_zero)):
                raise InvalidValueError(
                    f"{field.name}={value!r} is no limit",
                    hint="give a number above 0, or None for no limit",
                )
