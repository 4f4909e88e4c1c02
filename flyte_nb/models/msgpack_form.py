"""Dataclasses and untyped dictionaries as MessagePack, which flytekit has in literals.

The format is that of https://github.com/msgpack/msgpack/blob/master/spec.md, its parts that plain
values need.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

from flyte_nb.errors import InvalidValueError

_FIXED_INTS = range(-32, 128)
# Range, type byte and format of each size of int: unsigned first, as flytekit writes them.
_INTS = (
    (range(2**8), 0xCC, ">B"),
    (range(2**16), 0xCD, ">H"),
    (range(2**32), 0xCE, ">I"),
    (range(2**64), 0xCF, ">Q"),
    (range(-(2**7), 0), 0xD0, ">b"),
    (range(-(2**15), 0), 0xD1, ">h"),
    (range(-(2**31), 0), 0xD2, ">i"),
    (range(-(2**63), 0), 0xD3, ">q"),
)
_WRITTEN: dict[Any, Callable[[Any], Any]] = {
    Enum: lambda value: value.value,
    (datetime, date, time): lambda value: value.isoformat(),
    timedelta: lambda value: value.total_seconds(),
    (PurePath, UUID, Decimal): str,
}


def plain(value: Any) -> Any:
    """Return *value* as the numbers, texts, lists and dictionaries that its message has."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if hasattr(value, "remote_source") and hasattr(value, "dimensionality"):
        return {"path": value.remote_source or str(value)}
    return next(
        (write(value) for kind, write in _WRITTEN.items() if isinstance(value, kind)), value
    )


def to_msgpack(value: Any) -> bytes:
    """Return a plain value as MessagePack.

    Raises:
        InvalidValueError: There is something in it that MessagePack has not.
    """
    out = bytearray()
    _write(value, out)
    return bytes(out)


def _write(value: Any, out: bytearray) -> None:
    if value is None or isinstance(value, bool):
        out.append({None: 0xC0, False: 0xC2, True: 0xC3}[value])
    elif isinstance(value, int):
        _write_int(value, out)
    elif isinstance(value, float):
        out += b"\xcb" + struct.pack(">d", value)
    elif isinstance(value, str):
        text = value.encode()
        _write_head(len(text), (0xA0, 32), (0xD9, 0xDA, 0xDB), out)
        out += text
    elif isinstance(value, bytes):
        _write_head(len(value), None, (0xC4, 0xC5, 0xC6), out)
        out += value
    elif isinstance(value, (list, dict)):
        _write_container(value, out)
    else:
        raise InvalidValueError(f"a {type(value).__name__} is in it, which no literal has")


def _write_int(value: int, out: bytearray) -> None:
    if value in _FIXED_INTS:
        out += struct.pack(">b", value)
        return
    for values, byte, form in _INTS:
        if value in values:
            out.append(byte)
            out += struct.pack(form, value)
            return
    raise InvalidValueError(f"{value} does not fit into the 64 bits of a literal")


def _write_container(value: list[Any] | dict[Any, Any], out: bytearray) -> None:
    if isinstance(value, list):
        _write_head(len(value), (0x90, 16), (None, 0xDC, 0xDD), out)
        for item in value:
            _write(item, out)
        return
    _write_head(len(value), (0x80, 16), (None, 0xDE, 0xDF), out)
    for key, item in value.items():
        _write(key, out)
        _write(item, out)


def _write_head(
    size: int, short: tuple[int, int] | None, bytes_: tuple[int | None, int, int], out: bytearray
) -> None:
    """Write the type and the length of a text, of bytes, of a list or of a dictionary."""
    if short is not None and size < short[1]:
        out.append(short[0] | size)
        return
    for byte, form, limit in zip(bytes_, (">B", ">H", ">I"), (2**8, 2**16, 2**32), strict=True):
        if byte is not None and size < limit:
            out.append(byte)
            out += struct.pack(form, size)
            return
    raise InvalidValueError("it is too large for a literal")
