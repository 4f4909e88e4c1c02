"""Values without a declared type within a message: what MessagePack has, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.run.describe import value_in_words

from .problem import ConversionError, are_same, each, keys_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from .problem import Way

_PLAIN = frozenset({type(None), bool, float, str, bytes})
_BASES: tuple[Any, ...] = (bool, int, float, str, bytes)  # of classes of which there are others
_LEAST, _GREATEST = -(2**63), 2**64 - 1
_INTS = range(_LEAST, _GREATEST + 1)
_HINT = "numbers, texts, None, lists and dictionaries can be in it; declare a dataclass for others"


def packed(value: Any, way: Way) -> Any:
    """Return what arrives of *value*: lists for tuples, plain numbers and texts for their like.

    Raises:
        ConversionError: There is something in it that no message takes.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, dict):
        return _packed_dict(value, way)
    if isinstance(value, (list, tuple)):
        if kind is list and _are_plain(value):
            return value
        found = each(packed, enumerate(value), way)
        return value if kind is list and are_same(found, value) else found
    return value if kind is int and value in _INTS else _packed_scalar(value)


def _packed_scalar(value: Any) -> Any:
    """Return the plain value that *value* is of a class of its own of."""
    if isinstance(value, int) and value not in _INTS:
        raise ConversionError("an int in it is too large for 64 bits", "hand it over as a text")
    for base in _BASES:
        if isinstance(value, base):
            of_member: Any = getattr(value, "_value_", value)
            return base(of_member)
    raise ConversionError(
        f"{value_in_words(value)} cannot be in a value without a declared type", _HINT
    )


def _packed_dict(value: dict[Any, Any], way: Way) -> Any:
    if type(value) is dict and _are_plain(value.values()) and _are_plain(value):
        return value
    if any(isinstance(key, (tuple, list, dict)) for key in value):
        raise ConversionError("a tuple is a key of it", "use a text for a key")
    keys, items = keys_of(packed, value, way), each(packed, value.items(), way)
    is_same = type(value) is dict and are_same(keys, value) and are_same(items, value.values())
    return value if is_same else dict(zip(keys, items, strict=True))


def _are_plain(values: Collection[Any]) -> bool:
    """Return whether *values* arrive as they are, without a look into each of them."""
    kinds = {*map(type, values)}
    if int not in kinds:
        return kinds <= _PLAIN
    return kinds - {int} <= _PLAIN and all(
        _LEAST <= one <= _GREATEST for one in values if type(one) is int
    )
