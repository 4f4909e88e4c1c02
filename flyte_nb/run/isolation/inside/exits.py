"""What Python does at the end of a process, here where it is ended by `os._exit`."""

from __future__ import annotations

import atexit
import contextlib
import sys
import threading
import time

from flyte_nb.run.isolation.watch.linux import flush_c_streams

_SETTLE_S = 0.05  # for threads that are about to end, as those of a pool that was given up


def leaked_threads(before: frozenset[int | None]) -> tuple[str, ...]:
    """Return the names of threads that still run.

    Args:
        before: Identifiers of those that ran before.
    """
    idle = _idle_threads_of_pools()
    left = [t for t in threading.enumerate() if t.ident not in before and t not in idle]
    deadline = time.monotonic() + _SETTLE_S
    for thread in left:
        thread.join(max(0.0, deadline - time.monotonic()))
    return tuple(
        f"{thread.name}{'' if thread.daemon else ' (not a daemon)'}"
        for thread in left
        if thread.is_alive()
    )


def _idle_threads_of_pools() -> frozenset[threading.Thread]:
    """Return threads that wait for work: Python ends those of a ThreadPoolExecutor by itself."""
    pools = sys.modules.get("concurrent.futures.thread")
    queues = dict(getattr(pools, "_threads_queues", {}))
    return frozenset(thread for thread, queue in queues.items() if queue.empty())


def run_exit_handlers() -> None:
    """Call what was registered by `atexit`, and write out what was printed."""
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()  # noqa: SLF001 - there is no other name for it
    flush_streams()


def flush_streams() -> None:
    """Write out what was printed, by Python and by libraries in C."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(BaseException):  # it may be anything, and closed
            stream.flush()  # type: ignore[union-attr]
    flush_c_streams()
