"""The conversion that a type asks for."""

from __future__ import annotations

import os
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Union

from flyte_nb.run.describe import type_name
from flyte_nb.run.type_check import check_for
from flyte_nb.types.place import Place

from .fields import packed_mapping
from .files import to_path_like, to_place
from .frames import is_table, to_frame
from .iterators import to_iterator
from .models import is_plain_model, model_conversion
from .pickled import is_pickled
from .problem import ConversionError, Convert, Way, each
from .pydantic import is_pydantic, pydantic_conversion
from .scalars import to_member, to_utc


def conversion_for(expected: Any) -> Convert | None:
    """Return what a value of type *expected* goes through; None where nothing changes.

    What is not of that type comes out as it is, for the check to refuse.
    """
    try:
        return _cached(expected)
    except TypeError:  # not hashable
        return _make(expected)


def _make(expected: Any) -> Convert | None:
    origin, args = typing.get_origin(expected), typing.get_args(expected)
    make = _GENERICS.get(origin)
    if make is not None and args:
        return make(*args)
    if origin is Iterator and args:
        return to_iterator(expected, conversion_for(args[0]))
    if expected in (dict, typing.Dict):  # noqa: UP006 - as users have it
        return packed_mapping(None)
    return _of_class(expected) if isinstance(expected, type) and origin is None else None


_cached = lru_cache(maxsize=1024)(_make)


def _of_class(kind: Any) -> Convert | None:
    found = (make(kind) for belongs, make in _CLASSES if belongs(kind))
    return next(found, None)


def _refuse_typed_dict(kind: Any) -> Convert:
    def convert(value: Any, way: Way) -> Any:
        del value, way
        raise ConversionError(
            f"{kind.__name__} is a TypedDict, which a cluster does not take", "declare a dataclass"
        )

    return convert


_CLASSES: tuple[tuple[Callable[[Any], bool], Callable[[Any], Convert | None]], ...] = (
    (lambda kind: kind is datetime, lambda _: to_utc),
    (lambda kind: kind is os.PathLike, lambda _: to_path_like),
    (lambda kind: issubclass(kind, Enum), to_member),
    (lambda kind: issubclass(kind, Place), to_place),
    (is_table, to_frame),
    (is_pydantic, pydantic_conversion),
    (is_plain_model, model_conversion),
    (typing.is_typeddict, _refuse_typed_dict),
)


def _list(item: Any) -> Convert | None:
    convert_item = conversion_for(item)
    if convert_item is None:
        return None

    def convert(value: Any, way: Way) -> Any:
        return each(convert_item, enumerate(value), way) if type(value) is list else value

    return convert


def _dict(key: Any, item: Any) -> Convert | None:
    if key is not str:
        return packed_mapping((key, item))  # one message, not one for each value
    convert_item = conversion_for(item)
    if convert_item is None:
        return None

    def convert(value: Any, way: Way) -> Any:
        if type(value) is not dict:
            return value
        return dict(zip(value, each(convert_item, value.items(), way), strict=True))

    return convert


def _union(*kinds: Any) -> Convert | None:
    arms = [(kind, check_for(kind), conversion_for(kind)) for kind in kinds]
    pickled = [kind for kind in kinds if is_pickled(kind)]
    others = len(kinds) - (type(None) in kinds)
    is_clear = others == 1 or not (pickled or _are_alike(kinds))
    if is_clear and not any(convert for _, _, convert in arms):
        return None

    def convert(value: Any, way: Way) -> Any:
        if type(value) is str and str in kinds:
            return value  # not a member of an enumeration, nor a path
        found: list[tuple[Any, Any]] = []
        problems: list[ConversionError] = []
        for kind, check, convert_arm in arms:
            try:
                taken = value if convert_arm is None else convert_arm(value, way)
            except ConversionError as error:
                problems.append(error)
                continue
            if check(taken):
                found.append((kind, taken))
        if not found:
            if problems and others == 1:
                raise problems[0]
            return value
        _refuse_several([kind for kind, _ in found], () if value is None else pickled)
        return found[0][1]

    return convert


def _refuse_several(found: list[Any], pickled: Sequence[Any]) -> None:
    """Refuse a value that is of several types; a pickle can be of anything."""
    kinds = [*found, *(kind for kind in pickled if kind not in found)]
    if len(kinds) > 1:
        raise ConversionError(
            f"it can be taken as {' or '.join(map(type_name, kinds))}, and a cluster refuses what"
            " it cannot tell apart",
            "declare one of them, or hand over an object of the class that is meant",
        )


def _are_alike(kinds: tuple[Any, ...]) -> bool:
    """Return whether two are lists, or two dictionaries: when they are empty nobody knows which."""
    origins = [origin for kind in kinds if (origin := typing.get_origin(kind))]
    return len(set(origins)) < len(origins)


_GENERICS: dict[Any, Callable[..., Convert | None]] = {
    Annotated: lambda first, *_: conversion_for(first),
    Union: _union,
    types.UnionType: _union,
    list: _list,
    dict: _dict,
}
