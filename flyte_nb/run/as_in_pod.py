"""What a run adds to an attempt in this process: it ends as that of a pod would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .changes import Changes
from .recovery import injected_failure

if TYPE_CHECKING:
    from collections.abc import Callable


def ending_as_a_pod(
    body: Callable[..., Any], name: str, number: int, *, fails: bool, is_async: bool
) -> Callable[..., Any]:
    """Return what calls *body*, takes its changes of this process back, and fails if it is to.

    Args:
        body: What the attempt calls.
        name: Name of the task.
        number: Of the attempt.
        fails: Whether the attempt is to fail.
        is_async: Whether *body* returns a coroutine.
    """

    def call(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        with Changes(name):
            value = body(*args, **kwargs)
        return _unless(value)

    async def call_async(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        with Changes(name):
            value = await body(*args, **kwargs)
        return _unless(value)

    def _unless(value: Any) -> Any:
        if fails:
            raise injected_failure(number)
        return value

    return call_async if is_async else call
