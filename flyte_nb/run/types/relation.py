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

from .conversion import is_table
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
    kinds = {typing.get_origin(offered) or offered, typing.get_origin(expected) or expected}
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
    an untyped dictionary.
    """
    arms = typing.get_args(expected) if typing.get_origin(expected) in _UNIONS else (expected,)
    for arm in arms:
        if _is_enum(offered) and arm is str:
            return _value_of
        if _is_enum(arm) and offered is str:
            return _same
        if _is_table(offered) and _is_table(arm):
            return _same
        if is_plain_model(offered) and arm is dict:
            return plain
        if is_plain_model(arm) and offered is dict:
            return decoded(arm)
    return None


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and is_table(kind)


def _value_of(member: Any) -> Any:
    return member.value if isinstance(member, Enum) else member


def _same(value: Any) -> Any:
    return value  # the input makes it its own
