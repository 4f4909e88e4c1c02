"""The type of an input or an output, told from a value of it."""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_
from pathlib import PurePath
from typing import Any

from flyte_nb.run.types.refusals import refuse_type

from .naming import is_nameable

_LOOKED_INTO = 1_000  # items
_MOST_KINDS = 3
_FIXED = (
    types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, types.ModuleType,
    types.MemberDescriptorType,
)  # fmt: skip
_NOT_A_VALUE = frozenset({"lock", "RLock", "Thread", "TextIOWrapper", "BufferedReader", "socket"})


@dataclass(frozen=True, slots=True)
class Told:
    """A type that was told from a value.

    Attributes:
        kind: The type.
        why: Why it says no more than that; empty where it says all.
    """

    kind: Any
    why: str = ""


def type_of(value: Any) -> Told:
    """Return the type that an input or an output with *value* has.

    What a cluster has no type for is `Any`: it goes by pickle.

    Example:
        >>> type_of([1, 2]).kind
        list[int]
    """
    told = _type_of(value)
    refusal = refuse_type(told.kind)
    return told if refusal is None else Told(Any, f"{refusal[0]}; {refusal[1]}")


def _type_of(value: Any) -> Told:  # noqa: PLR0911 - one for each kind of value
    kind = type(value)
    if value is None:
        return Told(Any, "None does not tell what else it may be")
    if kind is list:
        return _of_items(value, "list")
    if kind is dict:
        return _of_dict(value)
    if isinstance(value, _FIXED) or kind.__name__ in _NOT_A_VALUE:
        return Told(Any, f"a {kind.__name__} cannot go to a pod: make it in the body")
    if isinstance(value, PurePath):
        return Told(_public_path(value), "a pod has no such file: hand on a FlyteFile")
    if kind.__module__ == "numpy" and getattr(value, "ndim", None) == 0:
        return Told(kind, "Flyte has no type for a number of NumPy: convert it, as by float(…)")
    if not is_nameable(kind):
        return Told(Any, f"{kind.__qualname__} has no name that a pod could import it by")
    return Told(kind)


def _public_path(value: PurePath) -> type:
    """Return the class that is the same on every system."""
    return next(k for k in type(value).__mro__ if k.__name__ in {"Path", "PurePath"})


def _of_items(items: Any, name: str) -> Told:
    """Return the type of a list of *items*, by the first of them."""
    told = {}
    for item in islice(items, _LOOKED_INTO):
        found = type_of(item) if item is not None else Told(type(None))
        told[str(found.kind)] = found
    if not told:
        return Told(list[Any], f"an empty {name} does not tell the type of its items")
    kinds = [one.kind for one in told.values()]
    if len(kinds) > _MOST_KINDS:
        return Told(list[Any], "its items are of many types")
    why = next((one.why for one in told.values() if one.why), "")
    if Any in kinds or kinds == [type(None)]:
        return Told(list[Any], why or "None does not tell what else it may be")
    return Told(list.__class_getitem__(reduce(or_, kinds)), why)


def _of_dict(value: dict[Any, Any]) -> Told:
    if not value:
        return Told(dict, "an empty dict does not tell the type of its items")
    if not all(type(key) is str for key in islice(value, _LOOKED_INTO)):
        return Told(dict, "only a dict whose keys are text has a type of its own on a cluster")
    items = _of_items(value.values(), "dict")
    return Told(dict.__class_getitem__((str, *items.kind.__args__)), items.why)
