"""Whether a value is of a type, as strictly as Flyte's type engine sees it.

Flyte's primitives are taken exactly, at every level: a bool is no int, an int no float, a
`numpy.float64` no float, and an int has 64 bits. Python would let them pass; the cluster refuses
them, and a None of any type too, which it would have to pickle. Lists and
dictionaries are looked into up to `MAX_ITEMS` items, so that a check costs no more however
large the value is. Classes that Flyte does not take apart are left to beartype.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Annotated, Any, Literal, TypeAlias, Union

from flyte_nb.errors import TaskDefinitionError
from flyte_nb.types.iterator import FlyteIterator

Check: TypeAlias = Callable[[Any], bool]

MAX_ITEMS = 10_000
PRIMITIVES = (bool, int, float, str, datetime, timedelta)
_EXACT = (bool, float, datetime, date, timedelta, dict)
_LEAST, _GREATEST = -(2**63), 2**63 - 1
_BY_HAND: dict[Any, Check] = {
    **dict.fromkeys((Any, object), lambda value: value is not None),
    **dict.fromkeys((None, type(None)), lambda value: value is None),
    int: lambda value: type(value) is int and _LEAST <= value <= _GREATEST,
    str: lambda value: type(value) is str and (value.isascii() or is_unicode(value)),
    typing.Dict: lambda value: type(value) is dict,  # noqa: UP006 - as users have it
}


def check_for(expected: Any) -> Check:
    """Return a function that says whether a value is of type *expected*.

    Raises:
        TaskDefinitionError: *expected* is no type that a value could have.
    """
    try:
        return _cached(expected)
    except TypeError:  # not hashable
        return _make(expected)


def _make(expected: Any) -> Check:
    if isinstance(expected, Hashable) and expected in _BY_HAND:
        return _BY_HAND[expected]
    if expected in _EXACT:
        return lambda value: type(value) is expected
    if getattr(expected, "__module__", "") == "numpy" and expected.__name__ == "ndarray":
        return lambda value: isinstance(value, expected) and not value.dtype.hasobject
    make = _GENERICS.get(typing.get_origin(expected))
    args = typing.get_args(expected)
    return make(*args) if make and args else _by_beartype(expected)


_cached = lru_cache(maxsize=1024)(_make)


def _union(*args: Any) -> Check:
    checks = [check_for(arg) for arg in args]
    return lambda value: any(check(value) for check in checks)


def _literal(*args: Any) -> Check:
    pairs = {(type(arg), arg) for arg in args}
    return lambda value: type(value).__hash__ is not None and (type(value), value) in pairs


def _list(item: Any) -> Check:
    are_all = _first_items(check_for(item))
    return lambda value: type(value) is list and are_all(value)


def _iterator(item: Any) -> Check:
    are_all = _first_items(check_for(item))
    return lambda value: isinstance(value, FlyteIterator) and are_all(value.items)


def _dict(key: Any, item: Any) -> Check:
    keys, values = _first_items(check_for(key)), _first_items(check_for(item))
    return lambda value: type(value) is dict and keys(value) and values(value.values())


def _tuple(*args: Any) -> Check:
    if args[-1] is Ellipsis:
        are_all = _first_items(check_for(args[0]))
        return lambda values: isinstance(values, tuple) and are_all(values)
    checks = [check_for(arg) for arg in args]

    def fit(values: Any) -> bool:
        return (
            isinstance(values, tuple)
            and len(values) == len(checks)
            and all(check(value) for check, value in zip(checks, values, strict=True))
        )

    return fit


_GENERICS: dict[Any, Callable[..., Check]] = {
    Annotated: lambda first, *_: check_for(first),
    Union: _union,
    types.UnionType: _union,
    Literal: _literal,
    Iterator: _iterator,
    list: _list,
    dict: _dict,
    tuple: _tuple,
}


def is_unicode(text: str) -> bool:
    """Return whether *text* can be written at all: half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _first_items(check: Check) -> Callable[[Iterable[Any]], bool]:
    return lambda values: all(map(check, islice(values, MAX_ITEMS)))


def _by_beartype(expected: Any) -> Check:
    from beartype.door import is_bearable
    from beartype.roar import BeartypeException

    try:
        is_bearable(None, expected)
    except BeartypeException as error:
        if isinstance(expected, type):  # such as a protocol that cannot be asked at run time
            return lambda _: True
        first, *_ = str(error).splitlines()
        raise TaskDefinitionError(
            f"{expected!r} is no type for an input or an output",
            hint=f"use a class, or a type such as list[int]; beartype says: {first[:200]}",
        ) from None
    return lambda value: bool(is_bearable(value, expected))
