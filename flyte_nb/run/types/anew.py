"""Classes that were defined again by running their cell again: of one name, and not the same."""

from __future__ import annotations

import dataclasses
import typing
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_ITEMS = 100
_MAX_DEPTH = 4


def defined_anew(value: Any, expected: Any) -> str:
    """Return the name of a class that *value* has an earlier definition of; empty for none.

    Args:
        value: Of an earlier definition, or with such an object in it.
        expected: The type that is needed, or that has the class in it.
    """
    known = {_name(kind): kind for kind in _classes(expected)}
    for kind in _classes_in(value):
        newest = known.get(_name(kind))
        if newest is not None and kind is not newest:
            return kind.__name__
    return ""


def is_anew(offered: Any, expected: Any) -> str:
    """Return the name of a class of the type *offered* that *expected* has a later one of."""
    known = {_name(kind): kind for kind in _classes(expected)}
    found = (kind for kind in _classes(offered) if known.get(_name(kind), kind) is not kind)
    return next((kind.__name__ for kind in found), "")


def _name(kind: type) -> tuple[str, str]:
    return kind.__module__, kind.__qualname__


def _classes(expected: Any, depth: int = 0) -> Iterator[type]:
    """Yield the user's classes in a type, those of the fields of dataclasses among them."""
    if depth > _MAX_DEPTH:
        return
    for arg in typing.get_args(expected):
        yield from _classes(arg, depth + 1)
    if not isinstance(expected, type) or expected.__module__ == "builtins":
        return
    yield expected
    if dataclasses.is_dataclass(expected):
        for field in dataclasses.fields(expected):
            yield from _classes(field.type, depth + 1)


def _classes_in(value: Any, depth: int = 0) -> Iterator[type]:
    if depth > _MAX_DEPTH:
        return
    yield type(value)
    inside: Any = ()
    if isinstance(value, dict):
        inside = value.values()
    elif isinstance(value, (list, tuple, set, frozenset)):
        inside = value
    elif dataclasses.is_dataclass(type(value)):
        inside = vars(value).values() if hasattr(value, "__dict__") else ()
    for item in islice(inside, _MAX_ITEMS):
        yield from _classes_in(item, depth + 1)
