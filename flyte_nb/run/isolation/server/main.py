"""The server: a fresh interpreter, with what every run needs loaded, that forks when asked to.

It has one thread, reads no file and runs no code of the user's. It ends when its parent does.
"""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import signal
import socket
from dataclasses import dataclass
from importlib import import_module

from flyte_nb.run.isolation.watch.linux import become_subreaper, watch_for_end
from flyte_nb.run.isolation.watch.tree import children_of, end_at_once

from .watcher import watch_a_run

READY = b"r"
FORK = b"f"
_LOADED = (  # free of threads and of side effects; what a run needs at once
    "flyte_nb.run",
    "flyte_nb.run.isolation.inside.main",
    "flyte_nb.run.isolated.inside",
    "flyte_nb.run.task",
)
_DESCRIPTORS = 3  # of each run: the socket to its caller, what is asked for, the result
_LOOK_S = 1.0  # where the system does not tell that the parent has ended


@dataclass(frozen=True, slots=True)
class _Job:
    """A run that was asked for.

    Attributes:
        descriptors: See above.
        parent: Tells the end of the server's parent, None where nothing does.
    """

    descriptors: tuple[int, ...]
    parent: int | None


def main(control: int) -> None:
    """Serve the other end of *control*, a socket, until it is closed.

    In a copy this returns when the run has ended.
    """
    for name in _LOADED:
        import_module(name)
    become_subreaper()  # of runs whose watcher was killed
    gc.freeze()  # copies share what is never touched
    job = _serve(control)
    if job is not None:
        watch_a_run(job.descriptors, job.parent)


def _serve(control: int) -> _Job | None:
    """Fork for each job; return the job in the copy, None in the server when it is to end."""
    woken, wake = os.pipe()
    parent_pid = os.getppid()
    parent = watch_for_end(parent_pid)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the kernel
    signal.signal(signal.SIGCHLD, lambda *_: None)
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    watchers: set[int] = set()
    line = socket.socket(fileno=control)
    with line, selectors.DefaultSelector() as selector:
        for fd in (control, woken, *([] if parent is None else [parent])):
            selector.register(fd, selectors.EVENT_READ)
        with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - who started it reads no more
            os.dup2(nothing.fileno(), 2)
        line.sendall(READY)
        while os.getppid() == parent_pid:
            ready = {key.fd for key, _ in selector.select(_LOOK_S if parent is None else None)}
            if parent in ready:
                break
            if woken in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(woken, 4096)
                _reap(watchers)
            if control in ready:
                data, descriptors, _, _ = socket.recv_fds(line, 1, _DESCRIPTORS)
                if not data:
                    break
                pid = os.fork()
                if pid == 0:
                    signal.set_wakeup_fd(-1)
                    os.close(woken)
                    os.close(wake)
                    return _Job(tuple(descriptors), parent)
                watchers.add(pid)
                for fd in descriptors:
                    os.close(fd)
    return None


def _reap(watchers: set[int]) -> None:
    """Take leave of copies that have ended, and kill what one leaves that was killed itself."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        if pid not in watchers or status != 0:
            # A run's process is never a child of the server's while its watcher lives.
            watchers.discard(pid)
            end_at_once([child for child in children_of(os.getpid()) if child not in watchers])
        watchers.discard(pid)
