"""Copies of what goes from task to task: in a cluster each has its own."""

from __future__ import annotations

import copy
import dataclasses
import math
from datetime import date, datetime, timedelta
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_SMALL = 1_000_000  # bytes
_ITEM, _OBJECT = 32, 2_000  # bytes that take as long to copy
_UNCHANGING = frozenset(
    {type(None), bool, int, float, complex, str, bytes, datetime, date, timedelta}
)
_TABLES = ("DataFrame", "Series")
# By name, so that nothing is imported for them.
_KNOWN: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("flyte_nb", "FlyteIterator"): lambda value: type(value)(_copy(value.items)),
    # As it lies in memory, which some calls depend on.
    ("numpy", "ndarray"): lambda value: value.copy(order="K"),
    **{("pandas", name): lambda value: value.copy(deep=False) for name in _TABLES},
    **{("polars", name): lambda value: value.clone() for name in _TABLES},
}


def own_copy(value: Any) -> Any:
    """Return a copy of lists, dictionaries, sets, models and arrays; the rest as it is.

    Containers are copied however deep they are nested, those of subclasses as well, and what a
    `FlyteIterator` goes through. Models are dataclasses and those of pydantic. A table of pandas
    or polars has columns of its own, which are copied when they are changed, as far as pandas does
    that. Objects of other classes are shared: they may hold what there can be only one of, and
    nothing says what it would take to copy them.

    Raises:
        InvalidValueError: It is nested too deep, or holds itself.
    """
    try:
        return _copy(value)
    except RecursionError:
        raise InvalidValueError(
            f"a {type(value).__name__} that holds itself, or is nested too deep, cannot go from"
            " task to task"
        ) from None


def is_small(value: Any) -> bool:
    """Return whether `own_copy` of *value* takes a megabyte and a few milliseconds at most."""
    left, waiting = _SMALL, [value]
    while waiting:
        one = waiting.pop()
        items = _items(one)
        left -= _OBJECT + _ITEM * len(items) + _data_bytes(one)
        if left < 0:
            return False
        if not _UNCHANGING.issuperset(map(type, items)):
            waiting += items
    return True


def is_model(value: Any) -> bool:
    """Return whether *value* has fields that are declared: a dataclass, or one of pydantic's."""
    kind = type(value)
    return hasattr(kind, "__dataclass_fields__") or hasattr(kind, "model_fields")


def _copy(value: Any) -> Any:
    kind = type(value)
    if kind is list:
        is_flat = _UNCHANGING.issuperset(map(type, value))
        return list(value) if is_flat else [_copy(item) for item in value]
    if kind is dict:
        is_flat = _UNCHANGING.issuperset(map(type, value.values()))
        return dict(value) if is_flat else {key: _copy(item) for key, item in value.items()}
    if kind is set:
        return set(value)
    if kind is tuple:
        return tuple(map(_copy, value))
    return value if kind.__module__ == "builtins" else _copied_object(value)


def _copied_object(value: Any) -> Any:
    kind = type(value)
    known = _KNOWN.get(_name(kind))
    if known is not None:
        return known(value)
    if is_model(value):
        return _copied_model(value)
    if isinstance(value, (list, dict)):
        return _copied_subclass(value)
    is_named = isinstance(value, tuple) and hasattr(kind, "_make")
    return kind._make(map(_copy, value)) if is_named else value


def _name(kind: type) -> tuple[str, str]:
    return kind.__module__.partition(".")[0], kind.__name__


def _items(value: Any) -> Collection[Any]:
    """Return what is copied with *value*, one by one."""
    if isinstance(value, list):  # not through methods of its class, which may do more
        return list.__getitem__(value, slice(_SMALL // _ITEM + 1))
    if isinstance(value, (tuple, set)):
        return value
    if isinstance(value, dict):
        return dict.values(value)
    if is_model(value):
        return _parts(value).values()
    return value.items if _name(type(value)) == ("flyte_nb", "FlyteIterator") else ()


def _data_bytes(value: Any) -> int:
    """Return how much an array has, and about how much a table."""
    package, name = _name(type(value))
    if name == "ndarray" and package == "numpy":
        return int(value.nbytes)
    is_table = name in _TABLES and package in {"pandas", "polars"}
    return 8 * math.prod(value.shape) if is_table else 0


def _copied_model(value: Any) -> Any:
    parts = _parts(value)
    copied = {name: _copy(item) for name, item in parts.items()}
    if _is_frozen(value) and all(copied[name] is item for name, item in parts.items()):
        return value
    found = copy.copy(value)
    for name, item in copied.items():
        object.__setattr__(found, name, item)
    return found


def _parts(value: Any) -> dict[str, Any]:
    """Return what a model has, by name: in its dictionary, and in slots for fields."""
    kind = type(value)
    found = dict(getattr(value, "__dict__", ()))
    for name in getattr(kind, "__dataclass_fields__", ()):
        is_slot = name not in found and isinstance(getattr(kind, name, None), MemberDescriptorType)
        if is_slot and hasattr(value, name):  # else it was never set
            found[name] = getattr(value, name)
    return found


def _is_frozen(value: Any) -> bool:
    parameters = getattr(type(value), "__dataclass_params__", None)
    return dataclasses.is_dataclass(value) and bool(getattr(parameters, "frozen", False))


def _copied_subclass(value: Any) -> Any:
    """Return a copy of a list or dictionary with a class of its own, such as ``OrderedDict``."""
    try:
        found = copy.copy(value)
    except Exception:  # noqa: BLE001 - whatever its class raises: it is not to be copied
        return value
    if type(found) is not type(value) or found is value:
        return value
    # Not through methods of the class, which may refuse it or do more.
    if isinstance(found, dict):
        dict.update(found, {key: _copy(item) for key, item in dict.items(found)})
    else:
        list.__setitem__(found, slice(None), [_copy(item) for item in list.__iter__(found)])
    return found
