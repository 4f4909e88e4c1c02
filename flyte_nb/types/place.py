"""What files and folders have in common: an address, fetched when its content is needed."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, get_args, get_origin

from flyte_nb.context.manager import FlyteContextManager
from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from flyte_nb.context.storage import FileAccess

Address = str | os.PathLike[str]


class Place(os.PathLike[str]):
    """A file or a folder, here or in a store.

    Attributes:
        dimensionality: What a cluster calls it: ``SINGLE`` or ``MULTIPART``.
        noun: What people call it.
    """

    dimensionality: ClassVar[str] = ""
    noun: ClassVar[str] = ""
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
        self._local: str | None = None

    @classmethod
    def arriving(cls, address: str) -> Self:
        """Return what a task is given for *address*; nothing is fetched yet."""
        found = cls(address)
        if found._remote_source is not None:
            found._path = None
        return found

    @classmethod
    def extension(cls) -> str:
        """Return the format, such as ``csv``; empty for any."""
        return cls._format

    def __class_getitem__(cls, item: Any) -> type[Self]:
        name = "" if item is None else _format_of(item)
        return _with_format(cls, name) if name else cls

    @property
    def path(self) -> Address:
        """Where it is, as it was given; for what a task got from a store, where it will be here."""
        return self._here() if self._path is None else self._path

    @path.setter
    def path(self, value: Address) -> None:
        self._path = value
        self._remote_source = os.fspath(value) if is_remote(value) else None
        self._downloaded = False

    @property
    def remote_source(self) -> str | None:
        """The address in a store that it is fetched from, None for what is here."""
        return self._remote_source

    @property
    def downloaded(self) -> bool:
        """Whether it has been fetched."""
        return self._downloaded

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
        here = self._here()
        if not (self._downloaded and os.path.exists(here)):  # noqa: PTH110 - as the rest
            storage().get(self._remote_source, here, recursive=self._recursive)
            self._downloaded = True
        return here

    def _here(self) -> str:
        """Return the local path of what is in a store."""
        if self._local is None:
            self._local = storage().get_random_local_path(str(self._remote_source).rstrip("/"))
        return self._local

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
        state = {k: v for k, v in vars(self).items() if k not in ("_downloader", "_local")}
        if self._remote_source is not None:
            state.update(_downloaded=False)
        elif self._path is not None:
            state.update(_path=os.path.abspath(self._path))  # noqa: PTH100 - as a text
        base = self.__origin__ if self._format else type(self)
        return _again, (base, self._format, state)

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


def storage() -> FileAccess:
    """Return the storage of the running task, of the session where there is none."""
    return FlyteContextManager.current_context().file_access  # type: ignore[no-any-return]


def _format_of(item: Any) -> str:
    if get_origin(item) is Annotated:
        kind, extension = get_args(item)[:2]
        if kind is not str:
            raise InvalidValueError(f"a format is a str, annotated with its name; not {kind!r}")
        item = extension
    return str(item).strip().lstrip("~").lstrip(".")


@lru_cache(maxsize=256)
def _with_format(kind: Any, name: str) -> Any:
    base = kind.__origin__ or kind
    body = {"_format": name, "__origin__": base, "__module__": base.__module__}
    return type(f'{base.__name__}["{name}"]', (base,), body)


def _again(base: Any, name: str, state: dict[str, Any]) -> Any:
    """Return what was pickled."""
    kind = base[name] if name else base
    found = kind.__new__(kind)
    vars(found).update(state, _downloader=None, _local=None)
    return found
