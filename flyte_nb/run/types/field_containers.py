"""Conversions of containers and unions within one message, by the conversions of their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.run.describe import value_in_words

from .field_values import INTS, wrong
from .problem import ConversionError, are_same, each, keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .problem import Convert, Way

PRIMITIVES = (int, float, bool, str)


def union(kind: Any, arms: Sequence[tuple[Any, Convert]]) -> Convert:
    """Return what takes a value of one of several types.

    Args:
        kind: The union, for messages.
        arms: Its types, each with what a value of it goes through.
    """
    kinds = [one for one, _ in arms]

    def convert(value: Any, way: Way) -> Any:
        first: ConversionError | None = None
        for one, inner in sorted(arms, key=lambda arm: arm[0] is not type(value)):  # its own first
            if one is type(None) and value is not None:
                continue
            if value is None and type(None) in kinds:
                return None
            try:
                return inner(value, way)
            except ConversionError as error:
                first = first or error
        if first is not None and len(kinds) - (type(None) in kinds) == 1:
            raise first
        raise wrong(kind, value)

    return convert


def iterated(collect: Callable[[Any], Any], item: Any, inner: Convert) -> Convert:
    """Return what takes a list, a set and their like.

    Args:
        collect: The class that it becomes.
        item: The type of its items.
        inner: What they go through.
    """

    def convert(value: Any, way: Way) -> Any:
        if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__"):
            raise ConversionError(f"expected {collect.__name__}, got {value_in_words(value)}")
        is_so = type(value) is collect
        if is_so and item in PRIMITIVES and _are_all(value, item):
            return value
        found = each(inner, enumerate(value), way)
        return value if is_so and are_same(found, value) else collect(found)

    return convert


def _are_all(values: Any, kind: Any) -> bool:
    """Return whether *values* are of that primitive type, and need no look at each of them."""
    if not {kind}.issuperset(map(type, values)):
        return False
    return kind is not int or not values or (min(values) in INTS and max(values) in INTS)


def mapping(of_keys: Convert, of_items: Convert) -> Convert:
    """Return what takes a dictionary whose keys and items go through these."""

    def convert(value: Any, way: Way) -> Any:
        if not isinstance(value, dict):
            raise ConversionError(f"expected a dict, got {value_in_words(value)}")
        keys, items = keys_of(of_keys, value, way), each(of_items, value.items(), way)
        is_same = type(value) is dict and are_same(keys, value) and are_same(items, value.values())
        return value if is_same else dict(zip(keys, items, strict=True))

    return convert


def of_length(inners: Sequence[Convert]) -> Convert:
    """Return what takes a tuple that has an item for each of *inners*."""

    def convert(value: Any, way: Way) -> Any:
        if not isinstance(value, (tuple, list)) or len(value) != len(inners):
            raise ConversionError(f"expected a tuple of {len(inners)}, got {value_in_words(value)}")
        pairs = enumerate(zip(inners, value, strict=True))
        found = tuple(each(lambda pair, way: pair[0](pair[1], way), pairs, way))
        return value if type(value) is tuple and are_same(found, value) else found

    return convert
