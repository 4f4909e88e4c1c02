"""Tables: given as what is declared, and written to Parquet on a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.types.frames import FrameType, StructuredDataset

from .problem import ConversionError

if TYPE_CHECKING:
    from .problem import Convert, Way

_MAX_ROWS = 10_000  # looked at
_MIXED = ("mixed", "mixed-integer")


def to_frame(kind: Any) -> Convert:
    """Return what takes a table, of pandas or a `StructuredDataset`, and gives one of *kind*."""
    wants_dataset = issubclass(kind, FrameType)

    def convert(value: Any, way: Way) -> Any:
        del way
        if wants_dataset:
            if isinstance(value, StructuredDataset):
                _check(value.dataframe)
                return StructuredDataset(
                    value.dataframe, value.uri, value.metadata, value.file_format
                )
            if type(value).__name__ in ("DataFrame", "Table"):
                _check(value)
                return StructuredDataset(value)
            return value
        if isinstance(value, StructuredDataset):
            value = StructuredDataset(value.dataframe, value.uri).open(kind).all()
        if isinstance(value, kind):
            _check(value)
        return value

    return convert


def _check(table: Any) -> None:
    """Refuse a table of pandas that Parquet does not take; its first rows are looked at.

    Raises:
        ConversionError: Columns have one name, or one column has values of several types.
    """
    if type(table).__module__.partition(".")[0] != "pandas":
        return
    from pandas.api.types import infer_dtype  # type: ignore[import-untyped,unused-ignore]

    columns = table.columns
    if not columns.is_unique:
        twice = columns[columns.duplicated()][0]
        raise ConversionError(
            f"a table with two columns {twice!r}", "a cluster writes tables to Parquet; rename one"
        )
    for number, dtype in enumerate(table.dtypes):
        if str(dtype) == "object" and infer_dtype(table.iloc[:_MAX_ROWS, number]) in _MIXED:
            raise ConversionError(
                f"column {columns[number]!r} of the table has values of several types",
                "a cluster writes tables to Parquet: one type to a column, such as"
                f" table[{columns[number]!r}].astype(str)",
            )
