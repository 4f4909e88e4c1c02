"""A checkpoint in a store that fsspec reaches: S3, Google Cloud Storage, Azure, memory."""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

from flyte_nb.context.storage import FileAccess
from flyte_nb.context.storage.failures import as_storage_error, is_missing_bucket
from flyte_nb.context.storage.streams import PIECE, download, upload

from .manifest import POINTER
from .place import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class RemotePlace(Place):
    """An address. A store keeps each object whole or not at all, the pointer too.

    Args:
        address: The folder, such as ``s3://bucket/run-1``.
        files: Knows how to reach it.
    """

    def __init__(self, address: str, files: FileAccess | None = None) -> None:
        self.address = address.rstrip("/")
        access = FileAccess() if files is None else files
        with as_storage_error("cannot use", self.address):
            self._fs: Any = access.get_filesystem_for_path(self.address)
            self._root = str(self._fs._strip_protocol(self.address)).rstrip("/")  # noqa: SLF001

    def pointer(self) -> bytes | None:
        """Return what `move_pointer` wrote last."""
        with self._errors("cannot read"):
            try:
                return cast("bytes", self._fs.cat_file(self._path(POINTER)))
            except FileNotFoundError as error:
                if is_missing_bucket(error):
                    raise
                return None

    def move_pointer(self, data: bytes) -> None:
        """Write one object."""
        with self._errors("cannot write"):
            self._fs.pipe_file(self._path(POINTER), data)

    def store(self, name: str, reader: IO[bytes], size: int) -> int:
        """Upload what *reader* gives."""
        with self._errors("cannot write"):
            return upload(self._fs, self._path(name), reader, size)

    def open(self, name: str) -> IO[bytes]:
        """Return a reader of an object."""
        with self._errors("cannot read", missing_is_ours=False):
            return cast("IO[bytes]", self._fs.open(self._path(name), "rb", block_size=8 * PIECE))

    def fetch(self, name: str, target: Path) -> None:
        """Download an object."""
        with self._errors("cannot read", missing_is_ours=False):
            download(self._fs, self._path(name), target)

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects."""
        with self._errors("cannot remove from"):
            for name in names:
                try:
                    self._fs.rm_file(self._path(name))
                except FileNotFoundError:
                    continue

    def listing(self) -> dict[str, int]:
        """Return each object and its size."""
        with self._errors("cannot list"):
            self._fs.invalidate_cache()  # another process may have written here
            found = self._fs.find(self._root, detail=True)
        start = len(self._root) + 1
        return {
            path[start:]: int(info["size"] or 0)
            for path, info in found.items()
            if path[start:] and not path.endswith("/")
        }

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _errors(self, doing: str, *, missing_is_ours: bool = True) -> Iterator[None]:
        """Name the address in every error; let through that an object is missing, if asked."""
        try:
            with as_storage_error(doing, self.address):
                yield
        except OSError as error:
            cause = error.__cause__
            if missing_is_ours or not isinstance(cause, FileNotFoundError):
                raise
            if is_missing_bucket(cause):
                raise
            raise FileNotFoundError(self.address) from cause
