"""What a cluster sees in two types, one of a task's output and one of the input that takes it.

Python sees values, a cluster their messages: what Python would let pass may be another message,
and what are two classes for Python may be one.
"""

from __future__ import annotations

import types
import typing
from enum import Enum
from typing import TYPE_CHECKING, Any, Union

from flyte_nb.models.msgpack_form import plain
from flyte_nb.run.describe import type_name
from flyte_nb.run.type_relation import may_fit, message_origin
from flyte_nb.types.iterator import FlyteIterator

from .frames import is_table
from .iterators import is_iterator
from .models import decoded, is_plain_model
from .pickled import is_pickled

if TYPE_CHECKING:
    from collections.abc import Callable

_UNIONS = (Union, types.UnionType)


def refused(offered: Any, expected: Any) -> str:
    """Return why a cluster refuses what Python might let pass; empty if it does not.

    Example:
        >>> refused(dict[str, int], dict)
        'declare both as dict[str, int]'
    """
    if typing.get_origin(offered) in _UNIONS:
        reasons = (_refused_one(arm, expected) for arm in typing.get_args(offered))
        return next(filter(None, reasons), "")
    return _refused_one(offered, expected)


def _refused_one(offered: Any, expected: Any) -> str:
    if typing.get_origin(expected) in _UNIONS:
        reasons = [_refused_one(offered, arm) for arm in typing.get_args(expected)]
        return "" if "" in reasons else reasons[0]
    if offered == expected:
        return ""
    mine, others = typing.get_args(offered), typing.get_args(expected)
    kinds = {message_origin(offered) or offered, message_origin(expected) or expected}
    if kinds in ({list}, {dict}):
        if bool(mine) != bool(others):
            return f"declare both as {type_name(offered if mine else expected)}"
        return next(
            (reason for a, b in zip(mine, others, strict=False) if (reason := refused(a, b))), ""
        )
    if is_pickled(offered) != is_pickled(expected):
        pickled, plain = (offered, expected) if is_pickled(offered) else (expected, offered)
        return (
            f"a cluster pickles {type_name(pickled)}, and not {type_name(plain)}:"
            " declare both alike"
        )
    return ""


def cast_for(offered: Any, expected: Any) -> Callable[[Any], Any] | None:
    """Return what a cluster makes of one type's value for the other, None where it does nothing.

    A member of an enumeration and its text are one message there, and so are a dataclass and
    an untyped dictionary, an iterator and a list, and tables of all libraries.
    """
    arms = typing.get_args(expected) if typing.get_origin(expected) in _UNIONS else (expected,)
    return next((cast for arm in arms if (cast := _cast_for_one(offered, arm))), None)


def _cast_for_one(offered: Any, expected: Any) -> Callable[[Any], Any] | None:
    if is_iterator(offered) and typing.get_origin(expected) is list and may_fit(offered, expected):
        return _items_of
    if is_iterator(expected) and typing.get_origin(offered) is list and may_fit(offered, expected):
        return FlyteIterator
    if _is_enum(offered) and expected is str:
        return _value_of
    if is_plain_model(offered) and expected is dict:
        return plain
    if is_plain_model(expected) and offered is dict:
        return decoded(expected)
    is_member = _is_enum(expected) and offered is str
    return _same if is_member or (_is_table(offered) and _is_table(expected)) else None


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and is_table(kind)


def _value_of(member: Any) -> Any:
    return member.value if isinstance(member, Enum) else member


def _items_of(value: Any) -> Any:
    return value.items


def _same(value: Any) -> Any:
    return value  # the input makes it its own
