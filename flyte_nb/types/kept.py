"""Whether a file, folder or table is still what it was: somebody may have written to it."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .on_disk import OnDisk

_MARK = "_kept_as"


def mark_kept(value: OnDisk) -> None:
    """Remember what is on the disk now, for `is_as_kept`."""
    if (path := value.original) is not None:
        vars(value)[_MARK] = _mark_of(path)


def is_as_kept(value: OnDisk) -> bool:
    """Return whether *value* is there, and of the size and time that it was kept with.

    Of a folder all files are looked at. What is in a store is taken to be so.
    """
    path = value.original
    if path is None:
        return True
    mark: tuple[int, int] | str | None = vars(value).get(_MARK)
    if mark is None:
        return os.path.exists(path)  # noqa: PTH110 - as the user wrote it
    return _mark_of(path) == mark


def _mark_of(path: str) -> tuple[int, int] | str | None:
    """Return the stamp of a file, for a folder a hash of the names and stamps in it."""
    if not os.path.isdir(path):  # noqa: PTH112 - as the user wrote it
        return stamp(path)
    import hashlib

    files = (os.path.join(at, name) for at, _, names in os.walk(path) for name in names)  # noqa: PTH118
    found = sorted((os.path.relpath(file, path), stamp(file)) for file in files)
    return hashlib.sha256(repr(found).encode()).hexdigest()


def stamp(path: str) -> tuple[int, int] | None:
    """Return size and time of a file; None for a folder, and where there is nothing."""
    try:
        found = os.stat(path)  # noqa: PTH116 - as the user wrote it
    except OSError:
        return None
    return None if stat.S_ISDIR(found.st_mode) else (found.st_size, found.st_mtime_ns)
