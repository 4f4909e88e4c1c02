"""A run that is awaited in an event loop, which goes on meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import PodFailedError
from flyte_nb.run.lines import beginning_of

if TYPE_CHECKING:
    from .run import Run

_LOOK_S = 0.2  # no signal wakes the loop of a kernel


async def awaited(run: Run) -> Any:
    """Wait for the end of *run* and return its value.

    Raises:
        BaseException: What it raised, the user's own exception; but for what would end the loop.
    """
    __tracebackhide__ = True
    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not over.done():
            over.set_result(None)

    def tell(_: Run) -> None:
        if run.done:
            loop.call_soon_threadsafe(wake)

    stop = run.on_change(tell)
    try:
        tell(run)
        # Not `await over`: no signal wakes the loop of a kernel, and Stop would have to wait.
        while not over.done():
            await asyncio.wait({over}, timeout=_LOOK_S)
    except BaseException as error:  # noqa: BLE001 - of the loop, or an interrupt
        run.cancel()
        raise error.with_traceback(beginning_of(run.entity))  # noqa: B904 - the same
    finally:
        stop()
    # What ends an event loop, if it leaves a coroutine of it.
    if isinstance(run.error, KeyboardInterrupt):
        raise asyncio.CancelledError(f"the run of {run.name} was cancelled") from run.error
    if isinstance(run.error, SystemExit):
        code = run.error.code
        raise PodFailedError(
            f"{run.name}: ended by sys.exit({code!r})",
            outcome="exited",
            exit_code=code if isinstance(code, int) else int(code is not None),
        ) from run.error
    return run.result()
