"""What a run adds to an attempt in this process: it ends as that of a pod would."""

from __future__ import annotations

import os
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
        with Changes(name), _OneProcess():
            value = body(*args, **kwargs)
        return _unless(value)

    async def call_async(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        with Changes(name), _OneProcess():
            value = await body(*args, **kwargs)
        return _unless(value)

    def _unless(value: Any) -> Any:
        if fails:
            raise injected_failure(number)
        return value

    return call_async if is_async else call


class _OneProcess:
    """Ends a copy of this process that the task has forked, and that comes out of it as well.

    Else there would be two of whatever follows: two records of the run, two kernels. A copy ends
    with the status of a script that has come to its end, or has raised something.
    """

    def __enter__(self) -> None:
        self._pid = os.getpid()

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if os.getpid() == self._pid:
            return
        try:
            from .isolation.inside.exits import flush_streams

            flush_streams()
        finally:
            os._exit(_exit_status(error))


def _exit_status(error: BaseException | None) -> int:
    code = error.code if isinstance(error, SystemExit) else error
    return code if isinstance(code, int) else int(code is not None)
