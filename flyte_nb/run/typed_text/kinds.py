"""Which kind of type it is that a text has to become a value of."""

from __future__ import annotations

import dataclasses
import os
import types
import typing
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

from flyte_nb.types.iterator import FlyteIterator

FILES = ("FlyteFile", "FlyteDirectory", "FlyteSchema")
ARRAYS = (list, tuple, set, frozenset, Iterator)  # for JSON
FRAMES = {"pandas", "polars", "pyarrow"}


def bare(expected: Any) -> Any:
    """Return *expected* without its annotations, and a new type's own type."""
    while True:
        if typing.get_origin(expected) is typing.Annotated:
            expected = typing.get_args(expected)[0]
        elif hasattr(expected, "__supertype__"):
            expected = expected.__supertype__
        else:
            return expected


def array(origin: Any, items: Iterable[Any]) -> Any:
    """Return *items* as one of `ARRAYS`; an iterator goes through a list, as on a cluster."""
    return FlyteIterator(items) if origin is Iterator else origin(items)


def is_union(expected: Any) -> bool:
    """Return whether one of several types will do."""
    return typing.get_origin(expected) in (typing.Union, types.UnionType)


def is_enum(expected: Any) -> bool:
    """Return whether it is an enumeration."""
    return isinstance(expected, type) and issubclass(expected, Enum)


def is_model(expected: Any) -> bool:
    """Return whether it is a model of pydantic."""
    return isinstance(expected, type) and hasattr(expected, "model_validate")


def is_record(expected: Any) -> bool:
    """Return whether it has named fields of declared types."""
    return isinstance(expected, type) and (
        dataclasses.is_dataclass(expected)
        or (issubclass(expected, dict) and hasattr(expected, "__required_keys__"))
        or (issubclass(expected, tuple) and hasattr(expected, "_fields"))
    )


def is_path(expected: Any) -> bool:
    """Return whether it stands for a file or a folder, which its path is enough for."""
    kind = typing.get_origin(expected) or expected
    return isinstance(kind, type) and (
        any(base.__name__ in FILES for base in kind.__mro__)
        or (issubclass(kind, os.PathLike) and kind is not os.PathLike)
    )


def is_frame(expected: Any) -> bool:
    """Return whether it is a table of a library that reads files."""
    kind = expected if isinstance(expected, type) else type(None)
    package = kind.__module__.partition(".")[0]
    return package in FRAMES and kind.__name__ in {"DataFrame", "LazyFrame", "Table"}
