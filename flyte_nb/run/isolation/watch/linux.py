"""What Linux offers to keep hold of processes; elsewhere each function says that it has not."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None) if os.name == "posix" else None


def become_subreaper() -> bool:
    """Adopt whatever descendant loses its parent (prctl(2)); return whether that is possible."""
    return _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with(parent: int) -> None:
    """Let this process be killed when *parent*, its parent, ends (prctl(2))."""
    if _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) and os.getppid() != parent:
        os._exit(1)  # it had ended before


def watch_for_end(pid: int) -> int | None:
    """Return a descriptor that becomes readable when *pid* ends; None where there is none."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a kernel before 5.3
            return os.pidfd_open(pid)
    return None


def prefer_to_be_killed() -> None:
    """Let the system, when it is out of memory, kill this process before any other."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def flush_c_streams() -> None:
    """Write out what libraries in C have printed (fflush(3))."""
    if _libc is not None:
        _libc.fflush(None)


def _prctl(option: int, value: int) -> bool:
    if sys.platform != "linux" or _libc is None:
        return False
    return bool(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) == 0)
