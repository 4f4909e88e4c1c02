"""What an attempt in a process of its own came to: a value, the user's exception, an error."""

from __future__ import annotations

from traceback import format_list
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import (
    FlyteRecoverableException,
    PodFailedError,
    PodTimeoutError,
    is_of_the_user,
)
from flyte_nb.run.isolation import Outcome

if TYPE_CHECKING:
    from flyte_nb.run.isolation import IsolatedResult
    from flyte_nb.run.isolation.wire.carried_error import CarriedError

_HINTS = {
    Outcome.OOM_KILLED: "give it more by @task(limits=Resources(mem=…)), or let it hold less"
    " at once",
    Outcome.DEADLINE_EXCEEDED: "give it more by @task(timeout=…), or let it save a checkpoint and"
    " go on from that",
    Outcome.STORAGE_EXCEEDED: "give it more by @task(limits=Resources(ephemeral_storage=…))",
    Outcome.PREEMPTED: "the next attempt goes on from the checkpoint, where there is one",
    Outcome.NOT_LOADED: "what it needs has to be there in a fresh process too: import it inside of"
    " the function, or define it in the notebook",
    Outcome.VALUE_NOT_PICKLABLE: "return plain data, or write a file and return its path",
    Outcome.EXITED: "raise an exception instead: it says what happened",
}


def value_of(result: IsolatedResult, name: str, *, is_recoverable: bool) -> Any:
    """Return the value of an attempt that returned one.

    Args:
        result: How its process ended.
        name: Name of the task.
        is_recoverable: Whether what it raised asks for another attempt.

    Raises:
        BaseException: What it raised, the user's own object.
        PodFailedError: It ended otherwise.
    """
    __tracebackhide__ = True
    outcome, error = result.outcome, result.error
    if outcome is Outcome.RETURNED:
        return result.value
    if outcome is Outcome.RAISED and error is not None and not isinstance(error, SystemExit):
        raise error
    raise _error_for(result, name, is_recoverable=is_recoverable)


def _error_for(result: IsolatedResult, name: str, *, is_recoverable: bool) -> Exception:
    outcome, message = result.outcome, f"{name}: {result.message}"
    carried = result.carried_error
    if outcome is Outcome.RAISED and isinstance(result.error, SystemExit):
        outcome = Outcome.EXITED
        message = f"{name}: ended its own process with exit code {result.exit_code}"
    elif outcome is Outcome.RAISED and carried is not None:
        message = f"{name} raised {carried.summary}\n{_told(carried)}".rstrip()
        if is_recoverable:
            return FlyteRecoverableException(message)
    elif carried is not None and outcome in {Outcome.NOT_LOADED, Outcome.VALUE_NOT_PICKLABLE}:
        message = f"{message}\n{_told(carried)}".rstrip()
    kind = PodTimeoutError if outcome is Outcome.DEADLINE_EXCEEDED else PodFailedError
    return kind(
        message,
        hint=_HINTS.get(outcome, ""),
        outcome=outcome.value,
        exit_code=result.exit_code,
        peak_memory_bytes=result.peak_memory_bytes,
    )


def _told(error: CarriedError) -> str:
    """Return where in the user's code it was, and what it came from."""
    frames = (frame for frame in error.frames if is_of_the_user(frame.file))
    lines = format_list([(one.file, one.position[0], one.name, None) for one in frames])
    before = error.cause or (None if error.suppress_context else error.context)
    if before is not None:
        lines.append(f"  after {before.summary}\n{_told(before)}")
    return "".join(lines).rstrip()
