"""A checkpoint in a local folder."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from flyte_nb.context.storage.streams import copy

from .manifest import POINTER
from .place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class LocalPlace(Place):
    """A folder; made when something is stored in it.

    Args:
        root: The folder; None when it is known only once something is stored.
        make: Makes the folder and returns it, when *root* is None.
    """

    def __init__(self, root: Path | None, make: Callable[[], Path] | None = None) -> None:
        self._root = root
        self._make = make
        self._unsafe: list[Path] = []  # written, and not known to be on the disk
        self._is_on_disk = False  # the folder itself is

    @property
    def address(self) -> str:  # type: ignore[override]
        """The folder."""
        return "a new folder" if self._root is None else str(self._root)

    @property
    def root(self) -> Path | None:
        """The folder, None while it is not made."""
        return self._root

    def pointer(self) -> bytes | None:
        """Return what `move_pointer` wrote last."""
        if self._root is None:
            return None
        try:
            return (self._root / POINTER).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def move_pointer(self, data: bytes) -> None:
        """Write to the disk what was stored; only then put *data* into place."""
        root = self._made()
        files, self._unsafe = self._unsafe, []
        target = root / POINTER
        target.parent.mkdir(parents=True, exist_ok=True)
        for path in files:
            _write_through(path)
        folders = {above for path in files for above in _folders(path, target.parent)}
        for folder in folders | {target.parent}:
            _write_through(folder)
        partial = target.with_name(f"{target.name}.new")
        with partial.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(target)
        _write_through(target.parent)
        if not self._is_on_disk:
            for folder in (root, root.parent):
                _write_through(folder)
            self._is_on_disk = True

    def store(self, name: str, reader: IO[bytes], size: int) -> int:  # noqa: ARG002 - needs no size
        """Keep what *reader* gives."""
        path = self._made() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            self._unsafe.append(path)
            return copy(reader, out)

    def open(self, name: str) -> IO[bytes]:
        """Return a reader of a file."""
        return (self._made() / name).open("rb")

    def fetch(self, name: str, target: Path) -> None:
        """Copy a file."""
        shutil.copyfile(self._made() / name, target)

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, and the folders that they leave empty."""
        root = self._made()
        for name in names:
            path = root / name
            path.unlink(missing_ok=True)
            with suppress(OSError):  # until a folder has something in it
                for folder in list(_folders(path, root))[:-1]:
                    folder.rmdir()
        self._unsafe = []

    def listing(self) -> dict[str, int]:
        """Return each file and its size."""
        if self._root is None:
            return {}
        found = {}
        for folder, _, names in os.walk(self._root):
            for path in (Path(folder, name) for name in names):
                with suppress(FileNotFoundError):
                    found[path.relative_to(self._root).as_posix()] = path.stat().st_size
        return found

    def _made(self) -> Path:
        if self._root is None:
            if self._make is None:
                raise FileNotFoundError
            self._root = self._make()
        return self._root


def _folders(path: Path, root: Path) -> Iterable[Path]:
    """Return the folders from that of *path* up to *root*."""
    for folder in path.parents:
        yield folder
        if folder == root:
            return


def _write_through(path: Path) -> None:
    """Have what was written to *path* on the disk: after a loss of power it is there."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders, and keeps names without being asked
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
