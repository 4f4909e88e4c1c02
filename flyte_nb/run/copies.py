"""Copies of what goes from task to task: in a cluster each has its own."""

from __future__ import annotations

import copy
import dataclasses
from datetime import date, datetime, timedelta
from typing import Any

from flyte_nb.errors import InvalidValueError

_CONTAINERS = (list, dict, set, tuple)
_UNCHANGING = frozenset(
    {type(None), bool, int, float, complex, str, bytes, datetime, date, timedelta}
)
_TABLES = ("DataFrame", "Series")


def own_copy(value: Any) -> Any:
    """Return a copy of lists, dictionaries, sets, models and arrays; the rest as it is.

    Containers are copied however deep they are nested. Models are dataclasses and those of
    pydantic. A table of pandas has columns of its own, which are copied when they are changed, as
    far as pandas does that. Objects of other classes are shared: they may hold what there can be
    only one of, and nothing says what it would take to copy them.

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
    package = kind.__module__.partition(".")[0]
    if kind.__name__ in _TABLES and package == "pandas":
        return value.copy(deep=False)
    if kind.__name__ == "ndarray" and package == "numpy":
        return value.copy(order="K")  # as it lies in memory, which some calls depend on
    is_open = is_model(value) and hasattr(value, "__dict__")
    return _copied_model(value) if is_open else value


def _copied_model(value: Any) -> Any:
    if not any(
        isinstance(item, _CONTAINERS) or is_model(item) for item in vars(value).values()
    ) and _is_frozen(value):
        return value
    found = copy.copy(value)
    for name, item in vars(value).items():
        object.__setattr__(found, name, _copy(item))
    return found


def _is_frozen(value: Any) -> bool:
    parameters = getattr(type(value), "__dataclass_params__", None)
    return dataclasses.is_dataclass(value) and bool(getattr(parameters, "frozen", False))
