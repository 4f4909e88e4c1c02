"""What there is to save at a path: each file below it, by name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from flyte_nb.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Iterator


def files_of(path: Path) -> dict[str, Path | None]:
    """Return name to file; None for an empty folder. Links are followed.

    Raises:
        CheckpointError: Something is neither a file nor a folder, or a link leads in a circle.
    """
    if not path.is_dir():
        return {path.name: _checked(path)}
    return dict(_walk(path, "", frozenset()))


def _walk(folder: Path, prefix: str, above: frozenset[str]) -> Iterator[tuple[str, Path | None]]:
    here = os.path.realpath(folder)
    if here in above:
        raise CheckpointError(f"{folder} is a link to a folder that it is in")
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    if not found and prefix:
        yield prefix.rstrip("/"), None
    for entry in found:
        name = prefix + entry.name
        if entry.is_dir():
            yield from _walk(Path(entry.path), f"{name}/", above | {here})
        else:
            yield name, _checked(Path(entry.path))


def _checked(path: Path) -> Path:
    if path.is_file():
        return path
    what = "a link to nothing" if path.is_symlink() else "neither a file nor a folder"
    raise CheckpointError(f"saving failed: {path} is {what}")
