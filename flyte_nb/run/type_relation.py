"""Whether a value of one type may be of another, before there is a value."""

from __future__ import annotations

import types
import typing
from typing import Any, Literal, Union

from .type_check import PRIMITIVES

_UNIONS = (Union, types.UnionType)


def may_fit(offered: Any, expected: Any) -> bool:
    """Return whether a value of type *offered* may be of type *expected*.

    No means never. What depends on the value is left to the check when there is one.

    Example:
        >>> may_fit(int, str), may_fit(int, int | None), may_fit(list[int], list[str])
        (False, True, False)
    """
    if offered == expected or Any in (offered, expected) or object in (offered, expected):
        return True
    offered_origin, expected_origin = typing.get_origin(offered), typing.get_origin(expected)
    if expected_origin in _UNIONS:
        return any(may_fit(offered, kind) for kind in typing.get_args(expected))
    if offered_origin in _UNIONS:
        return any(may_fit(kind, expected) for kind in typing.get_args(offered))
    if expected_origin is Literal:
        return any(may_fit(offered, type(value)) for value in typing.get_args(expected))
    if offered_origin is Literal:
        return any(may_fit(type(value), expected) for value in typing.get_args(offered))
    return _same_kind(offered_origin or offered, expected_origin or expected) and _args_fit(
        typing.get_args(offered), typing.get_args(expected)
    )


def _same_kind(offered: Any, expected: Any) -> bool:
    if offered is expected:
        return True
    if offered in PRIMITIVES or expected in PRIMITIVES:
        return False
    if not (isinstance(offered, type) and isinstance(expected, type)):
        return True
    try:
        return issubclass(offered, expected) or issubclass(expected, offered)
    except TypeError:  # a protocol that cannot be asked
        return True


def _args_fit(offered: tuple[Any, ...], expected: tuple[Any, ...]) -> bool:
    if len(offered) != len(expected) or Ellipsis in (*offered, *expected):
        return True  # said by one of them only, or of any length
    return all(may_fit(a, b) for a, b in zip(offered, expected, strict=True))
