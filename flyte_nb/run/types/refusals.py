"""Types that a cluster has no message for: refused where they are written."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Annotated, Any, Literal, Union

from flyte_nb.run.describe import type_name

_Refusal = tuple[str, str]
_BARE_ITERATOR = (
    "an Iterator without the type of its items is none that a cluster takes",
    "write Iterator[int]",
)
_BARE_LIST = (
    "a list without the type of its items is none that a cluster takes",
    "write list[int], or list[Any] for items of any type",
)


def refuse_type(kind: Any, *, is_output: bool = False) -> _Refusal | None:
    """Return why *kind* is no type for an input or an output, and what to do; None if it is one.

    Args:
        kind: The type.
        is_output: Whether it is all that a task returns, where a tuple is several outputs.
    """
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if is_output:
        several = _outputs(kind, origin, args)
        if several is not None:
            return next((found for one in several if (found := refuse_type(one))), None)
    refuse = _GENERICS.get(origin)
    if refuse is not None and args:
        return refuse(kind, args)
    if tuple in (kind, origin):
        return _refuse_tuple(kind, args)
    if list in (kind, origin):
        return _BARE_LIST
    if Iterator in (kind, origin):
        return _BARE_ITERATOR
    return _refuse_class(kind) if isinstance(kind, type) and origin is None else None


def _refuse_parts(_: Any, args: tuple[Any, ...]) -> _Refusal | None:
    return next((found for arg in args if (found := refuse_type(arg))), None)


def _refuse_union(kind: Any, args: tuple[Any, ...]) -> _Refusal | None:
    return _refuse_pickles(args) or _refuse_parts(kind, args)


def _refuse_dict(kind: Any, args: tuple[Any, ...]) -> _Refusal | None:
    return _refuse_parts(kind, args) if args[0] is str else None


def _refuse_pickles(kinds: tuple[Any, ...]) -> _Refusal | None:
    from .pickled import is_pickled

    names = [type_name(kind) for kind in kinds if is_pickled(kind)]
    if len(names) < 2:  # noqa: PLR2004 - of which there may be one
        return None
    return (
        f"a cluster pickles {' and '.join(names)}, and cannot tell pickles apart",
        "declare one class that both are of, or Any",
    )


def _outputs(kind: Any, origin: Any, args: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Return the types of several outputs, None where there is one."""
    if origin is tuple and args and args[-1] is not Ellipsis:
        return args
    if _is_named_tuple(kind):
        return tuple(typing.get_type_hints(kind).values())
    return None


def _is_named_tuple(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")


def _refuse_literal(kind: Any, args: tuple[Any, ...]) -> _Refusal | None:
    kinds = list(dict.fromkeys(map(type, args)))
    if len(kinds) > 1:
        names = ", ".join(one.__name__ for one in kinds)
        return (
            f"{type_name(kind)} has values of several types ({names})",
            "a cluster takes a Literal of one type: write a Union of two",
        )
    if issubclass(kinds[0], Enum):
        return (f"{type_name(kind)} is of members of {kinds[0].__name__}", "declare the Enum")
    return None


def _refuse_tuple(kind: Any, args: tuple[Any, ...]) -> _Refusal:
    item = type_name(args[0]) if args else "Any"
    of_many = not args or args[-1] is Ellipsis or len(set(args)) == 1
    return (
        f"{type_name(kind)}: a cluster has no tuples, neither as an input nor within a type",
        f"write list[{item}]" if of_many else "write a dataclass with a field for each item",
    )


def _refuse_fields(kind: Any) -> _Refusal | None:
    from flyte_nb.errors import UnsupportedTypeError

    from .models import model_conversion

    model = model_conversion(kind)
    try:
        names = () if model is None else model.fields
    except UnsupportedTypeError as error:
        return f"{kind.__name__}: {error.args[0]}", error.hint
    del names
    return None


def _refuse_class(kind: type) -> _Refusal | None:
    name = kind.__name__
    if issubclass(kind, Enum) and any(not isinstance(one.value, str) for one in kind):
        return (
            f"{name} has values that are no texts, and a cluster hands members over by a text",
            f"give the members of {name} texts for values, or declare a field of a dataclass",
        )
    if _is_named_tuple(kind):
        return (
            f"{name} is a NamedTuple: a cluster has no tuples, only several outputs of a task",
            "write a dataclass, or an input for each field",
        )
    if dataclasses.is_dataclass(kind):
        return _refuse_fields(kind)
    if issubclass(kind, dict) and kind is not dict and kind.__module__ == "collections":
        return (f"{name} is no type that a cluster takes", "write dict[str, …]")
    return None


_GENERICS: dict[Any, Callable[[Any, tuple[Any, ...]], _Refusal | None]] = {
    Annotated: lambda _, args: refuse_type(args[0]),
    Union: _refuse_union,
    types.UnionType: _refuse_union,
    Iterator: _refuse_parts,
    list: _refuse_parts,
    dict: _refuse_dict,
    Literal: _refuse_literal,
}
