"""How much of the disk a folder takes."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

from .amounts import in_bytes

_BLOCK = 512  # bytes; what st_blocks counts, whatever the file system uses (stat(2))


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """What is in a folder.

    Attributes:
        size_bytes: What all its files take on the disk.
        largest: The largest of them, relative to the folder; empty where there is none.
        largest_bytes: Its size.
    """

    size_bytes: int = 0
    largest: str = ""
    largest_bytes: int = 0

    def __str__(self) -> str:
        if not self.largest:
            return in_bytes(self.size_bytes)
        return (
            f"{in_bytes(self.size_bytes)} (most in {self.largest}, {in_bytes(self.largest_bytes)})"
        )


NOTHING_USED = Used()


def used_in(folder: str) -> Used:
    """Return what *folder* holds now; what cannot be read, or goes meanwhile, counts nothing."""
    size, largest, largest_bytes = 0, "", 0
    folders = [folder]
    while folders:
        with contextlib.suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    taken = _taken(entry.stat(follow_symlinks=False))
                    size += taken
                    if taken > largest_bytes:
                        largest, largest_bytes = entry.path, taken
    return Used(
        size_bytes=size,
        largest=os.path.relpath(largest, folder) if largest else "",
        largest_bytes=largest_bytes,
    )


def _taken(found: os.stat_result) -> int:
    """Return what a file takes: less than its length where it has holes."""
    blocks = getattr(found, "st_blocks", None)
    return found.st_size if blocks is None else blocks * _BLOCK
