"""How a value of a type is written, as an example for who wrote it otherwise."""

from __future__ import annotations

import dataclasses
import json
import typing
from datetime import datetime, timedelta
from typing import Any, Literal

from . import kinds

_SCALARS = {
    bool: True,
    int: 3,
    float: 0.5,
    str: "text",
    datetime: "2026-01-31T12:00",
    timedelta: "1h30m",
}
_DEEPEST = 3


def example(name: str, expected: Any) -> str:  # noqa: PLR0911 - a case for each kind of type
    """Return how one gives the input *name* in a line."""
    expected = kinds.bare(expected)
    option = f"--{name}"
    if expected is bool:
        return f"{option} or --no-{name}"
    if kinds.is_union(expected):
        first = next(a for a in typing.get_args(expected) if a is not type(None))
        return example(name, first)
    if kinds.is_frame(expected):
        return f"{option} @table.csv"
    if kinds.is_path(expected):
        return f"{option} @path"
    value = _value(expected)
    if value is _UNKNOWN:
        return f"{option} =expression, Python that gives one"
    if isinstance(value, (list, dict)):
        return f"{option} '{json.dumps(value)}'"
    return f"{option} {value}"


_UNKNOWN = object()


def _value(expected: Any, depth: int = 0) -> Any:  # noqa: PLR0911 - as above
    """Return an example as JSON would have it."""
    expected = kinds.bare(expected)
    origin, args = typing.get_origin(expected) or expected, typing.get_args(expected)
    if expected in _SCALARS:
        return _SCALARS[expected]
    if kinds.is_union(expected):
        return _value(next(arg for arg in args if arg is not type(None)), depth)
    if origin is Literal:
        return args[0]
    if kinds.is_enum(expected):
        return next(iter(expected)).value
    if kinds.is_path(expected):
        return "path"
    if depth > _DEEPEST:
        return _UNKNOWN
    if origin in kinds.ARRAYS:
        kinds_of_items = [arg for arg in args if arg is not Ellipsis] or [int]
        items = [_value(kind, depth + 1) for kind in kinds_of_items]
        return _UNKNOWN if _UNKNOWN in items else items
    if origin is dict:
        value = _value(args[1], depth + 1) if args else 1
        return _UNKNOWN if value is _UNKNOWN else {"a": value}
    if kinds.is_model(expected) or kinds.is_record(expected):
        return _fields(expected, depth)
    return _UNKNOWN


def _fields(expected: Any, depth: int) -> Any:
    hints = typing.get_type_hints(expected)
    names = list(getattr(expected, "model_fields", None) or hints)
    if dataclasses.is_dataclass(expected):
        names = [field.name for field in dataclasses.fields(expected) if field.init]
    found = {name: _value(hints[name], depth + 1) for name in names if name in hints}
    return {name: value for name, value in found.items() if value is not _UNKNOWN}
