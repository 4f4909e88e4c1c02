"""Which failures another attempt follows, and whose fault they count as."""

from __future__ import annotations

from flyte_nb.errors import (
    FlyteRecoverableException,
    InjectedFailureError,
    PodFailedError,
    TaskTimeoutError,
)

SYSTEM_RETRIES = 3  # propeller's max-node-retries-system-failures
PREEMPTED = "preempted"  # as `isolation.Outcome` says it, which plain calls do not import


def is_recoverable(error: BaseException) -> bool:
    """Return whether another attempt may follow.

    *error* asks for it, took too long, or is an end of the pod that says nothing of the code.
    flytekit's class of that name asks for it too.
    """
    if isinstance(error, PodFailedError):
        return error.outcome in _of_pods()
    return isinstance(error, (FlyteRecoverableException, TaskTimeoutError)) or any(
        kind.__name__ == "FlyteRecoverableException" and kind.__module__.startswith("flytekit.")
        for kind in type(error).__mro__
    )


def is_of_the_system(error: BaseException) -> bool:
    """Return whether *error* does not count as one of the task's ``retries``: a preemption."""
    return isinstance(error, PodFailedError) and error.outcome == PREEMPTED


def injected_failure(attempt: int, *, after_save: bool = False) -> InjectedFailureError:
    """Return the failure that ``fail_at`` asks for.

    Args:
        attempt: Number of the attempt.
        after_save: Whether it comes after a checkpoint, else at the end of the function.
    """
    when = "after its checkpoint" if after_save else "at its end"
    return InjectedFailureError(
        f"attempt {attempt + 1} (FLYTE_ATTEMPT_NUMBER={attempt}) fails {when}, as fail_at asks for",
        hint="the next attempt goes on from the checkpoint; give attempts=… where there is none",
    )


def _of_pods() -> set[str]:
    """Return the ends of a process that say nothing of the code.

    Not those of a call that another process cannot run at all: it cannot the next time either.
    """
    from flyte_nb.run.isolation import Outcome

    of_code = {
        Outcome.RETURNED,
        Outcome.RAISED,
        Outcome.VALUE_NOT_PICKLABLE,
        Outcome.NOT_LOADED,
        Outcome.CANCELLED,
    }
    return {outcome.value for outcome in Outcome if outcome not in of_code}
