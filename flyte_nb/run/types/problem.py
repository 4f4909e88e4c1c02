"""Which way a value goes, and why it cannot go there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, TypeAlias


class Way(Enum):
    """Which way a value goes."""

    IN = "into a task"
    IN_RUN = "into a task of a run, which has its own copies of files"
    OUT = "out of a task"


Convert: TypeAlias = Callable[[Any, Way], Any]


class ConversionError(Exception):
    """A value cannot enter or leave a task; whoever knows the task says where.

    Args:
        reason: Why not.
        hint: What to do about it.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint

    def inside(self, part: str) -> ConversionError:
        """Return the same error, of a value that has *part*."""
        return ConversionError(f"{part}: {self.reason}", self.hint)


def each(convert: Convert, items: Iterable[tuple[Any, Any]], way: Way) -> list[Any]:
    """Return what becomes of each item.

    Args:
        convert: What an item goes through.
        items: Each with what it is called in its container: a number, or a key.
        way: Which way they go.

    Raises:
        ConversionError: One cannot go there; the message names it.
    """
    found: list[Any] = []
    name: Any = None
    try:
        for name, one in items:  # noqa: B007 - for the message
            found.append(convert(one, way))
    except ConversionError as error:
        raise error.inside(f"item {name!r}") from None
    return found


def keys_of(convert: Convert, value: Iterable[Any], way: Way) -> list[Any]:
    """Return what becomes of each key of a dictionary.

    Raises:
        ConversionError: One cannot go there.
    """
    try:
        return [convert(key, way) for key in value]
    except ConversionError as error:
        raise error.inside("a key") from None


def are_same(found: Iterable[Any], values: Iterable[Any]) -> bool:
    """Return whether nothing became something else."""
    return all(a is b for a, b in zip(found, values, strict=True))
