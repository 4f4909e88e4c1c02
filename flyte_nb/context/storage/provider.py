"""Where data of runs is kept, locally and in the stores that the configuration names."""

from __future__ import annotations

import os
import uuid
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyte_nb.config.storage import DataConfig
from flyte_nb.context.workspace import Workspace
from flyte_nb.errors import StorageError

from .failures import as_storage_error, is_missing_bucket, missing_package
from .options import storage_options
from .streams import download, replace_file, upload

if TYPE_CHECKING:
    from collections.abc import Mapping

    Address = str | os.PathLike[str]


class FileAccess(AbstractContextManager["FileAccess"]):
    """Reads and writes files by address (flytekit's ``FileAccessProvider``).

    Use it in a ``with`` block, or close it: its local folder goes then, and at the latest when
    Python ends.

    Args:
        local_sandbox_dir: Folder for what is local; the setting ``sdk.local_sandbox`` by default.
            A folder of its own is made in it when one is first asked for.
        raw_output_prefix: Address below which outputs go; a folder in the local one by default.
        data_config: Settings of the stores; environment and configuration file by default.
        execution_metadata: Labels of uploaded objects, unless the configuration says that
            there are to be none.

    Example:
        >>> with FileAccess(raw_output_prefix="s3://bucket/raw") as files:
        ...     address = files.put("model.pt", files.get_random_remote_path("model.pt"))
    """

    def __init__(
        self,
        local_sandbox_dir: Address | None = None,
        raw_output_prefix: Address = "",
        data_config: DataConfig | None = None,
        execution_metadata: Mapping[str, str] | None = None,
    ) -> None:
        sandbox = None if local_sandbox_dir is None else os.fspath(local_sandbox_dir)
        self._workspace = Workspace(sandbox)
        self._prefix = os.fspath(raw_output_prefix)
        self._data_config = data_config
        self._metadata = dict(execution_metadata or {})

    def __repr__(self) -> str:
        return f"{type(self).__name__}(raw_output_prefix={self._prefix or 'a local folder'!r})"

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the local folder and all in it."""
        self._workspace.close()

    @property
    def data_config(self) -> DataConfig:
        """The settings of the stores."""
        return DataConfig.auto() if self._data_config is None else self._data_config

    @property
    def local_sandbox_dir(self) -> Path:
        """The local folder.

        Raises:
            WorkspaceError: It cannot be made.
        """
        return self._workspace.directory("local")

    @property
    def raw_output_prefix(self) -> str:
        """Address below which outputs go; it ends in a slash.

        Raises:
            WorkspaceError: It is in the local folder, and that cannot be made.
        """
        prefix = self._prefix or str(self._workspace.path("raw"))
        return prefix if prefix.endswith("/") else f"{prefix}/"

    def get_filesystem(
        self, protocol: str = "file", *, anonymous: bool = False, **more: Any
    ) -> Any:
        """Return fsspec's file system for *protocol*, set up as the configuration says.

        Raises:
            StorageError: Its package is not installed; the message names what to install.
        """
        import fsspec

        try:
            known = fsspec.get_filesystem_class(protocol)
        except (ImportError, ValueError) as error:
            raise missing_package(protocol) from error
        options = storage_options(protocol, self.data_config, anonymous=anonymous, **more)
        return known(**options)

    def get_filesystem_for_path(self, path: Address, **more: Any) -> Any:
        """Return fsspec's file system for *path*.

        Raises:
            StorageError: Its package is not installed; the message names what to install.
        """
        return self.get_filesystem(protocol_of(path), **more)

    @staticmethod
    def is_remote(path: Address) -> bool:
        """Return whether *path* is an address in a store, not a local file."""
        return protocol_of(path) != "file"

    def exists(self, path: Address) -> bool:
        """Return whether there is a file or folder.

        Raises:
            StorageError: The store cannot be asked, or has no such bucket.
        """
        if not self.is_remote(path):
            return local_path(path).exists()
        address = os.fspath(path)
        with as_storage_error("cannot look for", address):
            fs = self.get_filesystem_for_path(path)
            fs.invalidate_cache()  # what others have written since then counts
            try:
                fs.info(address)
            except FileNotFoundError as error:
                if is_missing_bucket(error):
                    raise
                return False
            except PermissionError:
                public = self.get_filesystem_for_path(path, anonymous=True)
                return bool(public.exists(address))
        return True

    def get(self, from_path: Address, to_path: Address, *, recursive: bool = False) -> str:
        """Copy a file or folder to a local path, and return that.

        Each file is at its place when all of it is there.

        Args:
            from_path: Address of a file, or of a folder.
            to_path: Where to.
            recursive: Whether it is a folder.

        Raises:
            StorageError: It is not there, or cannot be copied.
        """
        address, target = os.fspath(from_path), local_path(to_path)
        with as_storage_error("cannot read", address):
            fs, start = self._open_store(address)
            if not recursive:
                _download(fs, start, target)
                return str(target)
            fs.invalidate_cache()
            found = [name for name in fs.find(start) if not name.endswith("/")]
            if not found and not fs.exists(start):
                raise FileNotFoundError(address)
            target.mkdir(parents=True, exist_ok=True)
            for name in found:
                _download(fs, name, _inside(target, name[len(start) :].lstrip("/")))
        return str(target)

    def put(self, from_path: Address, to_path: Address, *, recursive: bool | None = None) -> str:
        """Copy a local file or folder to an address, and return that.

        Args:
            from_path: A file or folder.
            to_path: Where to.
            recursive: Whether it is a folder; by default it is looked up.

        Raises:
            StorageError: It is not there, or cannot be copied.
        """
        source, address = local_path(from_path), os.fspath(to_path)
        if not source.exists():
            raise StorageError(f"there is no file or folder {str(source)!r}")
        if recursive and not source.is_dir():
            raise StorageError(f"{str(source)!r} is no folder")
        with as_storage_error("cannot write", address):
            if not source.is_dir():
                self._put_file(source, address)
                return address
            if not self.is_remote(address):
                local_path(address).mkdir(parents=True, exist_ok=True)
            for path in sorted(source.rglob("*")):
                if path.is_file():
                    self._put_file(path, self.join(address, path.relative_to(source).as_posix()))
        return address

    download = get
    upload = put

    def get_data(self, remote_path: Address, local: Address, is_multipart: bool = False) -> str:  # noqa: FBT001, FBT002 - flytekit's signature
        """Copy to a local path: flytekit's name of `get`."""
        return self.get(remote_path, local, recursive=is_multipart)

    def put_data(self, local: Address, remote_path: Address, is_multipart: bool = False) -> str:  # noqa: FBT001, FBT002 - flytekit's signature
        """Copy to an address: flytekit's name of `put`."""
        return self.put(local, remote_path, recursive=is_multipart or None)

    def download_directory(self, remote_path: Address, local: Address) -> str:
        """Copy a folder to a local path."""
        return self.get(remote_path, local, recursive=True)

    def upload_directory(self, local: Address, remote_path: Address) -> str:
        """Copy a local folder to an address."""
        return self.put(local, remote_path, recursive=True)

    @staticmethod
    def join(*parts: str) -> str:
        """Return *parts* as one address.

        Example:
            >>> FileAccess.join("s3://bucket/", "a", "b.txt")
            's3://bucket/a/b.txt'
        """
        first, *more = parts
        return "/".join([first.rstrip("/") if more else first, *(p.strip("/") for p in more)])

    def get_random_remote_path(self, file_path_or_file_name: Address | None = None) -> str:
        """Return a new address for an output, which keeps the name of the file."""
        name = os.path.basename(os.fspath(file_path_or_file_name or ""))  # noqa: PTH119
        return self.join(self.raw_output_prefix, uuid.uuid4().hex, *([name] if name else []))

    def get_random_remote_directory(self) -> str:
        """Return a new address for a folder of outputs."""
        return self.get_random_remote_path()

    def get_random_local_path(self, file_path_or_file_name: Address | None = None) -> str:
        """Return a new local path, which keeps the name of the file; nothing is made there."""
        name = os.path.basename(os.fspath(file_path_or_file_name or ""))  # noqa: PTH119
        return str(self.local_sandbox_dir / uuid.uuid4().hex / name)

    def get_random_local_directory(self) -> str:
        """Make a new local folder and return it."""
        path = Path(self.get_random_local_path())
        path.mkdir()
        return str(path)

    def _put_file(self, source: Path, address: str) -> None:
        with source.open("rb") as reader:
            if not self.is_remote(address):
                replace_file(reader, local_path(address))
                return
            wanted = self.data_config.generic.attach_execution_metadata
            labels = self._metadata if wanted else None
            fs, path = self._open_store(address)
            upload(fs, path, reader, source.stat().st_size, labels)

    def _open_store(self, address: str) -> tuple[Any, str]:
        """Return the file system of *address* and the path in it."""
        fs = self.get_filesystem_for_path(address)
        return fs, fs._strip_protocol(address)  # noqa: SLF001 - what each file system has for it


def protocol_of(path: Address) -> str:
    """Return the part of an address before ``://``; ``file`` where there is none."""
    head, mark, _ = os.fspath(path).partition("://")
    return head if mark and head != "local" else "file"


def local_path(path: Address) -> Path:
    """Return a local address as a path."""
    return Path(os.fspath(path).removeprefix("file://").removeprefix("local://")).expanduser()


def _download(fs: Any, name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name[:200]}.{os.urandom(4).hex()}")
    try:
        download(fs, name, partial)
        partial.replace(target)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()


def _inside(folder: Path, name: str) -> Path:
    """Return *name* below *folder*; an object's name may not lead out of it."""
    path = folder / name
    if os.path.isabs(name) or ".." in Path(name).parts:  # noqa: PTH117
        raise StorageError(f"the name {name!r} leads out of {str(folder)!r}")
    return path
