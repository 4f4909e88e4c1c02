"""`StructuredDataset`: a table, of whichever library."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

from flyte_nb.errors import InvalidValueError

from .on_disk import OnDisk
from .tables import CSV, PARQUET, library_of, load_table, through_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self

__all__ = ["CSV", "PARQUET", "FrameType", "StructuredDataset"]


class FrameType(OnDisk):
    """A table that a task takes or returns."""


class StructuredDataset(FrameType):
    """A table (flytekit's ``StructuredDataset``).

    A task that declares it is given one whatever the other task returned: `open` says as what
    it is wanted, `all` reads it as that. In between it is a file of Parquet, so that what is lost
    on a cluster is lost here. An annotation names the columns that are read:
    ``Annotated[StructuredDataset, kwtypes(price=float)]``; the types there are for people.

    For tables of polars a cluster needs the package ``flytekitplugins-polars``.

    Args:
        dataframe: The table, of pandas, polars or pyarrow.
        uri: Where it is, instead; or where it is to be written.
        metadata: What is said of it, kept for the cluster.
        file_format: ``parquet``, or ``csv`` for tables of pandas.

    Example:
        >>> @task
        ... def total(table: StructuredDataset) -> float:
        ...     return float(table.open(pd.DataFrame).all()["price"].sum())
    """

    noun: ClassVar[str] = "table"

    def __init__(
        self,
        dataframe: Any = None,
        uri: str | os.PathLike[str] | None = None,
        metadata: Any = None,
        file_format: str = PARQUET,
    ) -> None:
        self._dataframe = dataframe
        self.uri = None if uri is None else os.fspath(uri)
        self.metadata = metadata
        self.file_format = file_format
        self._kind: Any = None
        self._declared: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()

    @property
    def dataframe(self) -> Any:
        """The table that it was made of, None for what is read from its address."""
        return self._dataframe

    def handed_on(self, uri: str, file_format: str, declared: tuple[str, ...]) -> Self:
        """Return it as a task hands it on: by its address.

        Args:
            uri: Where it is now.
            file_format: How it is written there.
            declared: The columns that the task declares, if it was made there.
        """
        found = type(self)(uri=uri, metadata=self.metadata, file_format=file_format)
        vars(found).update(_declared=self._declared or declared)
        return found.with_columns(())

    def with_columns(self, columns: tuple[str, ...]) -> Self:
        """Let *columns* be read of it alone; those that its task declares if there is none."""
        self._columns = columns or self._declared
        return self

    def open(self, dataframe_type: Any) -> Self:
        """Say as what it is wanted; return this."""
        self._kind = dataframe_type
        return self

    def all(self) -> Any:
        """Return the whole table, of the type that `open` was given.

        Raises:
            InvalidValueError: It cannot be given as that, or `open` was not called.
            StorageError: It is not where its address says.
        """
        kind = self._kind
        if kind is None:
            raise InvalidValueError("a table as what?", hint="write table.open(pd.DataFrame).all()")
        table = self._dataframe
        if table is not None:
            return _as_kind(table, kind)
        if self.uri is None:
            raise InvalidValueError("a StructuredDataset with neither dataframe nor uri")
        from .place import storage

        return load_table(self.uri, storage(), kind, self._columns, self.file_format)

    def iter(self) -> Iterator[Any]:
        """Yield the table, as one piece; on a cluster none of these libraries can do that."""
        from flyte_nb.context.logs import TASK_LOGGER

        TASK_LOGGER.warning(
            "StructuredDataset.iter(): flytekit reads no table of these libraries in pieces, and"
            " raises KeyError on a cluster; use all()"
        )
        yield self.all()

    @property
    def original(self) -> str | None:
        """The path of its file or folder; None for what is in a store, or not yet written."""
        from .place import is_remote

        return None if self.uri is None or is_remote(self.uri) else self.uri

    def extension(self) -> str:
        """Return the format."""
        return self.file_format

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Let a model of pydantic have it for a field: by its address."""
        del source, handler
        from .in_models import table_schema

        return table_schema(cls)

    def __repr__(self) -> str:
        where = self.uri if self._dataframe is None else type(self._dataframe).__name__
        return f"StructuredDataset({where})"

    def _repr_html_(self) -> str:
        inner = getattr(self._dataframe, "_repr_html_", None)
        if inner is not None:
            return str(inner())
        from flyte_nb.display import panel_html

        rows = [("uri", str(self.uri)), ("format", self.file_format)]
        if self._columns:
            rows.append(("columns", ", ".join(self._columns)))
        return panel_html("StructuredDataset", rows)


def _as_kind(table: Any, kind: Any) -> Any:
    if isinstance(table, kind):
        return table
    if not (library_of(type(table)) and library_of(kind)):
        name = f"{kind.__module__.partition('.')[0]}.{kind.__name__}"
        raise InvalidValueError(f"a {type(table).__name__} cannot be given as {name}")
    return through_parquet(table, kind)
