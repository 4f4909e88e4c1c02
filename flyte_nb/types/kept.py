"""Whether a file is still what it was: somebody may have written to it."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .on_disk import OnDisk
    from .place import Place

_MARK = "_kept_as"


def mark_kept(place: Place) -> None:
    """Remember what the file is now, for `is_as_kept`; of a folder nothing is remembered."""
    if place.remote_source is None:
        vars(place)[_MARK] = stamp(str(place))


def is_as_kept(value: OnDisk) -> bool:
    """Return whether *value* is there, and of the size and time that it was kept with.

    What is in a store is taken to be so.
    """
    path = value.original
    if path is None:
        return True
    mark: tuple[int, int] | None = vars(value).get(_MARK)
    if mark is None:
        return os.path.exists(path)  # noqa: PTH110 - as the user wrote it
    return stamp(path) == mark


def stamp(path: str) -> tuple[int, int] | None:
    """Return size and time of a file; None for a folder, and where there is nothing."""
    try:
        found = os.stat(path)  # noqa: PTH116 - as the user wrote it
    except OSError:
        return None
    return None if stat.S_ISDIR(found.st_mode) else (found.st_size, found.st_mtime_ns)
