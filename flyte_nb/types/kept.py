"""Whether a file that is kept is still what it was then: a task may have written to it."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .place import Place

_MARK = "_kept_as"


def mark_kept(place: Place) -> None:
    """Remember what the file is now, for `is_as_kept`; of a folder nothing is remembered."""
    if place.remote_source is None:
        vars(place)[_MARK] = _stamp(str(place))


def is_as_kept(place: Place) -> bool:
    """Return whether *place* is there, and of the size and time that it was kept with.

    What is in a store is taken to be so.
    """
    if place.remote_source is not None:
        return True
    mark: tuple[int, int] | None = vars(place).get(_MARK)
    if mark is None:
        return os.path.exists(str(place))  # noqa: PTH110 - as the user wrote it
    return _stamp(str(place)) == mark


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - as the user wrote it
    except OSError:
        return None
    return None if stat.S_ISDIR(found.st_mode) else (found.st_size, found.st_mtime_ns)
