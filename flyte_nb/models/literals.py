"""Python's types and values as Flyte's literals, in admin's JSON.

The types that Flyte has a literal of: numbers, text, booleans, times, lists, dictionaries,
dataclasses, files and folders in a store, enumerations of texts, and unions of these. What would
have to be uploaded, as a pickle or a local file, has none here. A dataclass goes without its JSON
schema, which flytekit sends too.
"""

from __future__ import annotations

import base64
import dataclasses
import types
import typing
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from typing import Annotated, Any, Literal, Union

from flyte_nb.errors import InvalidValueError

from .msgpack_form import plain, to_msgpack

_SIMPLE = {
    int: "INTEGER",
    float: "FLOAT",
    str: "STRING",
    bool: "BOOLEAN",
    datetime: "DATETIME",
    date: "DATETIME",
    timedelta: "DURATION",
    type(None): "NONE",
}
_TAGS = {**{kind: kind.__name__ for kind in _SIMPLE}, type(None): "none"}
_TAGS_OF_OTHERS = {list: "Typed List", dict: "Typed Dict", Literal: "LiteralTypeTransformer"}
_TAGS_OF_PLACES = {"SINGLE": "FlyteFilePath", "MULTIPART": "FlyteDirectory"}
# What flytekit's own cache looks at.
_MSGPACK = {"annotations": {"cache-key-metadata": {"serialization-format": "msgpack"}}}
_STRUCT = {"simple": "STRUCT", "annotation": _MSGPACK}
_UNIONS = (Union, types.UnionType)
_LONGEST = timedelta(seconds=315_576_000_000)  # protobuf's
_INT_64 = range(-(2**63), 2**63)


def literal_type(kind: Any) -> dict[str, Any]:
    """Return flyteidl's ``core.LiteralType`` of a type.

    Raises:
        InvalidValueError: Flyte's literals have none, or this package does not write it.
    """
    if kind in (None, type(None)):  # flyteidl leaves a zero out
        return {"simple": "NONE"}
    if kind in _SIMPLE:
        return {"simple": _SIMPLE[kind]}
    args = typing.get_args(kind)
    found = _generic_type(typing.get_origin(kind), args) if args else _class_type(kind)
    if found is None:
        raise InvalidValueError(
            f"{kind!r} has no literal that admin could be sent from here",
            hint="simple types, list[…], dict, dataclasses, files, unions of them and enumerations"
            " of texts have",
        )
    return found


def _generic_type(origin: Any, args: tuple[Any, ...]) -> dict[str, Any] | None:
    if origin is Annotated:
        return literal_type(args[0])
    if origin is list:
        return {"collectionType": literal_type(args[0])}
    if origin is dict:
        return {"mapValueType": literal_type(args[1])} if args[0] is str else _STRUCT
    if origin in _UNIONS:
        return {"unionType": {"variants": [_variant(arg) for arg in args]}}
    if origin is Literal and len({*map(type, args)}) == 1:
        values = {"annotations": {"literal_values": list(args)}}
        return {**literal_type(type(args[0])), "annotation": values}
    return None


def _class_type(kind: Any) -> dict[str, Any] | None:
    if kind in (dict, typing.Dict) or dataclasses.is_dataclass(kind):  # noqa: UP006
        return _STRUCT
    if _is_place(kind):
        return {"blob": _blob_type(kind)}
    if isinstance(kind, type) and issubclass(kind, Enum) and _is_of_texts(kind):
        return {"enumType": {"values": [member.value for member in kind]}}
    return None


def _is_place(kind: Any) -> bool:
    """Return whether *kind* is a file or a folder, of which this package's types know more."""
    return isinstance(kind, type) and getattr(kind, "dimensionality", None) in _TAGS_OF_PLACES


def _blob_type(kind: Any) -> dict[str, Any]:
    """Return flyteidl's ``BlobType``; it leaves out what is empty, and ``SINGLE`` is its zero."""
    found = {"format": kind.extension()} if kind.extension() else {}
    return {**found, "dimensionality": "MULTIPART"} if kind.dimensionality != "SINGLE" else found


def to_literal(value: Any, kind: Any) -> dict[str, Any]:
    """Return flyteidl's ``core.Literal`` of a value, which is of type *kind*.

    Raises:
        InvalidValueError: The value is not of that type, or has no literal.
    """
    literal_type(kind)  # refuses what has none
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    found = _of_generic(value, origin, args) if args else _of_class(value, kind)
    if found is None:
        raise InvalidValueError(f"a {type(value).__name__} is no literal of {kind!r}")
    return found


def _of_generic(value: Any, origin: Any, args: tuple[Any, ...]) -> dict[str, Any] | None:
    if origin in _UNIONS:
        return _union(value, args)
    if origin is list and isinstance(value, list):
        items = [to_literal(item, args[0]) for item in value]
        return {"collection": {"literals": items} if items else {}}
    if origin is dict and isinstance(value, dict):
        return _of_dict(value, args)
    if origin is Literal and value in args:
        return to_literal(value, type(value))
    return to_literal(value, args[0]) if origin is Annotated else None


def _of_dict(value: dict[Any, Any], args: tuple[Any, ...]) -> dict[str, Any]:
    if args[0] is not str:
        return _binary(value)
    values = {_text(key): to_literal(item, args[1]) for key, item in value.items()}
    return {"map": {"literals": values} if values else {}}


def _of_class(value: Any, kind: Any) -> dict[str, Any] | None:
    if _is_place(kind):
        return _of_place(value, kind)
    if kind in (dict, typing.Dict):  # noqa: UP006 - as users have it
        return _binary(value) if isinstance(value, dict) else None
    if kind in _SIMPLE or kind is None:
        is_so = type(value) is kind or value is kind
        return {"scalar": _scalar(value)} if is_so else None
    if not isinstance(value, kind):
        return None
    if isinstance(value, Enum):
        return {"scalar": {"primitive": {"stringValue": value.value}}}
    return _binary(value)


def _scalar(value: Any) -> dict[str, Any]:
    return {"noneType": {}} if value is None else {"primitive": _primitive(value)}


def _binary(value: Any) -> dict[str, Any]:
    """Return the literal of a dataclass, or of an untyped dictionary."""
    packed = base64.b64encode(to_msgpack(plain(value))).decode()
    return {"scalar": {"binary": {"value": packed, "tag": "msgpack"}}}


def _of_place(value: Any, kind: Any) -> dict[str, Any]:
    address = getattr(value, "remote_source", value)
    if not isinstance(address, str) or "://" not in address:
        raise InvalidValueError(
            "a file or folder of a launch plan has to be in a store, where a cluster finds it",
            hint="upload it, and give its address, such as s3://bucket/key",
        )
    return {"scalar": {"blob": {"metadata": {"type": _blob_type(kind)}, "uri": address}}}


def _primitive(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolean": value}
    if isinstance(value, int):
        if value not in _INT_64:
            raise InvalidValueError(f"{value} does not fit into the 64 bits of a literal")
        return {"integer": str(value)}  # JSON's numbers end at 2^53
    if isinstance(value, float):
        # Protobuf's words for what JSON has no numbers for.
        return {"floatValue": value if abs(value) < float("inf") else _not_finite(value)}
    if isinstance(value, str):
        return {"stringValue": _text(value)}
    if isinstance(value, date):
        if not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, tzinfo=timezone.utc)
        return {"datetime": _timestamp(value)}
    if abs(value) > _LONGEST:
        raise InvalidValueError("a duration of more than 10,000 years is no literal")
    sign, length = ("-", -value) if value < timedelta(0) else ("", value)
    seconds = length // timedelta(seconds=1)
    return {"duration": f"{sign}{seconds}{_fraction(length.microseconds)}s"}


def _fraction(micros: int) -> str:
    """Return a fraction of a second as protobuf writes it: in no, three or six digits."""
    if not micros:
        return ""
    return f".{micros:06d}" if micros % 1000 else f".{micros // 1000:03d}"


def _not_finite(value: float) -> str:
    if value != value:  # noqa: PLR0124 - what NaN is
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _timestamp(value: datetime) -> str:
    try:
        is_naive = value.tzinfo is None  # which flytekit takes as UTC
        at = value.replace(tzinfo=timezone.utc) if is_naive else value.astimezone(timezone.utc)
    except OverflowError:
        raise InvalidValueError(f"{value} is outside of the years 1 to 9999 in UTC") from None
    seconds = at.replace(tzinfo=None).isoformat(timespec="seconds")
    return f"{seconds}{_fraction(at.microsecond)}Z"


def _text(value: Any) -> str:
    try:
        value.encode()
    except (AttributeError, UnicodeEncodeError):
        raise InvalidValueError(f"a {type(value).__name__} that is no text of Unicode") from None
    return str(value)


def _variant(kind: Any) -> dict[str, Any]:
    found = literal_type(kind)
    # The tag is the name of flytekit's transformer for the type.
    return {**found, "structure": {"tag": _tag(kind)}}


def _tag(kind: Any) -> str:
    if kind in _TAGS:
        return _TAGS[kind]
    if kind in (dict, typing.Dict):  # noqa: UP006 - as users have it
        return "Typed Dict"
    if origin := typing.get_origin(kind):
        return _TAGS_OF_OTHERS[origin]
    if dataclasses.is_dataclass(kind):
        return "Object-Dataclass-Transformer"
    if _is_place(kind):
        return _TAGS_OF_PLACES[kind.dimensionality]
    return "DefaultEnumTransformer"


def _union(value: Any, kinds: tuple[Any, ...]) -> dict[str, Any]:
    for kind in kinds:
        try:
            found = to_literal(value, kind)
        except InvalidValueError:
            continue
        return {"scalar": {"union": {"value": found, "type": _variant(kind)}}}
    raise InvalidValueError(f"a {type(value).__name__} is none of {', '.join(map(str, kinds))}")


def _is_of_texts(kind: type[Enum]) -> bool:
    return all(isinstance(member.value, str) for member in kind)
