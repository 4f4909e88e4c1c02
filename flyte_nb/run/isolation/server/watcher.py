"""A copy of the server that watches one run: starts its process, and stays until it is gone."""

from __future__ import annotations

import os
import signal
import time
from typing import IO

from flyte_nb.run.isolation.watch.link import PARENTS_END, Link
from flyte_nb.run.isolation.watch.linux import become_subreaper
from flyte_nb.run.isolation.watch.supervisor import Supervisor
from flyte_nb.run.isolation.watch.tree import Tree
from flyte_nb.run.isolation.wire.frames import Kind, frame
from flyte_nb.run.isolation.wire.plan import read_plan

from .child import Child, Pipes, be_the_run


def watch_a_run(descriptors: tuple[int, ...], parent: int | None) -> None:
    """Run what is asked for; returns in no process.

    Args:
        descriptors: The socket to the caller, a file with the plan and the call, one for the
            result.
        parent: Tells the end of the caller's process, None where nothing does.
    """
    code = 1
    try:
        caller, asked, result = descriptors
        request, delivery = os.fdopen(asked, "rb"), os.fdopen(result, "r+b")
        _watch(caller, request, delivery, parent)
        code = 0
    finally:
        # Never to the server's own end: it is another process's.
        os._exit(code)


def _watch(caller: int, request: IO[bytes], result: IO[bytes], parent: int | None) -> None:
    try:
        plan = read_plan(request)
        has_orphans = become_subreaper()
        pipes = Pipes.make()
        watcher = os.getpid()
        started = time.monotonic()
        pid = os.fork()
    except Exception as error:
        os.write(caller, frame(Kind.FAILED, str(error).encode(errors="replace")))
        raise
    if pid == 0:
        be_the_run(plan, request, result, pipes, watcher)
    request.close()
    result.close()
    sources = pipes.keep_reading_ends()
    if parent is not None:
        sources[PARENTS_END] = parent
    tree = Tree(pid, watcher if has_orphans else None)
    line = _line(caller, sources)
    line.send(Kind.STARTED, str(pid).encode())
    try:
        Supervisor(plan, Child(pid), tree, line, started).watch()
    except Exception as error:
        line.send(Kind.FAILED, repr(error).encode(errors="replace"))
        line.flush()
        raise


def _line(caller: int, sources: dict[str, int]) -> Link:
    """Return the line to the caller; it wakes up when a process ends."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    return Link(caller, sources, (woken,))
