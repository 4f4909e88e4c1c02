"""A checkpoint that is saved when `save` returns.

    root/_flyte_nb/000002/model.pt    what the second save brought
    root/_flyte_nb/CURRENT            which files make up the checkpoint, and where they are

A save stores its files under a new number and then replaces ``CURRENT``. Until that moment the
previous state is whole, whatever becomes of this process.
"""

from __future__ import annotations

import logging
import os
import threading
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from flyte_nb.context.remove import remove_folder
from flyte_nb.context.storage.failures import explain
from flyte_nb.context.storage.provider import local_path, protocol_of
from flyte_nb.errors import CheckpointError, FlyteNbError

from .base import Checkpoint
from .local import LocalPlace
from .manifest import FOLDER, POINTER, Manifest, Stored, refuse_outside
from .place import Place
from .remote import RemotePlace
from .scratch import Scratch
from .source import files_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flyte_nb.context.storage import FileAccess

    Target = str | os.PathLike[str] | Place

T = TypeVar("T")
_BLOB = "_dst_cp"  # flytekit's name for what `write` saved: restored folders look the same
_TRIES = 5
_LARGE = 64 << 20
_logger = logging.getLogger(__name__)


class SyncCheckpoint(Checkpoint):
    """Saves before it returns (flytekit's ``SyncCheckpoint``); safe to use from several threads.

    Memory holds a few megabytes of what is saved or restored, however much that is.

    Args:
        checkpoint_dest: Folder or address of this attempt's checkpoint; made by the first save.
        checkpoint_src: That of the previous attempt, if there was one. It may be one that
            flytekit saved.
        restored: Gives the folder that `restore` uses when it is told none.
        on_resume: Called once, when something of the previous attempt is first read.
        on_save: Called after each save; what it raises comes out of that.
        files: Knows how to reach stores.

    Raises:
        StorageError: What reads and writes the address is not installed.

    Example:
        >>> checkpoint = SyncCheckpoint("s3://bucket/attempt-1", "s3://bucket/attempt-0")
        >>> start = int(checkpoint.read() or b"0")
    """

    def __init__(  # noqa: PLR0913 - all but two by name
        self,
        checkpoint_dest: Target,
        checkpoint_src: Target | None = None,
        *,
        restored: Callable[[], Path] | None = None,
        on_resume: Callable[[], None] | None = None,
        on_save: Callable[[], None] | None = None,
        files: FileAccess | None = None,
    ) -> None:
        self._destination = _place(checkpoint_dest, files)
        self._source = _place(checkpoint_src, files) if checkpoint_src else None
        self._restored = restored
        self._scratch = Scratch()
        self._on_resume = on_resume
        self._on_save = on_save
        self._lock = threading.RLock()
        self._has_swept = False
        self._tidying: threading.Thread | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._destination.address!r})"

    def prev_exists(self) -> bool:
        """Return whether the previous attempt saved anything."""
        with _errors("looking for the previous checkpoint", self._source):
            return self._source is not None and manifest_at(self._source) is not None

    def restore(self, path: str | os.PathLike[str] | None = None) -> Path | None:
        """Copy the newest checkpoint, this attempt's own or the previous one's, into *path*."""
        if path is not None and Path(path).exists() and not Path(path).is_dir():
            raise CheckpointError(f"a checkpoint is restored into a folder; {path} is a file")
        with self._lock, _errors("restoring", self._destination):

            def into_folder(place: Place, manifest: Manifest) -> Path:
                if path is None:
                    target = self._default_target()
                    remove_folder(target)  # what was restored there before
                else:
                    target = Path(path)
                _restore(place, manifest, target)
                return target

            return self._with_newest(into_folder)

    def read(self) -> bytes | None:
        """Return the content of the newest saved file."""
        with self._lock, _errors("reading", self._destination):
            return self._with_newest(_read)

    def save(self, cp: str | os.PathLike[str] | IO[bytes]) -> None:
        """Save a file, a folder's content, or what a binary reader gives."""
        if isinstance(cp, (str, os.PathLike)):
            self._save_path(os.fspath(cp))
        elif hasattr(cp, "read"):
            self._save({_BLOB: cp}, newest=_BLOB)
        else:
            raise CheckpointError(
                f"cannot save a {type(cp).__name__} as a checkpoint",
                hint="save(path), save(open(path, 'rb')), or write(bytes)",
            )

    def write(self, b: bytes) -> None:
        """Save *b*; `read` gives it back."""
        self._save({_BLOB: as_reader(b)}, newest=_BLOB)

    def _save_path(self, text: str) -> None:
        path = Path(text)
        if not text or not path.exists():
            raise CheckpointError(f"there is no file or folder {text!r} to save")
        root = self._destination.root if isinstance(self._destination, LocalPlace) else None
        if path.is_dir() and root and root.absolute().resolve().is_relative_to(path.resolve()):
            raise CheckpointError(
                f"{path} holds the checkpoint itself", hint="save a folder with the state alone"
            )
        with _errors("saving", self._destination):
            found = files_of(path)
        only = list(found) if len(found) == 1 else [None]
        self._save(found, newest=only[0] if any(found.values()) else None)

    def _save(self, found: dict[str, Any], newest: str | None) -> None:
        """Save *found*, name to path or reader, and then switch to it."""
        place = self._destination
        with self._lock, _errors("saving", place):
            if self._tidying is not None:  # there are two generations at most, and the new one
                self._tidying.join()
            before = manifest_at(place) or Manifest()
            folder = before.next_folder
            unfinished: list[str] = []
            try:
                added = {
                    name: None
                    if what is None
                    else _store(place, f"{folder}/{name}", what, unfinished)
                    for name, what in found.items()
                }
                after = before.after(added, newest)
                place.move_pointer(after.to_json())
            except BaseException:
                with suppress(Exception):
                    place.remove(unfinished)
                raise
            self._tidy(before, after)
        if self._on_save is not None:
            self._on_save()

    def _tidy(self, before: Manifest, after: Manifest) -> None:
        """Remove what no longer counts."""
        if before.size_bytes < _LARGE:
            self._remove_stale(before, after)
            return
        # The system takes a fifth of a second to remove a gigabyte: let the task go on.
        self._tidying = threading.Thread(target=self._remove_stale, args=(before, after))
        self._tidying.start()

    def _remove_stale(self, before: Manifest, after: Manifest) -> None:
        try:
            stale = before.places
            if not self._has_swept:  # once: after a save that was killed
                stale |= {name for name in self._destination.listing() if name.startswith(FOLDER)}
                self._has_swept = True
            self._destination.remove(
                name for name in stale - after.places if not name.startswith(POINTER)
            )
        except OSError as error:  # no reason to fail a save that has ended
            _logger.info("files of an earlier save were not removed: %s", error)

    def _with_newest(self, use: Callable[[Place, Manifest], T]) -> T | None:
        """Return what *use* makes of this attempt's own checkpoint, else of the previous one's."""
        for place in (self._destination, self._source):
            for _ in range(_TRIES):
                manifest = None if place is None else manifest_at(place)
                if place is None or manifest is None:
                    break
                if place is self._source and self._on_resume is not None:
                    tell, self._on_resume = self._on_resume, None
                    tell()
                try:
                    return use(place, manifest)
                except FileNotFoundError:
                    # Whoever still saves there has taken away what this manifest lists.
                    if manifest_at(place) == manifest:
                        raise
        return None

    def _default_target(self) -> Path:
        if self._restored is not None:
            return self._restored()
        return self._scratch.path() / "prev_cp"


def as_reader(data: Any) -> IO[bytes]:
    """Return a reader of *data*.

    Raises:
        CheckpointError: It is no bytes.
    """
    import io

    try:
        view = memoryview(data)
    except TypeError:
        raise CheckpointError(
            f"write() takes bytes, not {type(data).__name__}", hint="text.encode() gives bytes"
        ) from None
    return io.BytesIO(data if isinstance(data, bytes) else view.tobytes())


def _place(target: Target, files: FileAccess | None) -> Place:
    if isinstance(target, Place):
        return target
    if protocol_of(target) == "file":
        return LocalPlace(local_path(target))
    return RemotePlace(os.fspath(target), files)


def manifest_at(place: Place) -> Manifest | None:
    """Return what is saved at *place*, by us or by flytekit; None when nothing is."""
    data = place.pointer()
    if data is not None:
        return Manifest.from_json(data)
    plain = {n: size for n, size in place.listing().items() if not n.startswith(f"{FOLDER}/")}
    for name in plain:
        refuse_outside(name)
    only = next(iter(plain)) if len(plain) == 1 else None
    files = {name: Stored(name, size) for name, size in plain.items()}
    return Manifest(files=files, newest=only, saved_at="") if plain else None


def _store(place: Place, name: str, what: Any, unfinished: list[str]) -> Stored:
    unfinished.append(name)
    with ExitStack() as stack:
        size = what.stat().st_size if isinstance(what, Path) else 0
        reader = stack.enter_context(what.open("rb")) if isinstance(what, Path) else what
        return Stored(name, place.store(name, reader, size))


def _restore(place: Place, manifest: Manifest, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name, stored in manifest.files.items():
        path = target / name
        if stored is None:
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        place.fetch(stored.at, path)
        _check_size(name, stored, path.stat().st_size)


def _read(place: Place, manifest: Manifest) -> bytes | None:
    stored = manifest.files.get(manifest.newest) if manifest.newest is not None else None
    if manifest.newest is None or stored is None:
        raise CheckpointError(
            "the checkpoint is a folder of several files", hint="use restore() to get them"
        )
    with place.open(stored.at) as reader:
        data = reader.read()
    _check_size(manifest.newest, stored, len(data))
    return data


def _check_size(name: str, stored: Stored, size: int) -> None:
    if size != stored.size:
        raise CheckpointError(
            f"{name!r} of the checkpoint is damaged: {stored.size:,} bytes were saved,"
            f" {size:,} are there"
        )


@contextmanager
def _errors(doing: str, place: Place | None) -> Iterator[None]:
    """Turn errors of files and stores into ours."""
    try:
        yield
    except CheckpointError:
        raise
    except (OSError, RecursionError, FlyteNbError) as error:
        where = "" if place is None else place.address
        reason, hint = explain(error, where)
        if isinstance(error, FlyteNbError):
            reason, hint = str(error.args[0]), error.hint
        raise CheckpointError(f"{doing} failed: {reason}", hint=hint) from error
