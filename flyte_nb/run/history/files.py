"""Files of the history: for us alone, whole or not there, and read whatever is in them."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from flyte_nb.run.cache.turn import OPEN_FOR_US

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NEW = ".new-"
"""Names of files that are being written begin so."""
_USUAL_HEAD, _MOST_HEAD = 1 << 14, 1 << 20  # bytes; room for the latter costs as much as a run


def write(path: Path, pieces: Iterable[str]) -> None:
    """Write a file for us alone, whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    new = path.with_name(f"{NEW}{os.urandom(8).hex()}")
    try:
        with open(
            new, "x", opener=OPEN_FOR_US, encoding="utf-8", errors="replace", newline=""
        ) as file:
            file.writelines(pieces)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def read(path: Path) -> bytes:
    """Return what is in a file, nothing where that cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def read_head(path: str) -> bytes:
    """Return what is in the file of a head, in one step where it has the usual size."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - 1,000 of them in a list
            data = file.read(_USUAL_HEAD)
            return data + file.read(_MOST_HEAD) if len(data) == _USUAL_HEAD else data
    except OSError:
        return b""


def measured(folder: Path) -> tuple[int, float]:
    """Return the size of all files in *folder*, and when it was last changed."""
    size, latest = 0, 0.0
    for root, _, files in os.walk(folder):
        for name in [".", *files]:
            with suppress(OSError):
                status = os.lstat(os.path.join(root, name))  # noqa: PTH118
                size += status.st_size if name != "." else 0
                latest = max(latest, status.st_mtime)
    return size, latest


def changed(entry: os.DirEntry[str]) -> float:
    """Return when *entry* was last changed; now where that cannot be known."""
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except OSError:
        return time.time()


def append(path: Path, pieces: Iterable[str]) -> None:
    """Write to the end of a file for us alone.

    Raises:
        OSError: It cannot be written.
    """
    with open(path, "a", opener=OPEN_FOR_US, encoding="utf-8", errors="replace") as file:
        file.write("".join(pieces))  # in one step, as far as there is such a thing
