"""`FlyteFile`: a file that goes from task to task."""

from __future__ import annotations

import uuid
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar

from flyte_nb.context.storage.provider import local_path

from .addresses import new_address
from .place import Address, Place, is_remote, storage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typing_extensions import Self


class FlyteFile(Place):
    """A file, here or in a store (flytekit's ``FlyteFile``).

    A task that declares it is given a path that `open` takes; what is in a store is fetched
    then. A task that returns one, or a path, hands the file on: a copy is kept below the raw
    output prefix of the execution, for the working folder goes with the run.

    ``FlyteFile["csv"]`` declares a format.

    Args:
        path: A local path, or an address such as ``s3://bucket/key`` or ``https://…``.
        downloader: What is called before the file is first opened.
        remote_path: Where a task that returns it copies it to; False for nowhere, True or None
            for a place of its own.
        metadata: What is said of it, by name.

    Example:
        >>> @task
        ... def count(table: FlyteFile["csv"]) -> int:
        ...     with open(table) as lines:
        ...         return sum(1 for _ in lines)
    """

    dimensionality: ClassVar[str] = "SINGLE"
    noun: ClassVar[str] = "file"

    def __init__(
        self,
        path: Address,
        downloader: Callable[[], Any] | None = None,
        remote_path: Address | bool | None = None,  # noqa: FBT001 - flytekit's
        metadata: dict[str, str] | None = None,
    ) -> None:
        super().__init__(path, downloader)
        self._remote_path = None if remote_path is True else remote_path
        self.metadata = metadata

    @property
    def remote_path(self) -> Address | bool | None:
        """Where a task that returns it copies it to; None for a place of its own."""
        return self._remote_path

    @classmethod
    def new_remote_file(cls, name: str | None = None, alt: str | None = None) -> Self:
        """Return a file below the raw output prefix that is still to be written, see `open`.

        Args:
            name: Its name; a new one by default.
            alt: Another bucket.
        """
        return cls(new_address(storage(), name or uuid.uuid4().hex, alt))

    @classmethod
    def new(cls, filename: Address) -> Self:
        """Return a file in the working directory of the task that is still to be written.

        Args:
            filename: A relative path.

        Raises:
            InvalidValueError: It is not relative.
        """
        return cls(cls._new_path(filename))

    @contextmanager
    def open(
        self,
        mode: str = "r",
        cache_type: str | None = None,
        cache_options: dict[str, Any] | None = None,
    ) -> Iterator[IO[Any]]:
        """Open the file where it is, also in a store, without fetching all of it.

        What is written to a store is there when all of it is, and not at all after an error.

        Args:
            mode: As for `open`.
            cache_type: How fsspec reads ahead, such as ``readahead``.
            cache_options: Options of that.

        Raises:
            StorageError: What is needed for the store is not installed.
        """
        address = self._address(is_written=bool(set(mode) & set("wxa+")))
        if not is_remote(address):
            path = local_path(address)
            if set(mode) & set("wxa"):
                path.parent.mkdir(parents=True, exist_ok=True)
            with Path(path).open(mode) as file:
                yield file
            return
        options = {"cache_type": cache_type, "cache_options": cache_options}
        fs = storage().get_filesystem_for_path(address)
        remote = fs.open(address, mode, **{k: v for k, v in options.items() if v is not None})
        try:
            yield remote
        except BaseException:
            _give_up(remote)
            raise
        remote.close()


def _give_up(remote: Any) -> None:
    """Let what was written so far not become an object."""
    raw = getattr(remote, "buffer", remote)
    with suppress(Exception):
        raw.discard()
    with suppress(Exception):
        raw.closed = True
