"""Where code finds values by a name: modules, closures, defaults, classes."""

from __future__ import annotations

import enum
import functools
import re
import types
from types import FunctionType
from typing import Any, Protocol


class _Missing:
    """The class of `MISSING`."""


MISSING = _Missing()
"""What a name stands for that is not defined, or not yet."""

_NAME = re.compile(r"[^\W\d]\w*")
_SLOTS = (types.MemberDescriptorType, types.GetSetDescriptorType)
LASTING = frozenset({"__annotations__", "__pydantic_fields__"})
"""What Python and pydantic keep of the fields of a class; made with it, never changed."""


class Namespace(Protocol):
    """Anything with names."""

    def get(self, name: str, default: Any, /) -> Any:
        """Return what *name* stands for now."""


class Attributes:
    """The attributes of an object, by name."""

    def __init__(self, subject: Any) -> None:
        self._subject = subject

    def get(self, name: str, default: Any, /) -> Any:
        """Return the attribute *name*."""
        return getattr(self._subject, name, default)


class Cells:
    """What the functions around one have handed to it."""

    def __init__(self, function: FunctionType) -> None:
        names = function.__code__.co_freevars
        self._cells = dict(zip(names, function.__closure__ or (), strict=True))

    def get(self, name: str, default: Any, /) -> Any:
        """Return the value of the variable *name*."""
        try:
            return self._cells[name].cell_contents
        except (KeyError, ValueError):  # not assigned yet
            return default


class Defaults:
    """What parameters are where nothing is given.

    Attributes:
        names: The parameters that have a default, sorted.
    """

    def __init__(self, function: FunctionType) -> None:
        code, given = function.__code__, function.__defaults__ or ()
        last = code.co_argcount
        names = code.co_varnames[last - len(given) : last]
        self._values = {**dict(zip(names, given, strict=True)), **(function.__kwdefaults__ or {})}
        self.names = sorted(self._values)

    def get(self, name: str, default: Any, /) -> Any:
        """Return the default of the parameter *name*."""
        return self._values.get(name, default)


def members(kind: type) -> dict[str, Namespace]:
    """Return the names of what the user wrote into a class, and where each is found."""
    found: dict[str, Namespace] = {n: vars(kind) for n, v in vars(kind).items() if _is_code(v)}
    if issubclass(kind, enum.Enum):
        return found | dict.fromkeys(kind.__members__, kind.__members__)
    return found | {n: vars(kind) for n, v in vars(kind).items() if _is_written(n, v)}


def _is_code(value: Any) -> bool:
    return isinstance(value, FunctionType) or bool(unpacked(value))


def _is_written(name: str, value: Any) -> bool:
    if name in LASTING:
        return True
    is_special = name.startswith("__") and name.endswith("__")
    return not is_special and name != "_abc_impl" and not isinstance(value, _SLOTS)


def unpacked(value: Any) -> tuple[Any, ...]:
    """Return the functions of a property, a static method and their kind; else nothing."""
    if isinstance(value, (staticmethod, classmethod)):
        return (value.__func__,)
    if isinstance(value, property):
        return (value.fget, value.fset, value.fdel)
    if isinstance(value, functools.cached_property):
        return (value.func,)
    return ()


def annotated_names(function: FunctionType) -> frozenset[str]:
    """Return the names in the types that a function declares."""
    try:
        texts = [hint if isinstance(hint, str) else _shown(hint) for hint in _hints(function)]
    except Exception:  # noqa: BLE001 - evaluated only now, or shown: whatever stands there
        return frozenset()
    return frozenset(name for text in texts for name in _NAME.findall(text))


def _hints(function: FunctionType) -> list[Any]:
    return list(function.__annotations__.values())


def _shown(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) else str(hint)
