"""What JSON says becomes a value of a type: its parts are given the types of theirs."""

from __future__ import annotations

import dataclasses
import typing
from datetime import date, datetime, timedelta
from typing import Any, Literal

from flyte_nb.run.describe import type_name

from . import kinds
from .misfit import MisfitError
from .scalars import SCALARS, to_enum, to_literal

_EXACT = (bool, int, str)


def build(data: Any, expected: Any) -> Any:
    """Return *data*, which was JSON, as a value of type *expected*.

    Raises:
        MisfitError: A part is of another type; it says which one.
    """
    expected = kinds.bare(expected)
    if expected in (Any, object):
        return data
    if expected in (None, type(None)):
        if data is None:
            return None
        raise MisfitError("null")
    if kinds.is_union(expected):
        return _one_of(data, typing.get_args(expected))
    origin = typing.get_origin(expected) or expected
    if origin is Literal:
        return _choice(data, typing.get_args(expected))
    for applies, make in _MAKERS:
        if applies(expected, origin):
            return make(data, expected)
    if isinstance(expected, type) and isinstance(data, expected):
        return data
    raise MisfitError(type_name(expected))


def _one_of(data: Any, choices: tuple[Any, ...]) -> Any:
    """Return *data* as the first type that it is; text that would have to be read is tried last."""
    exact = [
        c for c in choices if kinds.bare(c) is type(data) or (data is None and c is type(None))
    ]
    for choice in (*exact, *choices):
        try:
            return build(data, choice)
        except MisfitError:
            continue
    raise MisfitError(" or ".join(map(type_name, choices)))


def _choice(data: Any, choices: tuple[Any, ...]) -> Any:
    for choice in choices:
        if type(choice) is type(data) and choice == data:
            return choice
    return to_literal(str(data), choices)


def _scalar(data: Any, expected: Any) -> Any:
    if expected in _EXACT and type(data) is expected:
        return data
    if expected is float and type(data) in (int, float):
        return float(data)
    if expected is timedelta and type(data) in (int, float):
        return timedelta(seconds=data)
    if expected is datetime and isinstance(data, date):  # YAML has both
        return SCALARS[datetime](data.isoformat())
    if expected in (datetime, timedelta) and isinstance(data, str):
        return SCALARS[expected](data)
    raise MisfitError(type_name(expected))


def _list(data: Any, expected: Any) -> Any:
    if not isinstance(data, list):
        raise MisfitError(f"{type_name(expected)}, as a JSON array")
    origin, args = typing.get_origin(expected) or expected, typing.get_args(expected)
    if origin is tuple and args and args[-1] is not Ellipsis:
        if len(args) != len(data):
            raise MisfitError(problem=f"needs {len(args)} items, and has {len(data)}")
        types = list(args)
    else:
        types = [args[0] if args else Any] * len(data)
    found = (
        _part(item, kind, f"[{n}]") for n, (item, kind) in enumerate(zip(data, types, strict=True))
    )
    return kinds.array(origin, found)


def _dict(data: Any, expected: Any) -> Any:
    if not isinstance(data, dict):
        raise MisfitError(f"{type_name(expected)}, as a JSON object")
    key_type, value_type = typing.get_args(expected) or (Any, Any)
    return {
        _key(key, key_type): _part(value, value_type, f"[{key!r}]") for key, value in data.items()
    }


def _key(key: Any, expected: Any) -> Any:
    """Return a key, which JSON has as text whatever it is."""
    expected = kinds.bare(expected)
    if isinstance(key, str) and expected in SCALARS:
        return SCALARS[expected](key)
    return to_enum(key, expected) if kinds.is_enum(expected) else build(key, expected)


def _record(data: Any, expected: Any) -> Any:
    if not isinstance(data, dict):
        raise MisfitError(f"{type_name(expected)}, as a JSON object")
    hints = typing.get_type_hints(expected)
    if dataclasses.is_dataclass(expected):
        names = {
            f.name: f.default is f.default_factory for f in dataclasses.fields(expected) if f.init
        }
    elif issubclass(expected, tuple):
        names = {n: n not in getattr(expected, "_field_defaults", {}) for n in expected._fields}
    else:
        names = {n: n in expected.__required_keys__ for n in hints}
    if unknown := data.keys() - names.keys():
        raise MisfitError(
            problem=f"has no field {min(unknown)!r}; its fields are {', '.join(names)}"
        )
    if missing := [name for name, is_needed in names.items() if is_needed and name not in data]:
        raise MisfitError(problem=f"needs the field {missing[0]!r}")
    return expected(**{n: _part(v, hints.get(n, Any), f".{n}") for n, v in data.items()})


def _model(data: Any, expected: Any) -> Any:
    try:
        return expected.model_validate(data)
    except ValueError as error:  # pydantic's is one
        first = error.errors()[0] if hasattr(error, "errors") else {"msg": str(error), "loc": ()}
        where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in first["loc"])
        problem = f"does not fit {type_name(expected)}: {first['msg']}"
        raise MisfitError(where=where, problem=problem) from None


def _member(data: Any, expected: Any) -> Any:
    return to_enum(str(data), expected)


def _path(data: Any, expected: Any) -> Any:
    if isinstance(data, str):
        return expected(data)
    raise MisfitError("a path")


def _part(data: Any, expected: Any, where: str) -> Any:
    try:
        return build(data, expected)
    except MisfitError as error:
        raise error.inside(where) from None


_MAKERS: tuple[tuple[Any, Any], ...] = (
    (lambda expected, _: expected in SCALARS, _scalar),
    (lambda expected, _: kinds.is_enum(expected), _member),
    (lambda expected, _: kinds.is_model(expected), _model),
    (lambda expected, _: kinds.is_record(expected), _record),
    (lambda expected, _: kinds.is_path(expected), _path),
    (lambda _, origin: origin in kinds.ARRAYS, _list),
    (lambda _, origin: origin is dict, _dict),
)
