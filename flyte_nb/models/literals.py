"""Python's types and values as Flyte's literals, in admin's JSON.

The types that Flyte has a literal of: numbers, text, booleans, times, lists, dictionaries with
text for keys, enumerations of texts, and unions of these.
"""

from __future__ import annotations

import types
import typing
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any, Union

from flyte_nb.errors import InvalidValueError

_SIMPLE = {
    int: "INTEGER",
    float: "FLOAT",
    str: "STRING",
    bool: "BOOLEAN",
    datetime: "DATETIME",
    timedelta: "DURATION",
    type(None): "NONE",
}
_TAGS = {**{kind: kind.__name__ for kind in _SIMPLE}, type(None): "none"}
_TAGS_OF_OTHERS = {list: "Typed List", dict: "Typed Dict", None: "DefaultEnumTransformer"}
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
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is list and args:
        return {"collectionType": literal_type(args[0])}
    if origin is dict and args and args[0] is str:
        return {"mapValueType": literal_type(args[1])}
    if origin in (Union, types.UnionType):
        return {"unionType": {"variants": [_variant(arg) for arg in args]}}
    if isinstance(kind, type) and issubclass(kind, Enum) and _is_of_texts(kind):
        return {"enumType": {"values": [member.value for member in kind]}}
    raise InvalidValueError(
        f"{kind!r} has no literal that admin could be sent from here",
        hint="simple types, list[…], dict[str, …], unions of them and enumerations of texts have",
    )


def to_literal(value: Any, kind: Any) -> dict[str, Any]:
    """Return flyteidl's ``core.Literal`` of a value, which is of type *kind*.

    Raises:
        InvalidValueError: The value is not of that type, or has no literal.
    """
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return _union(value, args)
    literal_type(kind)  # refuses what has none
    if origin is list and isinstance(value, list):
        items = [to_literal(item, args[0]) for item in value]
        return {"collection": {"literals": items} if items else {}}
    if origin is dict and isinstance(value, dict):
        values = {_text(key): to_literal(item, args[1]) for key, item in value.items()}
        return {"map": {"literals": values} if values else {}}
    if isinstance(value, Enum) and isinstance(kind, type) and isinstance(value, kind):
        return {"scalar": {"primitive": {"stringValue": value.value}}}
    if value is None and kind in (None, type(None)):
        return {"scalar": {"noneType": {}}}
    if kind in _SIMPLE and type(value) is kind:
        return {"scalar": {"primitive": _primitive(value)}}
    raise InvalidValueError(f"a {type(value).__name__} is no literal of {kind!r}")


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
    if isinstance(value, datetime):
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
        at = value.astimezone(timezone.utc)  # without a time zone it is local, as flytekit has it
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
    tag = _TAGS.get(kind) or _TAGS_OF_OTHERS[typing.get_origin(kind)]
    return {**found, "structure": {"tag": tag}}


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
