"""Tables of pandas, polars and pyarrow as files: written and read as on a cluster.

There a table is a folder with one file of Parquet, or of CSV where that is asked for.
"""

from __future__ import annotations

import os
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError, StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flyte_nb.context.storage import FileAccess

PARQUET = "parquet"
CSV = "csv"
INSTALL = 'pip install "flyte-nb[parquet]"'
_TABLES = {"pandas": "DataFrame", "polars": "DataFrame", "pyarrow": "Table"}
_FILES = {PARQUET: "00000", CSV: ".csv"}  # flytekit's


def library_of(kind: type) -> str:
    """Return which library the class *kind* of tables is of; empty for no table."""
    package = kind.__module__.partition(".")[0]
    return package if _TABLES.get(package) == kind.__name__ else ""


def write_table(table: Any, target: Any, file_format: str = PARQUET) -> None:
    """Write *table* to a path or a binary file.

    Raises:
        InvalidValueError: Tables of this library are not written in that format.
        ImportError: pyarrow is not installed.
        Exception: The format does not take it; the libraries raise anything.
    """
    library = library_of(type(table))
    if library == "pandas" and file_format == CSV:
        table.to_csv(target, index=False)
    elif file_format != PARQUET or not library:
        raise InvalidValueError(
            f"a {type(table).__name__} is not written as {file_format!r}",
            hint="tables are written as parquet, those of pandas also as csv",
        )
    elif library == "pandas":
        # A time that would lose digits is refused there.
        options = {"coerce_timestamps": "us", "allow_truncated_timestamps": False}
        table.to_parquet(target, engine="pyarrow", **options)
    elif library == "polars":
        import pyarrow as pa  # noqa: F401

        table.write_parquet(target)
    else:
        from pyarrow.parquet import write_table as write

        write(table, target)


def read_table(
    source: Any, kind: type, columns: Sequence[str] = (), file_format: str = PARQUET, fs: Any = None
) -> Any:
    """Return the table of class *kind* in a path, a folder, or a binary file.

    Args:
        source: Where it is.
        kind: A class of tables.
        columns: Those that are wanted; all by default.
        file_format: How it is written.
        fs: fsspec's file system; that of this machine by default.

    Raises:
        InvalidValueError: It is not read as that.
        StorageError: pyarrow is not installed.
        Exception: It is not there, or is no such table; the libraries raise anything.
    """
    library, wanted = library_of(kind), list(columns) or None
    if library == "pandas" and file_format == CSV:
        import pandas as pd  # type: ignore[import-untyped,unused-ignore]

        opened = open if fs is None else fs.open
        with opened(source, "rb") as file:
            return pd.read_csv(file, usecols=wanted)
    if file_format != PARQUET or not library:
        raise InvalidValueError(f"{file_format!r} is not read as {kind.__module__}.{kind.__name__}")
    try:
        import pyarrow.parquet as pq
    except ImportError:
        raise missing_pyarrow() from None
    if library == "pandas":
        import pandas as pd

        return pd.read_parquet(source, engine="pyarrow", columns=wanted, filesystem=fs)
    table = pq.read_table(source, columns=wanted, filesystem=fs)
    if library == "polars":
        import polars as pl

        return pl.from_arrow(table)
    return table


def through_parquet(table: Any, kind: Any, columns: tuple[str, ...] = ()) -> Any:
    """Return *table* as one of class *kind*, as it is when it was written to Parquet.

    Raises:
        ImportError: pyarrow is not installed.
        Exception: Parquet does not take it; the libraries raise anything.
    """
    file = BytesIO()
    write_table(table, file)
    file.seek(0)
    return read_table(file, kind, columns)


def missing_pyarrow() -> StorageError:
    """Return the error that says what is missing."""
    return StorageError("pyarrow, which reads and writes Parquet, is not installed", hint=INSTALL)


def keep_table(
    table: Any, storage: FileAccess, file_format: str = PARQUET, to: str | None = None
) -> str:
    """Write *table* to where it outlives the run; return the address of its folder.

    Args:
        table: The table.
        storage: Where outputs of the run go.
        file_format: How to write it.
        to: An address; a new one below the raw output prefix by default.

    Raises:
        StorageError: It cannot be written there.
        Exception: As `write_table`.
    """
    address = to or storage.get_random_remote_path("table")
    partial = Path(storage.get_random_local_directory()) / _FILES.get(file_format, "table")
    try:
        write_table(table, partial, file_format)
        storage.put(partial, storage.join(address, partial.name))
    finally:
        with suppress(OSError):
            partial.unlink()
            partial.parent.rmdir()
    return address


def load_table(
    address: str,
    storage: FileAccess,
    kind: type,
    columns: Sequence[str] = (),
    file_format: str = PARQUET,
) -> Any:
    """Return the table of class *kind* at *address*: what `keep_table` wrote, a file, or a folder.

    Raises:
        InvalidValueError: It is not read as that, or has no such columns.
        StorageError: It is not there, or pyarrow is not installed.
    """
    from flyte_nb.context.storage.failures import as_storage_error
    from flyte_nb.context.storage.provider import local_path

    fs = storage.get_filesystem_for_path(address) if storage.is_remote(address) else None
    path = str(local_path(address)) if fs is None else str(fs._strip_protocol(address))  # noqa: SLF001
    with as_storage_error("cannot read", address):
        if file_format == CSV and (os.path.isdir(path) if fs is None else fs.isdir(path)):  # noqa: PTH112
            path = f"{path.rstrip('/')}/{_FILES[CSV]}"
        try:
            return read_table(path, kind, columns, file_format, fs)
        except InvalidValueError as error:
            refused = error
        except ValueError as error:  # those of pyarrow are, and of pandas for columns
            reason = (str(error).splitlines() or [""])[0]
            what = f"the columns {', '.join(columns)} of the table" if columns else "the table"
            refused = InvalidValueError(f"{what} {address} cannot be read: {reason}")
    raise refused
