"""What a notebook shows of a file or a folder."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from flyte_nb.context.storage.provider import local_path
from flyte_nb.display import short_path

if TYPE_CHECKING:
    from .place import Place

_MAX_LOOKED_AT = 1_000  # files of a folder
_UNITS = ("B", "kB", "MB", "GB")


def rows_of(place: Place) -> list[tuple[str, str]]:
    """Return what is known of *place* without asking a store, as (label, value)."""
    source, here = place.remote_source, place.original
    rows = [("path", short_path(source or str(place)))]
    if here is not None or place.downloaded:
        path = local_path(str(place) if here is None else here)
        if here is None:
            rows.append(("here", short_path(str(path))))
        rows.append(("size", _size(path)))
    else:
        rows.append(("size", "not fetched yet"))
    rows.append(("format", place.extension() or "any"))
    return rows


def _size(path: Path) -> str:
    try:
        if path.is_dir():
            return _size_of_folder(path)
        return in_units(path.stat().st_size)
    except OSError:
        return "there is no such file or folder now"


def _size_of_folder(path: Path) -> str:
    files = (Path(folder) / name for folder, _, names in os.walk(path) for name in names)
    sizes = [file.stat().st_size for file in islice(files, _MAX_LOOKED_AT)]
    more = "more than " if len(sizes) == _MAX_LOOKED_AT else ""
    count = f"{len(sizes):,} file{'' if len(sizes) == 1 else 's'}"
    return f"{more}{count}, {in_units(sum(sizes))}"


def in_units(size: float) -> str:
    """Return a number of bytes as people write it."""
    unit = 0
    while size >= 1000 and unit < len(_UNITS) - 1:  # noqa: PLR2004 - of one unit in the next
        size, unit = size / 1000, unit + 1
    return f"{size:,.0f} {_UNITS[unit]}" if not unit else f"{size:,.1f} {_UNITS[unit]}"
