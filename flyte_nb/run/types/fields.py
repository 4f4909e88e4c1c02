"""Conversions within one message: fields of a dataclass, keys and items of a dictionary.

There a cluster makes what is declared of what it finds, as ``int("5")``: `coerced` says so where
something is lost on the way.
"""

from __future__ import annotations

import dataclasses
import decimal
import fractions
import ipaddress
import pathlib
import types
import typing
import uuid
from collections import deque
from collections.abc import Mapping, MutableSequence, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.errors import TaskDefinitionError, UnsupportedTypeError
from flyte_nb.run.describe import type_name, value_in_words
from flyte_nb.types.frames import FrameType
from flyte_nb.types.place import Place

from .files import to_place
from .packed import packed
from .problem import ConversionError
from .scalars import no_member

if TYPE_CHECKING:
    from collections.abc import Callable

    from .problem import Convert, Way

_UNIONS = (Union, types.UnionType)
_PRIMITIVES = (int, float, bool, str)
_INTS = range(-(2**63), 2**64)
_WRITTEN = (  # as a text or a number, and made again of it
    *(bytes, bytearray, datetime, date, time, timedelta, tzinfo, uuid.UUID),
    *(decimal.Decimal, fractions.Fraction, pathlib.PurePath),
    *(ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network),
)
_ITERATED: dict[Any, Callable[[Any], Any]] = {
    **dict.fromkeys((list, Sequence, MutableSequence), list),
    **dict.fromkeys((set, AbstractSet), set),
    frozenset: frozenset,
    deque: deque,
}
_UNTYPED = (Any, object, dict, list, typing.Dict, typing.List)  # noqa: UP006
_said: set[str] = set()


def field_conversion(kind: Any) -> Convert:
    """Return what a value of type *kind* goes through in a message.

    Raises:
        TaskDefinitionError: No message has such a field.
    """
    try:
        return _cached(kind)
    except TypeError:  # not hashable
        return _make(kind)


def packed_mapping(args: tuple[Any, Any] | None) -> Convert:
    """Return what a dictionary goes through that is one message.

    Args:
        args: The types of its keys and items, None where they are not declared.
    """

    def convert(value: Any, way: Way) -> Any:
        if type(value) is not dict:
            return value
        inner = packed if args is None else _mapping(*args)
        return inner(value, way)

    return convert


def _make(kind: Any) -> Convert:
    if kind in _UNTYPED or isinstance(kind, typing.TypeVar):
        return packed
    if kind in _PRIMITIVES:
        return _primitive(kind)
    if hasattr(kind, "__supertype__"):
        return field_conversion(kind.__supertype__)
    if args := typing.get_args(kind):
        return _generic(kind, args)
    if kind is None or kind is type(None):
        return _only(kind, lambda value: value is None)
    return _of_class(kind) if isinstance(kind, type) else _as_it_is


def _generic(kind: Any, args: tuple[Any, ...]) -> Convert:
    origin = typing.get_origin(kind)
    if origin is Annotated:
        return field_conversion(args[0])
    if origin in _UNIONS:
        return _union(kind, args)
    if origin is Literal:
        return _only(kind, lambda value: value in args)
    if origin in _ITERATED:
        return _iterated(_ITERATED[origin], args[0])
    if origin is tuple:
        return _tuple(args)
    is_mapping = isinstance(origin, type) and issubclass(origin, Mapping) and len(args) > 1
    return _mapping(*args) if is_mapping else _as_it_is


_cached = lru_cache(maxsize=1024)(_make)


def _of_class(kind: type) -> Convert:
    from .models import is_model_class, model_conversion

    a_class: Any = kind
    if issubclass(kind, Place):
        return to_place(kind)
    if is_model_class(kind):
        return _demanded(kind, model_conversion(a_class) or _as_it_is)
    if issubclass(kind, Enum):
        return _member(kind)
    if issubclass(kind, (*_WRITTEN, tuple, set, frozenset, deque, dict, list)) or (
        typing.is_typeddict(kind) or hasattr(kind, "_serialize") or issubclass(kind, FrameType)
    ):
        of = dict if typing.is_typeddict(kind) else kind
        return _only(kind, lambda value: isinstance(value, of))
    raise UnsupportedTypeError(
        f"{type_name(kind)} cannot be a field of a dataclass that goes to a cluster",
        hint="make it a dataclass too, or an input or output of its own",
    )


def _as_it_is(value: Any, _: Way) -> Any:
    return value


def _wrong(kind: Any, value: Any) -> ConversionError:
    return ConversionError(f"expected {type_name(kind)}, got {value_in_words(value)}")


def _only(kind: Any, fits: Callable[[Any], bool]) -> Convert:
    def convert(value: Any, _: Way) -> Any:
        if not fits(value):
            raise _wrong(kind, value)
        return value

    return convert


def _demanded(kind: type, inner: Convert) -> Convert:
    def convert(value: Any, way: Way) -> Any:
        if not isinstance(value, (kind, dict)):
            raise _wrong(kind, value)
        return inner(value, way)

    return convert


def _member(kind: type[Enum]) -> Convert:
    def convert(value: Any, _: Way) -> Any:
        if not isinstance(value, kind):
            raise no_member(kind, value, by_value=False)
        return value

    return convert


def _primitive(kind: Any) -> Convert:
    def convert(value: Any, _: Way) -> Any:
        if type(value) is kind:
            if kind is int and value not in _INTS:
                raise ConversionError("an int that is too large for 64 bits")
            return value
        if isinstance(value, (list, tuple, dict, set)) or (value is None and kind is not str):
            raise _wrong(kind, value)
        try:
            found = kind(value)
        except (TypeError, ValueError, OverflowError):
            raise _wrong(kind, value) from None
        _say(kind, value, found)
        return found

    return convert


def _say(kind: Any, value: Any, found: Any) -> None:
    """Tell of a value that becomes another one, once for each kind of value."""
    if type(value) in (int, float) and kind in (int, float) and value == found:
        return
    what = f"{type(value).__name__} in a field of type {kind.__name__}"
    if what not in _said:
        _said.add(what)
        TASK_LOGGER.warning("%s: a cluster makes it %s(…), and so it is here", what, kind.__name__)


def _union(kind: Any, kinds: tuple[Any, ...]) -> Convert:
    arms = [(one, field_conversion(one)) for one in kinds]

    def convert(value: Any, way: Way) -> Any:
        first: ConversionError | None = None
        for one, inner in sorted(arms, key=lambda arm: arm[0] is not type(value)):  # its own first
            if one is type(None) and value is not None:
                continue
            if value is None and type(None) in kinds:
                return None
            try:
                return inner(value, way)
            except ConversionError as error:
                first = first or error
        if first is not None and len(kinds) - (type(None) in kinds) == 1:
            raise first
        raise _wrong(kind, value)

    return convert


def _iterated(collect: Callable[[Any], Any], item: Any) -> Convert:
    inner = field_conversion(item)

    def convert(value: Any, way: Way) -> Any:
        if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__"):
            raise ConversionError(f"expected {collect.__name__}, got {value_in_words(value)}")
        is_so = type(value) is collect
        if is_so and item in _PRIMITIVES and _are_all(value, item):
            return value
        found = [_part(f"item {n}", inner, one, way) for n, one in enumerate(value)]
        if is_so and all(a is b for a, b in zip(found, value, strict=True)):
            return value
        return collect(found)

    return convert


def _are_all(values: Any, kind: Any) -> bool:
    """Return whether *values* are of that primitive type, and need no look at each of them."""
    if not {kind}.issuperset(map(type, values)):
        return False
    return kind is not int or not values or (min(values) in _INTS and max(values) in _INTS)


def _mapping(key: Any, item: Any) -> Convert:
    keys, items = field_conversion(key), field_conversion(item)

    def convert(value: Any, way: Way) -> Any:
        if not isinstance(value, dict):
            raise ConversionError(f"expected a dict, got {value_in_words(value)}")
        found = {
            _part("a key", keys, name, way): _part(f"item {name!r}", items, one, way)
            for name, one in value.items()
        }
        is_same = type(value) is dict and len(found) == len(value)
        if is_same and all(
            a is b and found[a] is value[b] for a, b in zip(found, value, strict=True)
        ):
            return value
        return found

    return convert


def _tuple(kinds: tuple[Any, ...]) -> Convert:
    if kinds[-1] is Ellipsis:
        return _iterated(tuple, kinds[0])
    inners = [field_conversion(kind) for kind in kinds]

    def convert(value: Any, way: Way) -> Any:
        if not isinstance(value, (tuple, list)) or len(value) != len(inners):
            raise ConversionError(f"expected a tuple of {len(inners)}, got {value_in_words(value)}")
        pairs = enumerate(zip(inners, value, strict=True))
        found = tuple(_part(f"item {n}", inner, one, way) for n, (inner, one) in pairs)
        is_same = type(value) is tuple and all(a is b for a, b in zip(found, value, strict=True))
        return value if is_same else found

    return convert


def _part(part: str, inner: Convert, value: Any, way: Way) -> Any:
    try:
        return inner(value, way)
    except ConversionError as error:
        raise error.inside(part) from None


def fields_of(kind: Any) -> dict[str, Any]:
    """Return the fields of a dataclass by name, with their types.

    Raises:
        TaskDefinitionError: A type of one cannot be made out.
    """
    try:
        hints = typing.get_type_hints(kind)
    except (NameError, TypeError, AttributeError) as error:
        raise TaskDefinitionError(
            f"{kind.__name__}: cannot make out the types of its fields ({error})"
        ) from None
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
