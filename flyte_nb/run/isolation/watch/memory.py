"""How much memory a run has, counted as the limit of a container counts it."""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHARES = re.compile(rb"^(?:Pss_Anon|Pss_Shmem): +(\d+) kB$", re.MULTILINE)


class MemoryMeter:
    """Memory of all processes of a run together.

    Resident sizes are quick to read, but count what forked processes share once for each, and
    files that are mapped, which a container's limit does not end it for. So where their sum is
    higher than ever before, the exact shares decide (proc(5), ``smaps_rollup``).

    Attributes:
        peak_bytes: The most that was measured.
        resident_peak_bytes: The highest sum of resident sizes.
    """

    def __init__(self) -> None:
        self.peak_bytes = 0
        self.resident_peak_bytes = 0

    def measure(self, processes: Iterable[psutil.Process]) -> int:
        """Return the memory, in bytes: exact where it is a new peak, else at most as much."""
        resident = {process.pid: _resident(process) for process in processes}
        total = sum(resident.values())
        self.resident_peak_bytes = max(self.resident_peak_bytes, total)
        if total <= self.peak_bytes:
            return total
        exact = sum(_share(pid, size) for pid, size in resident.items())
        self.peak_bytes = max(self.peak_bytes, exact)
        return exact

    def add_largest(self, resident_bytes: int) -> int:
        """Take in what the system says of the largest process; return the memory, if it tells more.

        It tells of a peak that came between two measurements. What of it is mapped files is known
        from the highest that was measured.
        """
        unseen = resident_bytes - self.resident_peak_bytes
        if unseen <= 0:
            return 0
        self.resident_peak_bytes = resident_bytes
        self.peak_bytes += unseen
        return self.peak_bytes


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _share(pid: int, otherwise: int) -> int:
    """Return the share of *pid*, *otherwise* where the system does not tell it."""
    with contextlib.suppress(OSError):
        fd = os.open(f"/proc/{pid}/smaps_rollup", os.O_RDONLY)
        try:
            shares = _SHARES.findall(os.read(fd, 1 << 14))
        finally:
            os.close(fd)
        if shares:
            return 1024 * sum(map(int, shares))
    return otherwise
