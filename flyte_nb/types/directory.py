"""`FlyteDirectory`: a folder that goes from task to task."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from flyte_nb.context.storage.provider import local_path
from flyte_nb.errors import InvalidValueError

from .addresses import new_address
from .file import FlyteFile
from .place import Address, Place, is_remote, storage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typing_extensions import Self


class FlyteDirectory(Place):
    """A folder, here or in a store (flytekit's ``FlyteDirectory``); see `FlyteFile`.

    Args:
        path: A local path, or an address such as ``s3://bucket/prefix``.
        downloader: What is called before the folder is first looked into.
        remote_directory: Where a task that returns it copies it to; False for nowhere.
    """

    dimensionality: ClassVar[str] = "MULTIPART"
    noun: ClassVar[str] = "folder"
    _recursive: ClassVar[bool] = True

    def __init__(
        self,
        path: Address,
        downloader: Callable[[], Any] | None = None,
        remote_directory: Address | Literal[False] | None = None,
    ) -> None:
        super().__init__(path, downloader)
        self._remote_path = remote_directory

    @property
    def remote_directory(self) -> Address | Literal[False] | None:
        """Where a task that returns it copies it to; None for a place of its own."""
        return None if self._remote_path is True else self._remote_path

    @property
    def sep(self) -> str:
        """What is between the parts of its path."""
        return "/" if self._remote_source else os.sep

    @classmethod
    def new_remote(cls, stem: str | None = None, alt: str | None = None) -> Self:
        """Return a folder below the raw output prefix that is still to be written.

        Args:
            stem: Its name; a new one by default.
            alt: Another bucket.

        Raises:
            InvalidValueError: The name has an ending.
        """
        if stem and Path(stem).suffix:
            raise InvalidValueError(f"new_remote({stem!r}): a folder's name has no ending")
        return cls(new_address(storage(), stem or uuid.uuid4().hex, alt))

    @classmethod
    def new(cls, dirname: Address) -> Self:
        """Make a folder in the working directory of the task and return it.

        Args:
            dirname: A relative path.

        Raises:
            InvalidValueError: It is not relative.
            FileExistsError: There is one.
        """
        path = cls._new_path(dirname)
        Path(path).mkdir(parents=True)
        return cls(path)

    def new_file(self, name: str | None = None) -> FlyteFile:
        """Return a file in it that is still to be written, of a new name by default."""
        return FlyteFile(self._inside(name))

    def new_dir(self, name: str | None = None) -> FlyteDirectory:
        """Return a folder in it that is still to be made, of a new name by default."""
        return FlyteDirectory(self._inside(name))

    def _inside(self, name: str | None) -> str:
        return self.sep.join([str(self).rstrip(self.sep), name or uuid.uuid4().hex])

    @classmethod
    def listdir(cls, directory: FlyteDirectory) -> list[FlyteDirectory | FlyteFile]:
        """Return what is in *directory*; of one in a store nothing is fetched yet.

        Raises:
            StorageError: The store cannot be asked.
        """
        address = directory._address()
        if not is_remote(address):
            paths = sorted(local_path(address).iterdir())
            found = [(FlyteDirectory if p.is_dir() else FlyteFile, str(p)) for p in paths]
            is_original = address == directory._remote_source
            return [kind.copy_of(path) if is_original else kind(path) for kind, path in found]
        listed = storage().get_filesystem_for_path(address).ls(address, detail=True)
        return [
            (FlyteFile if one["type"] == "file" else FlyteDirectory).arriving(
                f"{address.rstrip('/')}/{one['name'].rstrip('/').rpartition('/')[2]}"
            )
            for one in listed
            if one["name"].rstrip("/") != address.partition("://")[2].rstrip("/")
        ]

    def crawl(
        self,
        maxdepth: int | None = None,
        topdown: bool = True,  # noqa: FBT001, FBT002 - flytekit's signature
        **options: Any,
    ) -> Iterator[tuple[Address, Any]]:
        """Yield its address and each file below it, with ``detail=True`` with what fsspec tells.

        Args:
            maxdepth: How deep to look.
            topdown: Whether a folder comes before those in it.
            options: For fsspec's ``walk``.
        """
        address = self._address()
        fs = storage().get_filesystem_for_path(address)
        base = address if is_remote(address) else os.path.abspath(local_path(address))  # noqa: PTH100
        start = str(fs._strip_protocol(base))  # noqa: SLF001 - what each file system has for it
        wants_detail = options.get("detail", False)
        for folder, _, files in fs.walk(base, maxdepth, topdown, **options):
            inner = os.path.relpath(str(folder), start)
            for name in files:
                key = name if inner == "." else f"{inner}/{name}"
                yield address, {key: files[name]} if wants_detail else key
