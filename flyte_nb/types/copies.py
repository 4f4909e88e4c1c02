"""Copies of files and folders: whole or not there, and as cheap as the file system makes them."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from flyte_nb.context.storage.failures import as_storage_error

_CLONE = 0x40049409  # FICLONE of Linux: the blocks are shared until one of the files is changed


def copy_file(source: str, target: str) -> None:
    """Copy a file; where another thread has already done so, that copy stays.

    Raises:
        StorageError: It is not there, or cannot be copied.
    """
    with as_storage_error("cannot read", source):
        partial = _beside(target)
        try:
            _copy(Path(source), partial)
            try:
                os.link(partial, target)
            except FileExistsError:
                return
            except OSError:  # a file system without links
                partial.replace(target)
        finally:
            with suppress(OSError):
                partial.unlink()


def copy_folder(source: str, target: str) -> None:
    """Copy a folder and all files in it; where another thread has done so, that copy stays.

    Raises:
        StorageError: It is not there, or cannot be copied.
    """
    with as_storage_error("cannot read", source):
        partial = _beside(target)
        try:
            partial.mkdir()
            for path in sorted(Path(source).rglob("*")):
                if path.is_file():
                    inner = partial / path.relative_to(source)
                    inner.parent.mkdir(parents=True, exist_ok=True)
                    _copy(path, inner)
            try:
                partial.rename(target)
            except OSError:
                if not Path(target).is_dir():
                    raise
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _beside(target: str) -> Path:
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{os.urandom(8).hex()}")


def _copy(source: Path, target: Path) -> None:
    """Copy a file to where none is; nobody else may read it, whoever may read the folder."""
    target.touch(mode=0o600, exist_ok=False)
    if sys.platform == "linux":
        from fcntl import ioctl

        with source.open("rb") as reader, target.open("wb") as writer, suppress(OSError):
            ioctl(writer, _CLONE, reader.fileno())
            return
    shutil.copyfile(source, target)
