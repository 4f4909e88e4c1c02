"""Conversions of single values within one message.

There a cluster makes what is declared of what it finds, as ``int("5")``: this says so where
something is lost on the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.run.describe import type_name, value_in_words

from .problem import ConversionError
from .scalars import no_member

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import Enum

    from .problem import Convert, Way

INTS = range(-(2**63), 2**64)
_said: set[str] = set()


def as_it_is(value: Any, _: Way) -> Any:
    """Return *value*: nothing is known of its type."""
    return value


def wrong(kind: Any, value: Any) -> ConversionError:
    """Return the error for *value*, which is not of the type *kind*."""
    return ConversionError(f"expected {type_name(kind)}, got {value_in_words(value)}")


def only(kind: Any, fits: Callable[[Any], bool]) -> Convert:
    """Return what takes values that are of *kind*, which *fits* tells, as they are."""

    def convert(value: Any, _: Way) -> Any:
        if not fits(value):
            raise wrong(kind, value)
        return value

    return convert


def demanded(kind: type, inner: Convert) -> Convert:
    """Return what takes an object of *kind*, or a dictionary, through *inner*."""

    def convert(value: Any, way: Way) -> Any:
        if not isinstance(value, (kind, dict)):
            raise wrong(kind, value)
        return inner(value, way)

    return convert


def member(kind: type[Enum]) -> Convert:
    """Return what takes a member of *kind*, and no value of one."""

    def convert(value: Any, _: Way) -> Any:
        if not isinstance(value, kind):
            raise no_member(kind, value, by_value=False)
        return value

    return convert


def primitive(kind: Any) -> Convert:
    """Return what makes a value of *kind* of another one, as ``int("5")``, and says so."""

    def convert(value: Any, _: Way) -> Any:
        if type(value) is kind:
            if kind is int and value not in INTS:
                raise ConversionError("an int that is too large for 64 bits")
            return value
        if isinstance(value, (list, tuple, dict, set)) or (value is None and kind is not str):
            raise wrong(kind, value)
        try:
            found = kind(value)
        except (TypeError, ValueError, OverflowError):
            raise wrong(kind, value) from None
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
