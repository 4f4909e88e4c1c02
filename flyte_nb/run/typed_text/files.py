"""What ``@file`` stands for: a path where a file is wanted, else what is in it."""

from __future__ import annotations

import csv
import importlib
import io
import json
import typing
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from flyte_nb.errors import NotProvidedError
from flyte_nb.run.describe import type_name

from . import kinds
from .json_value import build
from .misfit import MisfitError
from .scalars import SCALARS, to_enum, to_literal

_READERS = {
    "pandas": {
        ".csv": "read_csv",
        ".tsv": "read_table",
        ".json": "read_json",
        ".parquet": "read_parquet",
        ".feather": "read_feather",
        ".xlsx": "read_excel",
        ".pkl": "read_pickle",
    },
    "polars": {
        ".csv": "read_csv",
        ".json": "read_json",
        ".parquet": "read_parquet",
        ".feather": "read_ipc",
    },
    "pyarrow": {
        ".csv": "csv:read_csv",
        ".json": "json:read_json",
        ".parquet": "parquet:read_table",
        ".feather": "feather:read_table",
    },
}


def from_file(name: str, expected: Any) -> Any:
    """Return the value of type *expected* that the file *name* stands for.

    Raises:
        MisfitError: There is no such file, or it holds something else.
        NotProvidedError: Who would read it is not installed.
    """
    expected = kinds.bare(expected)
    choices = _choices(expected)
    for choice in choices:
        if kinds.is_path(choice):
            return choice(name)
    path = Path(name).expanduser()
    try:
        for choice in choices:
            if kinds.is_frame(choice):
                return _table(path, choice)
        if bytes in choices:
            return path.read_bytes()
        return _content(path, expected)
    except FileNotFoundError:
        raise MisfitError(problem=f"cannot be read: there is no {name}") from None
    except OSError as error:
        problem = f"cannot be read from {name}: {error.strerror or error}"
        raise MisfitError(problem=problem) from None


def _choices(expected: Any) -> list[Any]:
    args = typing.get_args(expected) if kinds.is_union(expected) else (expected,)
    return [kinds.bare(arg) for arg in args if arg is not type(None)]


def _table(path: Path, expected: Any) -> Any:
    package = expected.__module__.partition(".")[0]
    readers = _READERS[package]
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise MisfitError(f"a file that {package} reads: {', '.join(readers)}")
    path.open("rb").close()  # else each library says in its own way that there is none
    module, _, function = reader.rpartition(":")
    try:
        read = getattr(importlib.import_module(f"{package}.{module}".rstrip(".")), function)
        found = read(path)
    except ImportError as error:
        raise NotProvidedError(f"{path.name} cannot be read: {error}") from error
    except Exception as error:  # noqa: BLE001 - whatever the library says of a file
        raise MisfitError(problem=f"cannot be read by {package}: {error}") from None
    return found.lazy() if expected.__name__ == "LazyFrame" else found


def _content(path: Path, expected: Any) -> Any:
    suffix = path.suffix.lower()
    if expected is str:
        return _text(path)
    if expected in SCALARS:
        return SCALARS[expected](_text(path).strip())
    if kinds.is_enum(expected):
        return to_enum(_text(path).strip(), expected)
    if suffix in {".csv", ".tsv"}:
        # As they are: a line break in quotes is part of a cell.
        text = _text(path, newline="")
        try:
            return _rows(text, expected, "," if suffix == ".csv" else "\t")
        except csv.Error as error:
            raise MisfitError(problem=f"cannot be read as CSV: {error}") from None
    try:
        return build(_data(_text(path), suffix), expected)
    except MisfitError as error:
        if error.where or error.problem:
            raise
        raise MisfitError(f"{error.wanted}, in the file") from None


def _text(path: Path, newline: str | None = None) -> str:
    try:
        # Spreadsheets begin their UTF-8 with a mark, which is no part of the first name.
        with path.open(encoding="utf-8-sig", newline=newline) as file:
            return file.read()
    except UnicodeDecodeError:
        raise MisfitError("a file of text in UTF-8") from None


def _data(text: str, suffix: str) -> Any:
    try:
        if suffix in {".yaml", ".yml"}:
            import yaml

            return yaml.safe_load(text)
        if suffix in {".jsonl", ".ndjson"}:
            # Not splitlines, which takes more for an end of line than JSON does.
            return [json.loads(line) for line in text.split("\n") if line.strip()]
        return json.loads(text)
    except ValueError as error:
        raise MisfitError(problem=f"cannot be read as JSON: {error}") from None
    except Exception as error:  # noqa: BLE001 - yaml's errors have no common base with others
        raise MisfitError(problem=f"cannot be read as YAML: {error}") from None


def _rows(text: str, expected: Any, delimiter: str) -> Any:
    """Return the rows of a table, each as what the items of a list are."""
    origin = typing.get_origin(expected) or expected
    if origin not in (list, Iterator):
        raise MisfitError(f"{type_name(expected)}, which a table is not")
    (item,) = typing.get_args(expected) or (Any,)
    item = kinds.bare(item)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    hints = typing.get_type_hints(item) if isinstance(item, type) else {}
    if typing.get_origin(item) is dict:
        hints = dict.fromkeys(rows.fieldnames or (), typing.get_args(item)[1])
    found = []
    for number, row in enumerate(rows):
        try:
            if None in row:  # where DictReader has what is beyond the columns
                raise MisfitError(problem="has too many cells")  # noqa: TRY301
            data = {k: _cell(v, hints.get(k, Any)) for k, v in row.items()}
            found.append(build(data, item))
        except MisfitError as error:
            raise error.inside(f"[{number}]") from None
    return kinds.array(origin, found)


def _cell(text: str | None, expected: Any) -> Any:
    """Return a cell as JSON would have it; a row that ends before it has None."""
    expected = kinds.bare(expected)
    if not text and kinds.is_union(expected) and type(None) in typing.get_args(expected):
        return None
    if text is None:
        raise MisfitError(problem="has too few cells")
    for choice in _choices(expected):
        with suppress(MisfitError):  # what is of none of them is told with its column
            if typing.get_origin(choice) is typing.Literal:
                return to_literal(text, typing.get_args(choice))
            if choice in (bool, int, float):
                return SCALARS[choice](text)
    return text
