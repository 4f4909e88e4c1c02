"""What a cluster sees in two types, one of a task's output and one of the input that takes it.

Python sees values, a cluster their messages: what Python would let pass may be another message,
and what are two classes for Python may be one.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable  # noqa: TC003 - of a table, not of annotations alone
from datetime import date, datetime, time, timedelta
from enum import Enum
from pathlib import PurePath
from typing import Any, Union

from flyte_nb.run.describe import type_name

from .models import decoded, is_plain_model
from .pickled import is_pickled

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
        if is_plain_model(offered) and arm is dict:
            return _encoded
        if is_plain_model(arm) and offered is dict:
            return decoded(arm)
    return None


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _value_of(member: Any) -> Any:
    return member.value if isinstance(member, Enum) else member


def _same(value: Any) -> Any:
    return value  # the input takes the text


def _encoded(value: Any) -> Any:
    """Return a dataclass as the dictionary that a message of it is."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _encoded(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {_encoded(key): _encoded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_encoded(item) for item in value]
    return next(
        (write(value) for kind, write in _WRITTEN.items() if isinstance(value, kind)), value
    )


_WRITTEN: dict[Any, Callable[[Any], Any]] = {
    Enum: lambda value: value.value,
    (datetime, date, time): lambda value: value.isoformat(),
    timedelta: lambda value: value.total_seconds(),
    PurePath: str,
}
