"""What files and folders have in common: an address, fetched when its content is needed.

A task of a run gets a copy of its own also of what is here, as a pod does: made when its content
is first needed, for each attempt, and gone with the run. So nobody changes what another one made.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from flyte_nb.context.current import current_context, running
from flyte_nb.context.manager import FlyteContextManager
from flyte_nb.errors import InvalidValueError

from .declared_format import again, format_of, with_format
from .local_copy import LocalCopy
from .on_disk import OnDisk

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from flyte_nb.context.storage import FileAccess

Address = str | os.PathLike[str]
_OF_PROCESS = ("_downloader", "_copy")


class Place(OnDisk, os.PathLike[str]):
    """A file or a folder, here or in a store.

    Attributes:
        dimensionality: What a cluster calls it: ``SINGLE`` or ``MULTIPART``.
    """

    dimensionality: ClassVar[str] = ""
    _format: ClassVar[str] = ""
    _recursive: ClassVar[bool] = False

    def __init__(self, path: Address, downloader: Callable[[], Any] | None = None) -> None:
        if not isinstance(path, (str, os.PathLike)):
            raise InvalidValueError(
                f"{type(self).__name__}({type(path).__name__}): a path is needed, or an address"
            )
        self._path: Address | None = os.fspath(path) if isinstance(path, Place) else path
        self._downloader = downloader
        self._downloaded = False
        self._remote_source = os.fspath(path) if is_remote(path) else None
        self._copy: LocalCopy | None = None
        self._remote_path: Address | bool | None = None

    @classmethod
    def from_source(cls, source: Address) -> Self:
        """Return what a task is given for an address."""
        return cls.arriving(os.fspath(source))

    @classmethod
    def _new_path(cls, name: Address) -> str:
        """Return the path of *name* in the working directory of the task.

        Raises:
            InvalidValueError: It is not relative.
        """
        if os.path.isabs(name):  # noqa: PTH117 - a path or a text
            raise InvalidValueError(f"{cls.__name__}.new({os.fspath(name)!r}): a relative path")
        return os.path.join(current_context().working_directory, name)  # noqa: PTH118 - as a text

    @classmethod
    def arriving(cls, address: str) -> Self:
        """Return what a task is given for *address*; nothing is fetched yet."""
        found = cls(address)
        if found._remote_source is not None:
            found._path = None
        return found

    @classmethod
    def copy_of(cls, address: str) -> Self:
        """Return what a task of a run is given for *address*: its own, also of what is here."""
        source = address if is_remote(address) else _absolute(address)
        found = cls(source)
        vars(found).update(_remote_source=source, _path=None)
        return found

    def seen_as(self, kind: type[Place]) -> Any:
        """Return the same place as an object of *kind*, with the same copy of it here."""
        found = kind.__new__(kind)
        vars(found).update(vars(self))
        return found

    @classmethod
    def extension(cls) -> str:
        """Return the format, such as ``csv``; empty for any."""
        return cls._format

    def __class_getitem__(cls, item: Any) -> type[Self]:
        name = "" if item is None else format_of(item)
        return with_format(cls, name) if name else cls

    @property
    def path(self) -> Address:
        """Where it is, as it was given; for what a task got from a store, where it will be here."""
        return self._mine().path if self._path is None else self._path

    @path.setter
    def path(self, value: Address) -> None:
        self._path = value
        self._remote_source = os.fspath(value) if is_remote(value) else None
        self._downloaded, self._copy = False, None

    @property
    def remote_source(self) -> str | None:
        """The address that it is fetched from, None for what is here and not to be copied."""
        return self._remote_source

    @property
    def original(self) -> str | None:
        """The path of what it is, or is to be a copy of; None for what is in a store."""
        source = self._remote_source
        if source is None:
            return str(self)
        return None if is_remote(source) else source

    @property
    def downloaded(self) -> bool:
        """Whether it has been fetched."""
        return self._downloaded if self._remote_source is None else self._mine().is_made

    def download(self) -> str:
        """Fetch it, if it is in a store and not yet here; return its local path.

        Raises:
            StorageError: It is not there, or cannot be read.
        """
        return self.__fspath__()

    def __fspath__(self) -> str:
        if self._remote_source is None:
            if self._downloader is not None and not self._downloaded:
                self._downloader()
            self._downloaded = True
            return os.fspath(self.path)
        return self._mine().make(partial(self._fetch, self._remote_source))

    @property
    def was_changed_here(self) -> bool:
        """Whether the file that was fetched is not as it came any more; never of a folder."""
        return self._copy is not None and self._copy.is_changed

    def _address(self, *, is_written: bool = False) -> str:
        """Return where its content is read or written: of a copy that is not made yet its source.

        Args:
            is_written: Whether it is going to be changed there.
        """
        source = self._remote_source
        if source is not None and not is_remote(source) and (is_written or self.downloaded):
            return self.__fspath__()
        target = source or self._remote_path or self.path
        return os.fspath(target) if isinstance(target, (str, os.PathLike)) else str(self)

    def _fetch(self, source: str, here: str) -> None:
        if is_remote(source):
            storage().get(source, here, recursive=self._recursive)
            return
        from .copies import copy_file, copy_folder

        (copy_folder if self._recursive else copy_file)(source, here)

    def _mine(self) -> LocalCopy:
        """Return the copy of what is fetched, one for each attempt."""
        parameters = running()
        attempt = None if parameters is None else parameters.attempt
        if self._copy is None or not self._copy.is_for(attempt):
            path = storage().get_random_local_path(str(self._remote_source).rstrip("/"))
            self._copy = LocalCopy(path, attempt)
        return self._copy

    def __str__(self) -> str:
        return os.fspath(self.path)

    def __repr__(self) -> str:
        return os.fspath(self.path)

    def __hash__(self) -> int:
        return hash(os.fspath(self.path))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Place):
            mine, others = (self.path, self.extension()), (other.path, other.extension())
            return mine == others and self.noun == other.noun
        return self.path == other

    def __reduce__(self) -> tuple[Any, ...]:
        state = {k: v for k, v in vars(self).items() if k not in _OF_PROCESS}
        if self._remote_source is None and self._path is not None:
            state.update(_path=os.path.abspath(self._path))  # noqa: PTH100 - as a text
        base = self.__origin__ if self._format else type(self)
        return again, (base, self._format, state)

    __origin__: ClassVar[Any] = None

    def _repr_html_(self) -> str:
        from flyte_nb.display import panel_html

        from .view import rows_of

        return panel_html(type(self).__name__, rows_of(self))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Let a model of pydantic have it for a field: by its address."""
        del source, handler
        from .in_models import schema

        return schema(cls)


def is_remote(path: Address) -> bool:
    """Return whether *path* is an address in a store."""
    if isinstance(path, Place) or "://" not in os.fspath(path):
        return False  # nothing of stores is imported for paths
    from flyte_nb.context.storage.provider import protocol_of

    return protocol_of(path) != "file"


def _absolute(address: str) -> str:
    if "://" in address:
        from flyte_nb.context.storage.provider import local_path

        address = str(local_path(address))
    return os.path.abspath(address)  # noqa: PTH100 - as a text


def storage() -> FileAccess:
    """Return the storage of the running task, of the session where there is none."""
    return FlyteContextManager.current_context().file_access  # type: ignore[no-any-return]
