"""What Flyte's nouns have in common: JSON as admin speaks it, flyteidl's messages, a table.

The JSON is protobuf's own mapping of the message: lower camel case, names for enum values,
nothing for what is not set.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import fields
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from flyte_nb.display import panel_html
from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from typing_extensions import Self

E = TypeVar("E", bound=Enum)


class Message:
    """A dataclass whose fields are those of a message of flyteidl.

    Attributes:
        IDL: Module and name of the message, e.g. ``core.security_pb2.Secret``.
    """

    IDL: ClassVar[str] = ""
    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Return what admin's HTTP interface takes: only what is set."""
        found = {}
        for field in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            value = getattr(self, field.name)
            if value is None or field.metadata.get("skip"):
                continue
            encode = field.metadata.get("encode")
            encoded = value if encode is None else encode(value)
            is_set = isinstance(value, Message)  # a message that is empty is there all the same
            if is_set or encoded not in (None, "", [], {}, False):
                found[json_name(field)] = encoded
        return found

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` or admin made *data* of.

        Raises:
            InvalidValueError: It has a key that the message has not, or a value is refused.
        """
        known = {json_name(field): field for field in fields(cls)}  # type: ignore[arg-type]
        if not isinstance(data, dict):
            raise InvalidValueError(f"{cls.__name__}: {type(data).__name__} is no JSON object")
        unknown = [key for key in data if key not in known]
        if unknown:
            raise InvalidValueError(
                f"{cls.__name__} has no {unknown[0]!r}", hint=f"it has {', '.join(known)}"
            )
        given = {}
        for key, value in data.items():
            decode = known[key].metadata.get("decode")
            given[known[key].name] = value if decode is None else decode(value)
        return cls(**given)

    def to_flyte_idl(self) -> Any:
        """Return flyteidl's message.

        Raises:
            ImportError: flyteidl is not installed.
        """
        from google.protobuf.json_format import ParseDict

        return ParseDict(self.to_json(), self._idl_class()())

    @classmethod
    def from_flyte_idl(cls, pb2_object: Any) -> Self:
        """Return what flyteidl's message says.

        Raises:
            ImportError: flyteidl is not installed.
        """
        from google.protobuf.json_format import MessageToDict

        return cls.from_json(MessageToDict(pb2_object))

    @classmethod
    def _idl_class(cls) -> Any:
        module, _, name = cls.IDL.rpartition(".")
        try:
            return getattr(import_module(f"flyteidl.{module}"), name)
        except ImportError as error:
            raise ImportError(
                f"{error}: pip install flyteidl; to_json() needs nothing", name=error.name
            ) from None

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield what a user wants to see, as (label, value); no secret among it."""
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if value not in (None, (), [], {}) and field.repr:
                yield from rows_of(field.name.rstrip("_").replace("_", " "), value)

    def _repr_html_(self) -> str:
        return panel_html(type(self).__name__, list(self.rows()))


class ByJson(Message):
    """A message that equals another of its kind which says the same, whatever made it.

    Attributes:
        KIND: The class that JSON becomes.
    """

    KIND: ClassVar[type[Message]]
    __slots__ = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Any:
        """Return what `to_json` or admin made *data* of, as a plain one of its kind.

        Raises:
            InvalidValueError: It has a key that the message has not, or a value is refused.
        """
        return super(ByJson, cls.KIND).from_json(data)  # type: ignore[misc]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, self.KIND) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(str(self.to_json()))


def rows_of(label: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield what a user wants to see of *value*, as (label, value)."""
    if isinstance(value, Message):
        for inner, text in value.rows():
            yield f"{label}, {inner}", text
    elif isinstance(value, (list, tuple)) and value and isinstance(value[0], Message):
        for one in value:
            yield label, ", ".join(text for _, text in one.rows())
    elif isinstance(value, dict):
        yield label, ", ".join(f"{key}={text}" for key, text in value.items())
    elif isinstance(value, Enum):
        yield label, value.name
    elif isinstance(value, (list, tuple)):
        yield label, ", ".join(str(getattr(one, "name", one)) for one in value)
    else:
        yield label, str(value)


def json_name(field: dataclasses.Field[Any]) -> str:
    """Return the name that a field has in JSON."""
    return field.metadata.get("json") or camel_case(field.name.rstrip("_"))


def camel_case(name: str) -> str:
    """Return *name* as protobuf's mapping to JSON writes it.

    Example:
        >>> camel_case("k8s_service_account")
        'k8sServiceAccount'
    """
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def one_of(kind: type[Message]) -> dict[str, Any]:
    """Return the metadata of a field that holds one message of *kind*."""
    return {"encode": lambda value: value.to_json(), "decode": kind.from_json}


def many_of(kind: type[Message]) -> dict[str, Any]:
    """Return the metadata of a field that holds several messages of *kind*."""
    return {
        "encode": lambda values: [value.to_json() for value in values],
        "decode": lambda values: [kind.from_json(value) for value in values],
    }


def named(kind: type[Enum]) -> dict[str, Any]:
    """Return the metadata of a field that holds a value of *kind*, named as in flyteidl."""
    return {
        "encode": lambda value: None if value.value == 0 else value.name,
        "decode": lambda name: enum_named(kind, name),
    }


def enum_named(kind: type[E], name: object) -> E:
    """Return the member of *kind* of that name or number.

    Raises:
        InvalidValueError: There is none.
    """
    for member in kind:
        if name in {member.name, member.value} and not isinstance(name, bool):
            return member
    raise InvalidValueError(
        f"{name!r} is no {kind.__name__}", hint=", ".join(member.name for member in kind)
    )


def check_text(owner: str, field: str, value: object, *, required: bool = False) -> None:
    """Refuse what is no text, and nothing where something is required.

    Raises:
        InvalidValueError: The message names *owner* and *field*.
    """
    if value is None and not required:
        return
    if not isinstance(value, str):
        raise InvalidValueError(f"{owner}({field}={value!r}): not text")
    if required and not value.strip():
        raise InvalidValueError(f"{owner}({field}={value!r}): empty")
