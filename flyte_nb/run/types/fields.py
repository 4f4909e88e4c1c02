"""The conversion that a type asks for within one message: of a field, of a key, of an item."""

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

from flyte_nb.errors import TaskDefinitionError, UnsupportedTypeError
from flyte_nb.run.describe import type_name
from flyte_nb.types.frames import FrameType
from flyte_nb.types.place import Place

from .field_containers import PRIMITIVES, iterated, mapping, of_length, union
from .field_values import as_it_is, demanded, member, only, primitive
from .files import to_place
from .frames import to_frame
from .packed import packed

if TYPE_CHECKING:
    from collections.abc import Callable

    from .problem import Convert, Way

_UNIONS = (Union, types.UnionType)
_WRITTEN = (  # as a text or a number, and made again of it
    *(bytes, bytearray, datetime, date, time, timedelta, tzinfo, uuid.UUID),
    *(decimal.Decimal, fractions.Fraction, pathlib.PurePath),
    *(ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network),
)
_ITERATED: dict[Any, Callable[[Any], Any]] = {
    **dict.fromkeys((list, Sequence, MutableSequence), list),
    **dict.fromkeys((set, AbstractSet), set),
    frozenset: frozenset,
    tuple: tuple,
    deque: deque,
}
_UNTYPED = (Any, object, dict, list, typing.Dict, typing.List)  # noqa: UP006


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
        inner = packed if args is None else mapping(*map(field_conversion, args))
        return inner(value, way)

    return convert


def _make(kind: Any) -> Convert:
    if kind in _UNTYPED or isinstance(kind, typing.TypeVar):
        return packed
    if kind in PRIMITIVES:
        return primitive(kind)
    if hasattr(kind, "__supertype__"):
        return field_conversion(kind.__supertype__)
    if args := typing.get_args(kind):
        return _generic(kind, args)
    if kind is None or kind is type(None):
        return only(kind, lambda value: value is None)
    return _of_class(kind) if isinstance(kind, type) else as_it_is


def _generic(kind: Any, args: tuple[Any, ...]) -> Convert:
    origin = typing.get_origin(kind)
    if origin is Annotated:
        return field_conversion(args[0])
    if origin in _UNIONS:
        return union(kind, [(one, field_conversion(one)) for one in args])
    if origin is Literal:
        return only(kind, lambda value: value in args)
    if origin is tuple and args[-1] is not Ellipsis:
        return of_length([field_conversion(one) for one in args])
    if origin in _ITERATED:
        return iterated(_ITERATED[origin], args[0], field_conversion(args[0]))
    is_mapping = isinstance(origin, type) and issubclass(origin, Mapping) and len(args) > 1
    return mapping(*map(field_conversion, args)) if is_mapping else as_it_is


_cached = lru_cache(maxsize=1024)(_make)


def _of_class(kind: type) -> Convert:
    from .models import is_model_class, model_conversion

    a_class: Any = kind
    if issubclass(kind, Place):
        return to_place(kind)
    if issubclass(kind, FrameType):
        return demanded(kind, to_frame(kind))
    if is_model_class(kind):
        return demanded(kind, model_conversion(a_class) or as_it_is)
    if issubclass(kind, Enum):
        return member(kind)
    if issubclass(kind, (*_WRITTEN, tuple, set, frozenset, deque, dict, list)) or (
        typing.is_typeddict(kind) or hasattr(kind, "_serialize")
    ):
        of = dict if typing.is_typeddict(kind) else kind
        return only(kind, lambda value: isinstance(value, of))
    raise UnsupportedTypeError(
        f"{type_name(kind)} cannot be a field of a dataclass that goes to a cluster",
        hint="make it a dataclass too, or an input or output of its own",
    )


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
