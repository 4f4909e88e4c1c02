"""Programs of a user, several to a file, and their answers as JSON that compares.

A program is a cell: it begins with a line ``# %% its name`` and ends with ``answer = {...}``.
Runs in flytekit's environment too, and programs take `outcome` and `message` from here.
"""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_CELL = re.compile(r"^# %% (.+)\n", re.MULTILINE)
_SAY_NOTHING = ("Exception", "BaseException", "object")


def cells(path: Path) -> dict[str, str]:
    """Return the programs of a file by name, each at the lines that it has there."""
    text = path.read_text(encoding="utf-8")
    starts = list(_CELL.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    return {
        start[1]: "\n" * text.count("\n", 0, start.end()) + text[start.end() : end]
        for start, end in zip(starts, ends, strict=True)
    }


def outcome(call: Callable[[], Any]) -> Any:
    """Return what *call* returns; what it raises by the built-in classes that catch it."""
    try:
        value = call()
    except Exception as error:  # noqa: BLE001 - whatever it is, is the answer
        return raised(error)
    return plain(value)


def raised(error: BaseException) -> dict[str, Any]:
    """Return an error by the built-in classes that catch it, and what it says first."""
    kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
    return {
        "raises": sorted(set(kinds).difference(_SAY_NOTHING)),
        "text": f"{type(error).__name__}: {str(error)[:200]}",
    }


def message(noun: Any) -> str | None:
    """Return the message of flyteidl that *noun* becomes, in hexadecimal."""
    found = noun.to_flyte_idl()
    return None if found is None else found.SerializeToString(deterministic=True).hex()


def plain(value: Any) -> Any:
    """Return *value* as JSON has it; a tuple and bytes say that they are no list and no text.

    Raises:
        TypeError: It is nothing that could be compared.
    """
    if value is None or type(value) in {bool, int, float}:
        return value
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value)
    raise TypeError(f"an answer is made of plain values, not of {type(value).__name__}")


_WRITERS: dict[type, Callable[[Any], Any]] = {
    Enum: lambda value: value.name,
    str: str,
    PurePath: str,
    tuple: lambda value: {"tuple": plain(list(value))},
    bytes: lambda value: {"bytes": value.decode("latin-1")},
    timedelta: lambda value: {"seconds": value.total_seconds()},
}
