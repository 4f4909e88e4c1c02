"""What a cluster pickles, and whether that can be done."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Literal, Union

from flyte_nb.run.describe import value_in_words
from flyte_nb.run.type_check import PRIMITIVES
from flyte_nb.types.place import Place

from .frames import is_table
from .problem import ConversionError
from .pydantic import is_pydantic

_UNIONS = (Union, types.UnionType)
_MAX_BYTES = 1 << 20  # looked at
_MESSAGES = (bool, int, float, str, datetime, date, timedelta, type(None), dict, Enum, Place)
_OTHERS = {("numpy", "ndarray")}  # written in a format of their own, as tables are


def is_pickled(kind: Any) -> bool:
    """Return whether a value of type *kind* is pickled on a cluster, or something in it is."""
    try:
        return _is_pickled(kind)
    except TypeError:  # not hashable
        return False


def is_changing(expected: Any) -> bool:
    """Return whether a value of that type may be, or have in it, what can be changed."""
    args = typing.get_args(expected)
    if expected in (*PRIMITIVES, type(None), None) or typing.get_origin(expected) is Literal:
        return False
    if typing.get_origin(expected) in (list, dict, set):
        return True
    if isinstance(expected, type) and issubclass(expected, (Enum, date, Place)):
        return False
    return any(map(is_changing, args)) if args else True


@lru_cache(maxsize=1024)
def _is_pickled(kind: Any) -> bool:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in _UNIONS or origin in (list, Iterator):
        return any(map(is_pickled, args))
    if origin is dict:
        return args[:1] == (str,) and is_pickled(args[1])
    if origin is not None and kind is not Any:
        return _is_pickled_alias(origin, args)
    if kind is Any or not isinstance(kind, type):
        return kind is Any or hasattr(kind, "__supertype__")
    if issubclass(kind, _MESSAGES) or is_table(kind) or dataclasses.is_dataclass(kind):
        return False
    package = kind.__module__.partition(".")[0]
    return not is_pydantic(kind) and (package, kind.__name__) not in _OTHERS and package != "torch"


def _is_pickled_alias(origin: Any, args: tuple[Any, ...]) -> bool:
    """Return whether a generic class with *args* is pickled, as those of users are."""
    if origin is Annotated:
        return is_pickled(args[0])
    known = origin in (Literal, tuple) or (origin.__module__, origin.__name__) in _OTHERS
    return not known


def check_picklable(value: Any) -> None:
    """Refuse what cannot be pickled, as far as the first megabyte of it tells.

    Raises:
        ConversionError: It cannot.
    """
    if type(value) in _MESSAGES:
        return
    from cloudpickle import Pickler  # type: ignore[import-untyped]

    try:
        Pickler(_Meter()).dump(value)
    except _EnoughError:
        return
    except Exception as error:
        words = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ConversionError(
            f"{value_in_words(value)} cannot be pickled, which is how a cluster hands it on:"
            f" {words[:200]}",
            "return what can be, such as a path or settings, and open or connect in the next task",
        ) from error


class _EnoughError(Exception):
    """As much as is looked at was pickled."""


class _Meter:
    """Takes what is written, and ends that after a while."""

    def __init__(self) -> None:
        self._size = 0

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        self._size += size
        if self._size > _MAX_BYTES:
            raise _EnoughError
        return size
