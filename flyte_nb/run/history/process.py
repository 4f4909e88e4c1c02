"""Which process a run belongs to, and whether that is still there."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flyte_nb.config import environment

_SAME_S = 5.0  # by which the system's clock may move the start of a process


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """A process that is told from all others.

    Attributes:
        host: Name of the machine.
        pid: Its number.
        mark: When it was started and, on Linux, the name space in which its number counts:
            containers may share a folder, the name of their host, and numbers.
    """

    host: str
    pid: int
    mark: str

    @property
    def is_alive(self) -> bool | None:
        """Whether it is still there; None where that cannot be known from here."""
        import psutil  # type: ignore[import-untyped]

        space, _, started = self.mark.partition(" ")
        if self.host != socket.gethostname() or space != _space():
            return None
        try:
            process = psutil.Process(self.pid)
            moved: float = abs(process.create_time() - float(started))
            return moved < _SAME_S and bool(process.status() != psutil.STATUS_ZOMBIE)
        except (psutil.Error, OSError, OverflowError):
            return False
        except ValueError:  # nothing that we have written
            return None


def this_process() -> Process:
    """Return the one that this runs in."""
    return _known(os.getpid())


@lru_cache(maxsize=1)  # by its number: a child that was forked is another one
def _known(pid: int) -> Process:
    import psutil

    started = psutil.Process(pid).create_time()
    return Process(host=socket.gethostname(), pid=pid, mark=f"{_space()} {started:.2f}")


@lru_cache(maxsize=1)
def _space() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return "-"


def notebook() -> str:
    """Return the path of the notebook or script, empty where neither is known."""
    names = vars(sys.modules.get("__main__", os))
    known = names.get("__vsc_ipynb_file__"), environment().get("JPY_SESSION_NAME")
    return str(next(filter(None, (*known, names.get("__file__"))), ""))
