"""Objects of the package `kubernetes`, known by what they have: it is imported only on demand."""

from __future__ import annotations

import re
from importlib import import_module

from .schema import POD_SPEC, fields_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_OF_A_VERSION = re.compile(r"(?:Core)?V\d+(?:(?:alpha|beta)\d+)?")


def is_client_object(value: object) -> bool:
    """Return whether *value* is a model of the client of Kubernetes, of any release."""
    kind = type(value)
    maps = (getattr(kind, "attribute_map", None), getattr(kind, "openapi_types", None))
    return all(isinstance(found, dict) for found in maps) and callable(getattr(kind, "to_dict", 0))


def is_of_kind(value: object, kind: str) -> bool:
    """Return whether a client's object is a *kind*; some were renamed between releases."""
    name = _OF_A_VERSION.sub("", kind, count=1)
    return any(_OF_A_VERSION.sub("", t.__name__, count=1) == name for t in type(value).__mro__)


def members_of(value: Any) -> dict[str, Any]:
    """Return what is set in a client's object, by its names in JSON."""
    named = {
        json: getattr(value, attribute, None) for attribute, json in value.attribute_map.items()
    }
    return {name: item for name, item in named.items() if item is not None}


def as_client_dict(data: Any, kind: str = POD_SPEC) -> Any:
    """Return JSON as the client's ``to_dict()`` has it: None for all that is not set."""
    fields = fields_of(kind)
    if not fields:
        return data
    return {
        field.attribute: _each(data.get(name), field.many, field.kind, as_client_dict)
        for name, field in fields.items()
    }


def as_client_object(data: Any, kind: str = POD_SPEC) -> Any:
    """Return JSON as an object of the client.

    Raises:
        ImportError: `kubernetes` is not installed.
    """
    fields = fields_of(kind)
    if not fields:
        return str(data) if kind == "str" else data  # quantities may be numbers in JSON
    given = {
        field.attribute: _each(data[name], field.many, field.kind, as_client_object)
        for name, field in fields.items()
        if name in data
    }
    client = _client()
    name = kind if hasattr(client, kind) else kind.removeprefix("Core")  # older than release 34
    return getattr(client, name)(**given)


def _each(data: Any, many: str, kind: str, change: Any) -> Any:
    if data is None:
        return None
    if many == "[":
        return [change(item, kind) for item in data]
    if many == "{":
        return {key: change(item, kind) for key, item in data.items()}
    return change(data, kind)


def _client() -> Any:
    try:
        return import_module("kubernetes.client")
    except ImportError as error:
        raise ImportError(
            f"{error}: pip install kubernetes; a plain dictionary needs nothing", name=error.name
        ) from None
