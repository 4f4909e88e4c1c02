"""Makes a process look as if it had just been started for its run."""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import os
import sys
import tempfile
import time
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flyte_nb.run.isolation.wire.plan import Plan


def settle_in(plan: Plan) -> None:
    """Set variables, paths, streams and CPUs, as *plan* says."""
    os.environ.clear()
    os.environ.update(plan.environment)
    os.chdir(plan.work)
    sys.path[:] = plan.sys_path
    sys.argv[:] = [""]
    sys.modules["__main__"] = types.ModuleType("__main__")
    importlib.invalidate_caches()
    tempfile.tempdir = None  # what it was before it had our variables
    if hasattr(time, "tzset"):
        time.tzset()
    sys.stdin = sys.__stdin__ = _stream(0, "r", "strict")  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _stream(1, "w", "surrogateescape")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _stream(2, "w", "backslashreplace")  # type: ignore[misc]
    faulthandler.enable(2)  # a segmentation fault tells the line that it happened in
    _keep_to(plan.limits.cpu_count)


def _stream(fd: int, mode: str, errors: str) -> Any:
    """Open a standard stream, line by line: what is printed is to be seen at once."""
    return open(fd, mode, buffering=1, encoding="utf-8", errors=errors, closefd=False)


def _keep_to(count: int | None) -> None:
    """Use *count* CPUs; several runs should not all use the same."""
    if count is None or not hasattr(os, "sched_setaffinity"):
        return
    cpus = sorted(os.sched_getaffinity(0))
    if count < len(cpus):
        first = os.getpid() % len(cpus)
        with contextlib.suppress(OSError):  # the system's own idea of it wins
            os.sched_setaffinity(0, (cpus + cpus)[first : first + count])
