"""``Iterator[T]``: on a cluster a list, gone through when its task ends."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flyte_nb.run.copies import own_copy
from flyte_nb.run.describe import type_name, value_in_words
from flyte_nb.run.type_check import check_for
from flyte_nb.types.iterator import FlyteIterator

from .problem import ConversionError, Way, each

if TYPE_CHECKING:
    from collections.abc import Callable

    from .problem import Convert


def is_iterator(kind: Any) -> bool:
    """Return whether *kind* is ``Iterator[T]``."""
    return typing.get_origin(kind) is Iterator


def to_iterator(expected: Any, convert_item: Convert | None) -> Convert:
    """Return what takes anything that can be iterated over, and gives a `FlyteIterator`.

    Args:
        expected: ``typing.Iterator[T]``; or that of ``collections.abc``, for which flytekit takes
            nothing but an iterator.
        convert_item: What an item goes through; None where nothing changes.
    """
    (item,) = typing.get_args(expected)
    is_strict = isinstance(expected, types.GenericAlias)
    check = check_for(item)

    def convert_one(value: Any, way: Way) -> Any:
        taken = value if convert_item is None else convert_item(value, way)
        if not check(taken):
            raise ConversionError(f"expected {type_name(item)}, got {value_in_words(taken)}")
        return taken

    def convert(value: Any, way: Way) -> Any:
        if isinstance(value, tuple):
            raise ConversionError("a tuple is no Iterator for a cluster", "write a list")
        given = value.items if isinstance(value, FlyteIterator) else value
        is_taken = isinstance(value, Iterator) or not is_strict or way is Way.IN_RUN
        if not is_taken or not hasattr(type(given), "__iter__"):
            return value
        return FlyteIterator(own_copy(each(convert_one, enumerate(given), way)))

    return convert


def gone_through(body: Callable[..., Any]) -> Callable[..., Any]:
    """Return what calls *body* and goes through the generator that it returns.

    So that runs in the attempt, where it is timed and what it changes is noted.
    """

    def call(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        value = body(*args, **kwargs)
        return FlyteIterator(value) if isinstance(value, Iterator) else value

    return call
