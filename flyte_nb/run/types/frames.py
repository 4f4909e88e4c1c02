"""Tables: given as what is declared, and written to Parquet on their way, as on a cluster.

A table of pandas whose columns Parquet leaves as they are is not written: nobody would see it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from flyte_nb.context.current import running
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.errors import FlyteNbError
from flyte_nb.types.addresses import keep
from flyte_nb.types.frames import FrameType, StructuredDataset
from flyte_nb.types.kept import mark_kept
from flyte_nb.types.place import is_remote, storage
from flyte_nb.types.table_form import ANY_FORM
from flyte_nb.types.tables import INSTALL, keep_table, library_of, through_parquet

from .problem import ConversionError, Way

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.types.table_form import TableForm

    from .problem import Convert

_MAX_ROWS = 10_000  # looked at
_MIXED = ("mixed", "mixed-integer")
_LEFT_ALONE = frozenset(
    {"bool", "float32", "float64", "str"}
    | {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
)  # dtypes
_told: set[str] = set()


def is_table(kind: type) -> bool:
    """Return whether *kind* is a table, of one library or of any."""
    return bool(library_of(kind)) or issubclass(kind, FrameType)


def to_frame(kind: Any, form: TableForm = ANY_FORM) -> Convert:
    """Return what takes a table of any library, and gives one of *kind*.

    Args:
        kind: A class of tables.
        form: What is declared beside it.
    """
    return _to_dataset(kind, form) if issubclass(kind, FrameType) else _to_table(kind, form)


def _to_dataset(kind: Any, form: TableForm) -> Convert:
    def convert(value: Any, way: Way) -> Any:
        if library_of(type(value)):
            value = StructuredDataset(value)
        if not isinstance(value, StructuredDataset):
            return value
        found = _handed_on(value, form, way)
        return found if way is Way.OUT else found.with_columns(form.columns)

    del kind
    return convert


def _handed_on(value: StructuredDataset, form: TableForm, way: Way) -> StructuredDataset:
    file_format, uri = form.file_format or value.file_format, value.uri
    if (table := value.dataframe) is not None:
        _check(table)
        uri = _sure(lambda: keep_table(table, storage(), file_format, uri))
    elif uri is None:
        raise ConversionError("a StructuredDataset with neither dataframe nor uri", "give one")
    else:
        file_format = value.file_format
        if not is_remote(uri):
            if not os.path.exists(uri):  # noqa: PTH110 - as the user wrote it
                raise ConversionError(f"there is no table {uri!r}")
            uri = keep(uri, storage()) if way is Way.OUT else os.path.abspath(uri)  # noqa: PTH100
    if way is not Way.OUT:
        return value.handed_on(uri, file_format, ())
    found = value.handed_on(uri, file_format, form.columns)
    mark_kept(found)
    return found


def _to_table(kind: Any, form: TableForm) -> Convert:
    def convert(value: Any, way: Way) -> Any:
        if isinstance(value, StructuredDataset):
            if value.dataframe is None:
                return _handed_on(value, form, Way.IN).with_columns(form.columns).open(kind).all()
            value = value.dataframe
        if not library_of(type(value)):
            return value
        _check(value)
        is_other = not isinstance(value, kind) or bool(form.columns)
        # What comes from another task has been written, and within a task nothing is.
        is_written = way is Way.OUT or (way is Way.IN and running() is None)
        if is_other or (is_written and not _is_left_alone(value) and _has_pyarrow()):
            return _sure(lambda: through_parquet(value, kind, form.columns))
        return value

    return convert


def _sure(write: Callable[[], Any]) -> Any:
    """Return what *write* returns.

    Raises:
        ConversionError: The table cannot be written, or not be read.
    """
    try:
        return write()
    except ImportError:
        raise ConversionError(
            "pyarrow is not installed, which writes tables to Parquet as a cluster does", INSTALL
        ) from None
    except FlyteNbError as error:
        raise ConversionError(str(error.args[0]), error.hint) from error
    except Exception as error:
        reason = ", ".join(map(str, error.args)).strip().partition("\n")[0] or type(error).__name__
        raise ConversionError(
            f"a cluster writes tables to Parquet, which does not take this one: {reason[:200]}",
            "give its columns types that Parquet has",
        ) from error


def _is_left_alone(table: Any) -> bool:
    """Return whether Parquet gives the same back, as far as pandas tells without a look at values.

    Its columns are numbers and texts with names, and its rows are numbered.
    """
    if library_of(type(table)) != "pandas":
        return library_of(type(table)) == "pyarrow"
    columns, index = table.columns, table.index
    if table.attrs or columns.names != [None] or type(index).__name__ != "RangeIndex":
        return False
    return all(type(name) is str for name in columns) and _LEFT_ALONE.issuperset(
        map(str, table.dtypes)
    )


def _has_pyarrow() -> bool:
    """Return whether pyarrow is there; say once that it is not, and what is not seen so."""
    from importlib.util import find_spec

    if find_spec("pyarrow") is not None:
        return True
    if not _told:
        _told.add("pyarrow")
        TASK_LOGGER.warning(
            "a table is handed on as it is, for pyarrow is not installed; a cluster writes it to"
            " Parquet, which may change its types or refuse it: %s",
            INSTALL,
        )
    return False


def _check(table: Any) -> None:
    """Refuse a table of pandas that Parquet does not take; its first rows are looked at.

    Raises:
        ConversionError: Columns have one name, or one column has values of several types.
    """
    if library_of(type(table)) != "pandas":
        return
    from pandas.api.types import infer_dtype  # type: ignore[import-untyped,unused-ignore]

    columns = table.columns
    if not columns.is_unique:
        twice = columns[columns.duplicated()][0]
        raise ConversionError(
            f"a table with two columns {twice!r}", "a cluster writes tables to Parquet; rename one"
        )
    for number, dtype in enumerate(table.dtypes):
        if str(dtype) != "object":
            continue
        column = table.iloc[:_MAX_ROWS, number]
        if infer_dtype(column) in _MIXED and len(set(map(type, column.dropna()))) > 1:
            raise ConversionError(
                f"column {columns[number]!r} of the table has values of several types",
                "a cluster writes tables to Parquet: one type to a column, such as"
                f" table[{columns[number]!r}].astype(str)",
            )
