"""The process of a run, from the fork on until it is like one that was started."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import traceback
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from flyte_nb.run.isolation.inside.main import run
from flyte_nb.run.isolation.watch.linux import die_with, prefer_to_be_killed

from .renew import renew

if TYPE_CHECKING:
    from typing import NoReturn

    from flyte_nb.run.isolation.wire.plan import Plan

_PIPE_BYTES = 1 << 20  # so that a flood of output costs few switches between processes
_SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ (fcntl(2)); in `fcntl` on Linux only
_NAMES = ("stdout", "stderr", "channel", "status")


@dataclass(frozen=True, slots=True)
class Pipes:
    """What comes out of a run.

    Attributes:
        ends: Of each pipe, by name, the end to read from and the one to write to.
    """

    ends: dict[str, tuple[int, int]]

    @classmethod
    def make(cls) -> Pipes:
        """Make them all, with room where much is written."""
        pipes = cls({name: os.pipe() for name in _NAMES})
        if sys.platform == "linux":
            import fcntl

            for name in ("stdout", "stderr"):
                with contextlib.suppress(OSError):  # the user has all that the system gives
                    fcntl.fcntl(pipes.ends[name][1], _SET_PIPE_SIZE, _PIPE_BYTES)
        return pipes

    def keep_reading_ends(self) -> dict[str, int]:
        """Close the others; return each by name."""
        for _, write in self.ends.values():
            os.close(write)
        return {name: read for name, (read, _) in self.ends.items()}


class Child:
    """The process of a run, as its parent sees it; takes leave of adopted ones as well.

    Args:
        pid: Its id.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return its exit code, minus the signal that ended it; None while it lives."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return self._code
            if pid == 0:
                return self._code
            if pid == self.pid:
                self._code = os.waitstatus_to_exitcode(status)

    def usage(self) -> tuple[float, int]:
        """Return CPU seconds of all that ended, and the largest resident size, in bytes."""
        self.poll()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2) of each system
        return used.ru_utime + used.ru_stime, used.ru_maxrss * unit


def be_the_run(
    plan: Plan, request: IO[bytes], result: IO[bytes], pipes: Pipes, watcher: int
) -> NoReturn:
    """Become the process of the run, run it, and end."""
    try:
        os.setsid()  # what it starts is known by that, and gets no signal of ours
        die_with(watcher)
        prefer_to_be_killed()
        _take_defaults()
        channel, status = (pipes.ends[name][1] for name in ("channel", "status"))
        _connect_streams(pipes)
        _close_all_but({0, 1, 2, channel, status, request.fileno(), result.fileno()})
        if plan.fresh:
            renew(plan, request, result, channel, status)
        run(plan, request, result, channel, status)
    except BaseException:  # noqa: BLE001 - it must not come out of here as a second watcher
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(1)


def _take_defaults() -> None:
    """Undo what the server has set: signals, and the dumps of memory that a crash would leave."""
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _connect_streams(pipes: Pipes) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(pipes.ends["stdout"][1], 1)
    os.dup2(pipes.ends["stderr"][1], 2)


def _close_all_but(kept: set[int]) -> None:
    limit = max(kept)
    for fd in range(limit):
        if fd not in kept:
            with contextlib.suppress(OSError):
                os.close(fd)
    highest = os.sysconf("SC_OPEN_MAX")
    os.closerange(limit + 1, highest if 0 < highest < _MANY else _MANY)


_MANY = 1 << 16
