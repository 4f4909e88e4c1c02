"""Conversions of what is one message on a cluster: times, and enumerations by their value."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from flyte_nb.run.describe import value_in_words

from .problem import ConversionError

if TYPE_CHECKING:
    from enum import Enum

    from .problem import Convert, Way

UTC = timezone.utc
_MAX_SHOWN = 10  # members of an enumeration


def to_utc(value: Any, _: Way) -> Any:
    """Return a moment in UTC, where all are on a cluster; one without a time zone is taken as UTC.

    Raises:
        ConversionError: It is outside of the years 1 to 9999 there.
    """
    if type(value) is not datetime or value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ConversionError(f"{value} is outside of the years 1 to 9999 in UTC") from None


def to_member(kind: type[Enum]) -> Convert:
    """Return what takes a member of *kind*, or the text that is a member's value."""

    def convert(value: Any, _: Way) -> Any:
        if type(value) is not str:
            return value
        try:
            return kind(value)
        except ValueError:
            raise no_member(kind, value) from None

    return convert


def no_member(kind: type[Enum], value: Any, *, by_value: bool = True) -> ConversionError:
    """Return the error for *value*, which is no member, nor the value of one if that would do."""
    names = list(kind)[:_MAX_SHOWN]
    more = ", …" if len(kind) > _MAX_SHOWN else ""
    given = value_in_words(value)
    if isinstance(value, str) and value in kind.__members__:
        given = f"the name {value!r}"
    values = ", ".join(repr(member.value) for member in names) + more
    members = ", ".join(f"{kind.__name__}.{member.name}" for member in names) + more
    return ConversionError(
        f"expected {kind.__name__}, got {given}",
        f"its members: {members}{f'; their values: {values}' if by_value else ''}",
    )
