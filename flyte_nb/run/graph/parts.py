"""Parts of a value that is not there yet: fields and items, as far as a cluster can take them."""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any, Union

from flyte_nb.errors import WorkflowDefinitionError
from flyte_nb.run.describe import type_name
from flyte_nb.run.near import did_you_mean

_UNIONS = (Union, types.UnionType)


class Field(str):
    """Name of a field on a path, where other texts are keys of dictionaries."""

    __slots__ = ()


class NoPart(Exception):  # noqa: N818 - is caught by who knows what it is a part of
    """There is no such part; the text says why, after the name of the whole.

    Args:
        why: Of what the whole is, or how it is asked.
        hint: What to do instead.
    """

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.hint = hint


def is_in_model(path: tuple[Any, ...]) -> bool:
    """Return whether *path* goes through a model, which a cluster has as one document.

    There a value has no type of its own: what may be None has the same form as what may not.
    """
    return bool(path) and any(isinstance(step, Field) for step in path)


def part_of(whole: Any, key: Any, path: tuple[Any, ...]) -> tuple[Any, Any]:
    """Return the step to a part and the type of that.

    A cluster takes a list and a dictionary by their items, and a model by its fields, which it
    does not tell from keys: in a model ``.key`` and ``["key"]`` are the same.

    Args:
        whole: A type.
        key: The name of a field, a key, or a number.
        path: How one has come to the whole.

    Raises:
        NoPart: It cannot be taken, or not on a cluster.
    """
    inside = is_in_model(path)
    if not inside:
        _refuse_what_is_no_document(whole)
    elif typing.get_origin(whole) in _UNIONS:
        kinds = [kind for kind in typing.get_args(whole) if kind is not type(None)]
        whole = kinds[0] if len(kinds) == 1 else Any
    origin, args = typing.get_origin(whole) or whole, typing.get_args(whole)
    if origin is Any:
        return key, Any
    if _is_model(origin) and isinstance(key, str):
        return Field(key), _field_type(origin, args, key)
    if _is_typed_dict(origin):
        return key, _field_type(origin, args, key)
    if origin is dict or (origin is list and type(key) is int):
        return key, args[-1] if args else Any
    kind = "field" if isinstance(key, str) else "item"
    raise NoPart(f"is {type_name(whole)}, which has no {kind} {key!r}")


def _refuse_what_is_no_document(whole: Any) -> None:
    """Refuse parts of *whole* where a cluster takes none, though Python would.

    Raises:
        NoPart: It is a pickle there, may be None, or is a dictionary of anything.
    """
    origin, args = typing.get_origin(whole) or whole, typing.get_args(whole)
    name = type_name(whole)
    if origin in _UNIONS:
        raise NoPart(f"is {name}, of which a cluster takes no parts", "take them in a task")
    if origin is Any or (args and _is_model(origin)):
        raise NoPart(f"is {name}, a pickle on a cluster, which has no parts", "take them in a task")
    if _is_typed_dict(origin) or (origin is dict and (not args or args[0] is not str)):
        hint = "it does of dict[str, …] and of a dataclass"
        raise NoPart(f"is {name}, of which a cluster takes no items", hint)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and (
        dataclasses.is_dataclass(kind) or hasattr(kind, "model_fields")
    )


def _is_typed_dict(kind: Any) -> bool:
    """Return whether *kind* is a `TypedDict`, of typing or of typing_extensions."""
    return isinstance(kind, type) and issubclass(kind, dict) and hasattr(kind, "__total__")


def _field_type(kind: Any, args: tuple[Any, ...], name: Any) -> Any:
    hints = typing.get_type_hints(kind)
    if name not in hints:
        raise NoPart(
            f"is {type_name(kind)}, which has no field {name!r}", did_you_mean(name, hints)
        )
    found = hints[name]
    given = dict(zip(getattr(kind, "__parameters__", ()), args, strict=False))
    return given.get(found, Any) if isinstance(found, typing.TypeVar) else found


def take(value: Any, path: tuple[Any, ...]) -> Any:
    """Return the part of *value* at *path*.

    Raises:
        LookupError: It has no such item.
        AttributeError: It has no such field.
        TypeError: It has neither.
    """
    for step in path:
        value = getattr(value, step) if isinstance(step, Field) else value[step]
    return value


def no_part(owner: str, error: NoPart) -> WorkflowDefinitionError:
    """Return *error* as the user sees it: about *owner*, in words."""
    return WorkflowDefinitionError(f"{owner} {error}", hint=error.hint)
