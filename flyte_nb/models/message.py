"""What Flyte's nouns have in common: JSON as admin speaks it, flyteidl's messages, a table.

The JSON is protobuf's own mapping of the message: lower camel case, names for enum values,
nothing for what is not set.
"""

from __future__ import annotations

from flyte_nb.errors import InvalidValueError

from .json_form import enum_named, is_required, json_list, json_name, json_object
from .rows import Shown
from .rows import rows_of as rows_of  # noqa: PLC0414 - it is taken from here
from .shown import shortened

TYPE_CHECKING = False
if TYPE_CHECKING:
    import dataclasses
    from collections.abc import Mapping
    from enum import Enum
    from typing import Any, ClassVar

    from typing_extensions import Self


class Message(Shown):
    """A dataclass whose fields are those of a message of flyteidl.

    It equals another of its kind of which the admin would get the same.

    Attributes:
        IDL: Module and name of the message, e.g. ``core.security_pb2.Secret``.
        KIND: The class that says so, of which others inherit the message.
    """

    IDL: ClassVar[str] = ""
    KIND: ClassVar[type[Message]]
    __slots__ = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "IDL" in vars(cls):
            cls.KIND = cls

    def to_json(self) -> dict[str, Any]:
        """Return what admin's HTTP interface takes: only what is set."""
        found = {}
        for field in _fields(self):
            value = getattr(self, field.name)
            if value is None:
                continue
            encode = field.metadata.get("encode")
            encoded = value if encode is None else encode(value)
            # A message that is empty is there all the same, and a wrapped value that is False.
            is_set = isinstance(value, Message) or "wrapped" in field.metadata
            if is_set or encoded not in (None, "", [], {}, False):
                found[json_name(field)] = encoded
        return found

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` or admin made *data* of.

        Raises:
            InvalidValueError: It has a key that the message has not, it lacks one that the
                message needs, or a value is refused.
        """
        known = {json_name(field): field for field in _fields(cls)}
        given = {}
        for key, value in json_object(cls.__name__, data, known).items():
            field = known[key]
            decode = field.metadata.get("decode")
            given[field.name] = value if decode is None else decode(value)
        for key, field in known.items():
            if field.name not in given and is_required(field):
                if "absent" not in field.metadata:
                    raise InvalidValueError(f"{cls.__name__.lstrip('_')}: {key!r} is missing")
                given[field.name] = field.metadata["absent"]
        return cls(**given)

    def to_flyte_idl(self) -> Any:
        """Return flyteidl's message.

        Raises:
            ImportError: flyteidl is not installed.
            InvalidValueError: JSON that is kept as it came is none of the message.
        """
        from google.protobuf.json_format import ParseDict, ParseError

        try:
            return ParseDict(self.to_json(), self._idl_class()())
        except ParseError as error:
            raise InvalidValueError(f"{type(self).__name__}: {shortened(str(error))}") from None

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
        from importlib import import_module

        module, _, name = cls.IDL.rpartition(".")
        try:
            return getattr(import_module(f"flyteidl.{module}"), name)
        except ImportError as error:
            raise ImportError(
                f"{error}: pip install flyteidl; to_json() needs nothing", name=error.name
            ) from None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, self.KIND):
            return NotImplemented
        return self is other or self.to_json() == other.to_json()

    def __hash__(self) -> int:
        import json

        return hash(json.dumps(self.to_json(), sort_keys=True))


class ByJson(Message):
    """A message with several classes in Python, of which JSON does not say the class."""

    __slots__ = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Any:
        """Return what `to_json` or admin made *data* of, as a plain one of its kind.

        Raises:
            InvalidValueError: It has a key that the message has not, or a value is refused.
        """
        return super(ByJson, cls.KIND).from_json(data)  # type: ignore[misc]


def _fields(of: Message | type[Message]) -> tuple[dataclasses.Field[Any], ...]:
    from dataclasses import fields

    return fields(of)


def one_of(kind: type[Message]) -> dict[str, Any]:
    """Return the metadata of a field that holds one message of *kind*."""
    return {"encode": lambda value: value.to_json(), "decode": kind.from_json}


def many_of(kind: type[Message]) -> dict[str, Any]:
    """Return the metadata of a field that holds several messages of *kind*."""
    return {
        "encode": lambda values: [value.to_json() for value in values],
        "decode": lambda values: [
            kind.from_json(value) for value in json_list(kind.__name__, values)
        ],
    }


def named(kind: type[Enum]) -> dict[str, Any]:
    """Return the metadata of a field that holds a value of *kind*, named as in flyteidl."""
    return {
        "encode": lambda value: None if value.value == 0 else value.name,
        "decode": lambda name: enum_named(kind, name),
    }
