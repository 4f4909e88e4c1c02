"""Coroutines run to their end by code that is not asynchronous."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")
_WAKE_S = 0.1


def run_to_end(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run *coroutine* and return its value, also where a loop runs already, as in a notebook.

    An interrupt cancels it and waits for its end.
    """
    __tracebackhide__ = True
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        if threading.current_thread() is threading.main_thread():
            return asyncio.run(coroutine)
        return asyncio.run(_awake(coroutine))
    return _in_another_thread(coroutine)


async def _awake(coroutine: Coroutine[Any, Any, T]) -> T:
    """Await *coroutine* in a loop that never sleeps for long.

    No signal comes to a thread: what `deadline.raise_in` leaves for it is raised at its next line.
    """
    loop = asyncio.get_running_loop()

    timer: asyncio.TimerHandle | None = None

    def wake() -> None:
        nonlocal timer
        timer = loop.call_later(_WAKE_S, wake)

    wake()
    try:
        return await coroutine
    finally:
        if timer is not None:
            timer.cancel()


def _in_another_thread(coroutine: Coroutine[Any, Any, T]) -> T:
    __tracebackhide__ = True
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any] | None]] = Future()
    ended: Future[T] = Future()

    async def main() -> T:
        started.set_result((asyncio.get_running_loop(), asyncio.current_task()))
        return await coroutine

    def run() -> None:
        try:
            ended.set_result(asyncio.run(main()))
        except BaseException as error:  # noqa: BLE001 - told to who waits
            ended.set_exception(error)

    threading.Thread(target=copy_context().run, args=(run,), daemon=True).start()
    try:
        return ended.result()
    except KeyboardInterrupt:
        loop, task = started.result()
        if task is not None:
            with suppress(RuntimeError):  # it has ended meanwhile
                loop.call_soon_threadsafe(task.cancel)
        ended.exception()
        raise
