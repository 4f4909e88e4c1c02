"""The names and values that JSON of admin has, and what is no such JSON."""

from __future__ import annotations

from flyte_nb.errors import InvalidValueError

from .checks import plain
from .shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import dataclasses
    from collections.abc import Collection
    from enum import Enum
    from typing import Any, TypeVar

    E = TypeVar("E", bound=Enum)  # here: to make one costs a millisecond


def is_required(field: dataclasses.Field[Any]) -> bool:
    """Return whether a dataclass cannot be made without the field."""
    from dataclasses import MISSING

    return field.default is MISSING and field.default_factory is MISSING


def json_object(owner: str, data: object, known: Collection[str]) -> dict[str, Any]:
    """Return the members of a JSON object; null is as good as nothing.

    Raises:
        InvalidValueError: It is none, or has a key that is not among *known*.
    """
    name = owner.lstrip("_")
    if not isinstance(data, dict):
        raise InvalidValueError(f"{name}: {type(data).__name__} is no JSON object")
    members = plain(data)
    for key in members:
        if not isinstance(key, str) or plain(key) not in known:
            raise InvalidValueError(
                f"{name} has no {shown(key)}", hint=f"it has {', '.join(known)}"
            )
    return {plain(key): value for key, value in members.items() if value is not None}


def json_list(owner: str, data: object) -> list[Any]:
    """Return the items of a JSON list.

    Raises:
        InvalidValueError: It is none.
    """
    if not isinstance(data, (list, tuple)):
        raise InvalidValueError(f"{owner.lstrip('_')}: {type(data).__name__} is no JSON list")
    return plain(data)  # type: ignore[no-any-return]


def json_name(field: dataclasses.Field[Any]) -> str:
    """Return the name that a field has in JSON."""
    return field.metadata.get("json") or camel_case(field.name.rstrip("_"))


def camel_case(name: str) -> str:
    """Return *name* as protobuf's mapping to JSON writes it.

    Example:
        >>> camel_case("k8s_service_account")
        'k8sServiceAccount'
    """
    first, *others = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def in_either_case(body: Any, name: str) -> Any:
    """Return a field of an answer of admin, which writes snake_case or lowerCamelCase.

    Args:
        body: The answer, or a part of it; where it is no object, it has no fields.
        name: Name of the field, in snake_case.
    """
    fields = body if isinstance(body, dict) else {}
    return fields.get(name, fields.get(camel_case(name)))


def enum_named(kind: type[E], name: object, where: str = "") -> E:
    """Return the member of *kind* of that name or number; *where* begins a message.

    Raises:
        InvalidValueError: There is none.
    """
    if isinstance(name, kind):
        return name
    is_number = isinstance(name, int) and not isinstance(name, bool)
    wanted = plain(name) if isinstance(name, str) or is_number else None
    for member in kind:
        if wanted is not None and wanted in {member.name, member.value}:
            return member
    raise InvalidValueError(
        f"{where}{': ' if where else ''}{shown(name)} is no {kind.__name__.lstrip('_')}",
        hint=", ".join(member.name for member in kind),
    )
