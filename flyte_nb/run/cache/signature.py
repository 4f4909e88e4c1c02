"""The interface of a task as text: another one when a type of an input or an output changes."""

from __future__ import annotations

import enum
import types
import typing
from typing import TYPE_CHECKING, Annotated, Any

from .ownership import name_of, users_code

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNIONS = (typing.Union, types.UnionType)


def signature(hints: Mapping[str, Any]) -> str:
    """Return names and types, sorted by name.

    Of the user's classes the fields count too: a cell that gives a dataclass another field makes
    another type, as it does on a cluster.
    """
    return ", ".join(f"{name}: {_text(hints[name], ())}" for name in sorted(hints))


def _text(hint: Any, around: tuple[Any, ...]) -> str:
    """Return the type *hint*, which is part of the classes *around* it."""
    if arguments := typing.get_args(hint):
        return _composed(typing.get_origin(hint), arguments, around)
    if isinstance(hint, list):  # the parameters of a callable
        return f"[{', '.join(_text(item, around) for item in hint)}]"
    if isinstance(hint, typing.ForwardRef):
        return hint.__forward_arg__
    if not isinstance(hint, type):
        return str(hint)
    fields = _fields(hint, around) if users_code(hint) and hint not in around else ""
    return f"{name_of(hint)}{fields}"


def _composed(origin: Any, arguments: tuple[Any, ...], around: tuple[Any, ...]) -> str:
    if origin is Annotated:
        return _text(arguments[0], around)
    if origin is typing.Literal:
        return f"Literal{list(arguments)}"
    texts = [_text(argument, around) for argument in arguments]
    if origin in _UNIONS:
        return " | ".join(sorted(texts))
    return f"{_text(origin, around)}[{', '.join(texts)}]"


def _fields(kind: type, around: tuple[Any, ...]) -> str:
    if issubclass(kind, enum.Enum):
        return f"{{{', '.join(kind.__members__)}}}"
    try:
        hints = typing.get_type_hints(kind)
    except Exception:  # noqa: BLE001 - a name that is not defined, or whatever stands there
        hints = dict(getattr(kind, "__annotations__", {}))
    fields = (f"{name}: {_text(hint, (*around, kind))}" for name, hint in hints.items())
    return f"{{{', '.join(fields)}}}"
