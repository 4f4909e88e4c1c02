"""`StructuredDataset`: a table, of whichever library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self

PARQUET = "parquet"
CSV = "csv"


class FrameType:
    """A table that a task takes or returns."""


class StructuredDataset(FrameType):
    """A table (flytekit's ``StructuredDataset``).

    A task that declares it is given one whatever the other task returned: `open` says as what
    it is wanted, `all` returns that.

    Args:
        dataframe: The table.
        uri: Where it is, instead; read when it is asked for.
        metadata: What is said of it, kept for the cluster.
        file_format: ``parquet`` or ``csv``, of what is at *uri*.

    Example:
        >>> @task
        ... def total(table: StructuredDataset) -> float:
        ...     return float(table.open(pd.DataFrame).all()["price"].sum())
    """

    def __init__(
        self,
        dataframe: Any = None,
        uri: str | None = None,
        metadata: Any = None,
        file_format: str = PARQUET,
    ) -> None:
        self._dataframe = dataframe
        self.uri = uri
        self.metadata = metadata
        self.file_format = file_format
        self._kind: Any = None

    @property
    def dataframe(self) -> Any:
        """The table that it was made of, None for what is read from its address."""
        return self._dataframe

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
        table = self._dataframe if self._dataframe is not None else self._read()
        if isinstance(table, kind):
            return table
        name = f"{kind.__module__.partition('.')[0]}.{kind.__name__}"
        if name == "pandas.DataFrame" and hasattr(table, "to_pandas"):
            return table.to_pandas()
        if name == "pyarrow.Table" and hasattr(kind, "from_pandas"):
            return kind.from_pandas(table)
        if name == "polars.DataFrame" and hasattr(table, "dtypes"):
            return kind(table.to_dict(orient="list"))
        raise InvalidValueError(f"a {type(table).__name__} cannot be given as {name}")

    def iter(self) -> Iterator[Any]:
        """Yield the table, as one piece."""
        yield self.all()

    def _read(self) -> Any:
        if self.uri is None:
            raise InvalidValueError("a StructuredDataset with neither dataframe nor uri")
        import pandas as pd  # type: ignore[import-untyped,unused-ignore]

        from .file import FlyteFile

        path = FlyteFile(self.uri).download()
        return pd.read_csv(path) if self.file_format == CSV else pd.read_parquet(path)

    def __repr__(self) -> str:
        where = self.uri if self._dataframe is None else type(self._dataframe).__name__
        return f"StructuredDataset({where})"

    def _repr_html_(self) -> str:
        inner = getattr(self._dataframe, "_repr_html_", None)
        if inner is not None:
            return str(inner())
        from flyte_nb.display import panel_html

        return panel_html("StructuredDataset", [("uri", str(self.uri)), ("", self.file_format)])
