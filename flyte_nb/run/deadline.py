"""An end for code that takes too long, in the thread that runs it."""

from __future__ import annotations

import asyncio
import ctypes
import signal
import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar

from flyte_nb.errors import TaskTimeoutError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import FrameType

T = TypeVar("T")
_LOOK_AGAIN_S = 0.1


class _Late(BaseException):
    """Raised in code that runs too long: no ``except Exception`` of a task stops it."""


def call_until(seconds: float, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
    """Call *function*, and end it after so many *seconds*.

    Where signals can be had, in the main thread, a call that waits is ended as well. Elsewhere
    it ends at the next line of Python: a thread cannot be taken out of a call to the system.

    Raises:
        TaskTimeoutError: It took longer.
    """
    __tracebackhide__ = True
    try:
        if _can_have_alarm():
            return _with_alarm(seconds, function, args, kwargs)
        return _with_watcher(seconds, function, args, kwargs)
    except _Late:
        raise TaskTimeoutError(_message(seconds), hint=_HINT) from None


async def await_until(seconds: float, coroutine: Awaitable[T]) -> T:
    """Await *coroutine*, and cancel it after so many *seconds*, or when the caller is cancelled.

    Raises:
        TaskTimeoutError: It took longer.
    """
    __tracebackhide__ = True
    task = asyncio.ensure_future(coroutine)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            task.cancel()
            await asyncio.wait({task})
    except asyncio.CancelledError:  # which `asyncio.wait` does not hand on
        task.cancel()
        return await await_until(seconds, task)  # it may clean up, or go on all the same
    if done:
        return task.result()
    if not task.cancelled() and task.exception() is None:
        return task.result()  # it would not be cancelled, and came to its end
    raise TaskTimeoutError(_message(seconds), hint=_HINT)


_HINT = "give it more by @task(timeout=…), or let it save a checkpoint and go on from that"


def _message(seconds: float) -> str:
    return f"the attempt took longer than its timeout of {seconds:g} s"


def _can_have_alarm() -> bool:
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and hasattr(signal, "setitimer") and not signal.getitimer(signal.ITIMER_REAL)[0]


def _with_alarm(
    seconds: float, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> T:
    __tracebackhide__ = True

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        return function(*args, **kwargs)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _with_watcher(
    seconds: float, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> T:
    __tracebackhide__ = True
    me, lock, is_over = threading.current_thread(), threading.Lock(), False

    def ring() -> None:
        with lock:
            if not is_over:
                raise_in(me, _Late)

    watcher = threading.Timer(seconds, ring)
    watcher.daemon = True
    watcher.start()
    try:
        return function(*args, **kwargs)
    finally:
        with lock:
            is_over = True
        watcher.cancel()


def pause(seconds: float) -> None:
    """Sleep, and let `raise_in` end that: it comes through between two lines of Python."""
    end = time.monotonic() + seconds
    while (rest := end - time.monotonic()) > 0:
        time.sleep(min(rest, _LOOK_AGAIN_S))


def raise_in(thread: threading.Thread, error: type[BaseException]) -> None:
    """Let *thread* raise *error* at its next line of Python."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread.ident or 0), ctypes.py_object(error)
    )


def take_back(thread: threading.Thread) -> None:
    """Let *thread* not raise what `raise_in` has left for it, where it has not so far."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), None)
