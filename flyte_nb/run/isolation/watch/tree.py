"""The processes of a run: all that its own process started, and they in turn."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]

_HAS_CHILDREN_FILE = Path(f"/proc/self/task/{os.getpid()}/children").exists()
_TRIES = 200
_PAUSE_S = 0.002
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows both end it at once


class Tree:
    """All processes of a run.

    Args:
        root: The process of the run.
        below: A process that adopts every orphan of the run, and that has no other children;
            None where the system has no such thing. Then an orphan is known only if it was seen
            before, or kept the session of the run.
    """

    def __init__(self, root: int, below: int | None) -> None:
        self._root = root
        self._below = below
        self._seen: dict[int, psutil.Process] = {}

    def members(self) -> list[psutil.Process]:
        """Return the processes that live now."""
        alive = {}
        for pid in descendants(self._below) if self._below is not None else self._found():
            process = self._seen.get(pid) or _process(pid)
            if process is not None:
                alive[pid] = process
        self._seen = alive
        return [process for process in alive.values() if not _is_over(process)]

    def terminate(self) -> None:
        """Send SIGTERM to the run's own process, as Kubernetes does to the first of a container."""
        with contextlib.suppress(OSError):
            os.kill(self._root, signal.SIGTERM)

    def kill(self) -> None:
        """Kill them all. They are stopped first, so that none can start another meanwhile."""
        stop = getattr(signal, "SIGSTOP", None)
        stopped: set[int] = set()
        for _ in range(_TRIES if stop is not None else 0):
            fresh = [process for process in self.members() if process.pid not in stopped]
            if not fresh:
                break
            for process in fresh:
                self._signal(process, stop or _KILL)
                stopped.add(process.pid)
        for process in self.members():
            self._signal(process, _KILL)

    def _signal(self, process: psutil.Process, number: int) -> None:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            self._seen.pop(process.pid, None)  # if it is there again, it is another one
        except (psutil.Error, OSError):
            return

    def _found(self) -> set[int]:
        """Return what is below the root, was seen below it before, or is in its session."""
        known = {pid for pid, process in self._seen.items() if process.is_running()}
        found = known | set(descendants(self._root))
        for pid in known:
            found.update(descendants(pid))
        if hasattr(os, "getsid"):
            for pid in psutil.pids():
                with contextlib.suppress(OSError):
                    if os.getsid(pid) == self._root:
                        found.add(pid)
        return found | {self._root}


def descendants(pid: int) -> list[int]:
    """Return the children of *pid*, and theirs, as far as they are not orphans."""
    if not _HAS_CHILDREN_FILE:
        process = _process(pid)
        with contextlib.suppress(psutil.Error):
            return [child.pid for child in process.children(recursive=True)] if process else []
        return []
    found: list[int] = []
    parents = [pid]
    while parents:
        children = list(children_of(parents.pop()))
        found += children
        parents += children
    return found


def children_of(pid: int) -> list[int]:
    """Return the children of *pid*: of all its threads (proc(5), /proc/pid/task/tid/children)."""
    if not _HAS_CHILDREN_FILE:
        process = _process(pid)
        with contextlib.suppress(psutil.Error):
            return [child.pid for child in process.children()] if process else []
        return []
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - 50 times a second
            with contextlib.suppress(OSError):
                content = _read(f"/proc/{pid}/task/{thread}/children")
                found += map(int, content.split())
    return found


def end_at_once(pids: list[int]) -> None:
    """Kill *pids*, until none of their descendants is left."""
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, _KILL)


def wait_until_over(tree: Tree, timeout_s: float) -> list[psutil.Process]:
    """Return the processes that are still there after *timeout_s*."""
    deadline = time.monotonic() + timeout_s
    while (left := tree.members()) and time.monotonic() < deadline:
        time.sleep(_PAUSE_S)
    return left


def _read(path: str) -> bytes:
    fd = os.open(path, os.O_RDONLY)
    try:
        return os.read(fd, 1 << 16)
    finally:
        os.close(fd)


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.Error:
        return None


def _is_over(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return True
