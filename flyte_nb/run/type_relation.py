"""Whether a value of one type may be of another, before there is a value."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, Union

from .type_check import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_UNIONS = (Union, types.UnionType)
_ANYTHING = (Any, object)


def may_fit(offered: Any, expected: Any) -> bool:
    """Return whether a value of type *offered* may be of type *expected*.

    No means never on a cluster. What depends on the value is left to the check when there is one;
    only a union that is offered has to fit with each of its types, as its values say that they are
    of a union.

    Example:
        >>> may_fit(int, str), may_fit(int, int | None), may_fit(list[int], list[str])
        (False, True, False)
        >>> may_fit(int | None, int), may_fit(list[int | None], list[int])
        (False, False)
    """
    return _Relation(all).fits(offered, expected)


def could_fit(offered: Any, expected: Any) -> bool:
    """Return the same for a part of a document, where a value does not say that it is of a union.

    Example:
        >>> could_fit(int | None, int), could_fit(str | None, int)
        (True, False)
    """
    return _Relation(any).fits(offered, expected)


class _Relation:
    """Compares two types.

    Args:
        of_union: How many types of a union that is offered have to fit: `all` or `any`.
    """

    def __init__(self, of_union: Callable[[Iterable[bool]], bool]) -> None:
        self._of_union = of_union

    def fits(self, offered: Any, expected: Any) -> bool:
        if offered == expected or expected in _ANYTHING:
            return True
        if offered in _ANYTHING:  # a pickle on a cluster; in a document a value as others are
            return self._of_union((True, False))
        offered_origin, expected_origin = map(message_origin, (offered, expected))
        if offered_origin in _UNIONS:
            return self._of_union(self.fits(kind, expected) for kind in typing.get_args(offered))
        if expected_origin in _UNIONS:
            return any(self.fits(offered, kind) for kind in typing.get_args(expected))
        if Literal in (offered_origin, expected_origin):
            pairs = product(_without_literal(offered), _without_literal(expected))
            return any(self.fits(*pair) for pair in pairs)
        return _same_kind(offered_origin or offered, expected_origin or expected) and self._args(
            typing.get_args(offered), typing.get_args(expected)
        )

    def _args(self, offered: tuple[Any, ...], expected: tuple[Any, ...]) -> bool:
        if len(offered) != len(expected) or Ellipsis in (*offered, *expected):
            return True  # said by one of them only, or of any length
        return all(self.fits(a, b) for a, b in zip(offered, expected, strict=True))


def message_origin(kind: Any) -> Any:
    """Return the origin of a generic type, for ``Iterator[T]`` that of the list that it becomes."""
    origin = typing.get_origin(kind)
    return list if origin is Iterator else origin


def _without_literal(kind: Any) -> Iterable[Any]:
    """Return the types of the values of a `Literal`; of another type itself."""
    return map(type, typing.get_args(kind)) if typing.get_origin(kind) is Literal else (kind,)


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
