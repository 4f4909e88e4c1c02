"""How much memory a run has, counted as the limit of a container counts it."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HAS_PROC = sys.platform == "linux"
_TRIES = 3
_ROOM = 1 << 14
# proc(5): files that are mapped are resident too, but no container is ended for these.
_RESIDENT = re.compile(rb"^VmRSS:\s+(\d+) kB$", re.MULTILINE)
_OWN = re.compile(rb"^(?:RssAnon|RssShmem):\s+(\d+) kB$", re.MULTILINE)
_SHARES = re.compile(rb"^(?:Pss_Anon|Pss_Shmem):\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Size:
    """Memory of one process, in bytes.

    Attributes:
        resident: All of it.
        own: Without files that are mapped; what was there at a fork counts in both processes.
    """

    resident: int
    own: int


class MemoryMeter:
    """Memory of all processes of a run together.

    Sizes are quick to read, but count what forked processes share once for each of them. So
    where their sum is higher than ever before, the exact shares decide, which the system takes
    some 10 ms for each 100 MB to tell.

    Attributes:
        peak_bytes: The most that was measured.
    """

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._largest = _Size(0, 0)

    def measure(self, members: Callable[[], Sequence[psutil.Process]]) -> int:
        """Return the memory, in bytes: exact where it is a new peak, else at most as much.

        Args:
            members: Returns the processes that live.
        """
        measured = []
        for _ in range(_TRIES):
            sizes = {process.pid: _size(process) for process in members()}
            self._largest = max([self._largest, *sizes.values()], key=lambda size: size.resident)
            total = sum(size.own for size in sizes.values())
            if total <= self.peak_bytes:
                return total
            if len(sizes) == 1:
                measured = [total]
                break
            measured.append(sum(_share(pid, size.own) for pid, size in sizes.items()))
            # One that ended meanwhile left its shares to others, where they would count again.
            if {process.pid for process in members()} == sizes.keys():
                break
        exact = min(measured)
        self.peak_bytes = max(self.peak_bytes, exact)
        return exact

    def add_largest(self, resident_bytes: int) -> int:
        """Take in what the system says of the largest process; return the memory, if it tells more.

        It tells of a peak that came between two measurements. What of it is mapped files is known
        from the highest that was measured.
        """
        if resident_bytes <= self._largest.resident:
            return 0
        own = resident_bytes - (self._largest.resident - self._largest.own)
        if own <= self.peak_bytes:
            return 0
        self.peak_bytes = own
        return own


def _size(process: psutil.Process) -> _Size:
    if _HAS_PROC:
        status = _read(process.pid, "status") or b""
        resident = _RESIDENT.search(status)
        return _Size(_bytes(resident[1]) if resident else 0, sum(map(_bytes, _OWN.findall(status))))
    try:
        resident_bytes = int(process.memory_info().rss)
    except psutil.Error:
        return _Size(0, 0)
    return _Size(resident_bytes, resident_bytes)


def _share(pid: int, otherwise: int) -> int:
    """Return the share of *pid*, *otherwise* where the system does not tell it."""
    if not _HAS_PROC:
        return otherwise
    content = _read(pid, "smaps_rollup")
    if content is None:
        return 0  # it has ended
    shares = _SHARES.findall(content)
    return sum(map(_bytes, shares)) if shares else otherwise


def _read(pid: int, name: str) -> bytes | None:
    """Return a file of proc(5): None of a process that has ended, empty where it is not allowed."""
    try:
        fd = os.open(f"/proc/{pid}/{name}", os.O_RDONLY)
        try:
            return os.read(fd, _ROOM)
        finally:
            os.close(fd)
    except (FileNotFoundError, ProcessLookupError):
        return None
    except OSError:
        return b""


def _bytes(kilobytes: bytes) -> int:
    return 1024 * int(kilobytes)
