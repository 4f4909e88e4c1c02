"""What one attempt leaves for the next.

On disk a checkpoint is a folder of snapshots, one of which is current:

    attempt-1/CURRENT     the name of the current snapshot and of its newest file
    attempt-1/000002/     that snapshot: every file saved so far

A save builds a new snapshot from hard links and then moves ``CURRENT`` over to it, so
the next attempt meets either the previous state or the new one, whenever this one dies.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from abc import ABC, abstractmethod
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from flyte_nb.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

_POINTER = "CURRENT"
_BLOB = "_dst_cp"  # flytekit's name for what `write` saved: restored folders look the same


class Checkpoint(ABC):
    """State that survives a failed attempt (flytekit's ``Checkpoint``)."""

    @abstractmethod
    def prev_exists(self) -> bool:
        """Return whether the previous attempt saved anything."""

    @abstractmethod
    def restore(self, path: str | os.PathLike[str] | None = None) -> Path | None:
        """Copy the checkpoint into the folder *path*.

        Returns:
            The folder, or None when there is no checkpoint.

        Raises:
            CheckpointError: *path* is a file.
        """

    @abstractmethod
    def save(self, cp: str | os.PathLike[str] | IO[bytes]) -> None:
        """Save a file, a folder's content, or what a binary reader gives.

        Raises:
            CheckpointError: There is no such file, or the reader gives text.
        """

    @abstractmethod
    def read(self) -> bytes | None:
        """Return the content of the newest saved file, or None when there is no checkpoint."""

    @abstractmethod
    def write(self, b: bytes) -> None:
        """Save *b*; `read` gives it back."""


class LocalCheckpoint(Checkpoint):
    """A checkpoint in local folders, safe to use from several threads.

    Args:
        destination: Folder of this attempt's checkpoint; made by the first save.
        source: Folder of the previous attempt's, if there was one.
        restored: Folder that `restore` uses when it is told none.
        lock: Held while the folders change; shared by all objects for the same folders.
    """

    def __init__(
        self,
        destination: Path,
        source: Path | None,
        restored: Path,
        lock: AbstractContextManager[Any] | None = None,
    ) -> None:
        self._destination = destination
        self._source = source
        self._restored = restored
        self._lock = threading.RLock() if lock is None else lock

    def __repr__(self) -> str:
        return f"{type(self).__name__}(prev_exists={self.prev_exists()})"

    def prev_exists(self) -> bool:
        """Return whether the previous attempt saved anything."""
        return self._source is not None and (self._source / _POINTER).is_file()

    def restore(self, path: str | os.PathLike[str] | None = None) -> Path | None:
        """Copy the newest checkpoint, this attempt's own or the previous one's, into *path*."""
        target = self._restored if path is None else Path(path)
        if target.exists() and not target.is_dir():
            raise CheckpointError(f"a checkpoint is restored into a folder; {target} is a file")
        with self._lock, _as_checkpoint_error(f"restoring to {target}"):
            current = self._current()
            if current is None:
                return None
            shutil.copytree(current[0], target, dirs_exist_ok=True)
        return target

    def save(self, cp: str | os.PathLike[str] | IO[bytes]) -> None:
        """Save a file, a folder's content, or what a binary reader gives."""
        if isinstance(cp, (str, os.PathLike)):
            self._save_path(os.fspath(cp))
        elif hasattr(cp, "read"):
            self._snapshot(lambda folder: _copy_stream(cp, folder / _BLOB), newest=_BLOB)
        else:
            raise CheckpointError(
                f"cannot save a {type(cp).__name__} as a checkpoint",
                hint="save(path), save(open(path, 'rb')), or write(bytes)",
            )

    def read(self) -> bytes | None:
        """Return the content of the newest saved file."""
        with self._lock, _as_checkpoint_error("reading"):
            current = self._current()
            if current is None:
                return None
            folder, newest = current
            if newest is None:
                raise CheckpointError(
                    "the checkpoint is a folder of several files", hint="use restore() to get them"
                )
            return (folder / newest).read_bytes()

    def write(self, b: bytes) -> None:
        """Save *b*; `read` gives it back."""
        try:
            data = memoryview(b).tobytes()
        except TypeError:
            raise CheckpointError(
                f"write() takes bytes, not {type(b).__name__}", hint="text.encode() gives bytes"
            ) from None
        self._snapshot(lambda folder: (folder / _BLOB).write_bytes(data), newest=_BLOB)

    def _save_path(self, text: str) -> None:
        path = Path(text)
        if not text or not path.exists():
            raise CheckpointError(f"there is no file or folder {text!r} to save")
        if not path.is_dir():
            self._snapshot(lambda folder: shutil.copy(path, folder / path.name), path.name)
            return
        if self._destination.absolute().is_relative_to(path.resolve()):
            raise CheckpointError(
                f"{path} holds the checkpoint itself", hint="save a folder with the state alone"
            )
        files = [p for p in path.rglob("*") if p.is_file()]
        newest = files[0].relative_to(path).as_posix() if len(files) == 1 else None
        self._snapshot(
            lambda folder: shutil.copytree(path, folder, dirs_exist_ok=True), newest=newest
        )

    def _current(self) -> tuple[Path, str | None] | None:
        """Return (snapshot, its newest file) of this attempt, else of the previous one."""
        for root in (self._destination, self._source):
            if root is not None and (root / _POINTER).is_file():
                pointer = json.loads((root / _POINTER).read_text(encoding="utf-8"))
                return root / pointer["snapshot"], pointer["newest"]
        return None

    def _snapshot(self, fill: Callable[[Path], object], newest: str | None) -> None:
        """Make a snapshot of what is saved already and what *fill* adds, then switch to it."""
        with self._lock, _as_checkpoint_error("saving"):
            root = self._destination
            root.mkdir(parents=True, exist_ok=True)
            pointer = root / _POINTER
            before = None
            if pointer.is_file():
                before = root / json.loads(pointer.read_text(encoding="utf-8"))["snapshot"]
            folder = root / f"{int(before.name) + 1 if before else 1:06d}"
            staged = root / "staged"
            for left_behind in (folder, staged):  # by a save that did not end
                shutil.rmtree(left_behind, ignore_errors=True)
            staged.mkdir()
            fill(staged)
            if before is not None:
                _link_missing(before, staged)
            staged.rename(folder)
            new_pointer = root / f"{_POINTER}.new"
            new_pointer.write_text(json.dumps({"snapshot": folder.name, "newest": newest}))
            new_pointer.replace(pointer)
            if before is not None:
                shutil.rmtree(before, ignore_errors=True)


@contextmanager
def _as_checkpoint_error(doing: str) -> Iterator[None]:
    """Turn errors of the file system into ours."""
    try:
        yield
    except (OSError, shutil.Error, RecursionError) as error:
        raise CheckpointError(f"{doing} failed: {error}") from error


def _copy_stream(reader: IO[bytes], path: Path) -> None:
    with path.open("wb") as out:
        try:
            shutil.copyfileobj(reader, out, 1 << 20)
        except TypeError:
            raise CheckpointError(
                "save() takes a binary reader; this one gives text", hint="open(path, 'rb')"
            ) from None


def _link_missing(old: Path, new: Path) -> None:
    """Give *new* the files of *old* that it does not have yet, without copying them."""
    for path in old.rglob("*"):
        target = new / path.relative_to(old)
        taken = target.exists() or any(p.is_file() for p in target.parents)
        if path.is_file() and not taken:  # what was saved later under that name counts
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, target)
            except OSError:  # a file system without hard links
                shutil.copyfile(path, target)
