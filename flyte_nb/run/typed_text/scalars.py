"""Values that are one word, or a few."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from .misfit import MisfitError

if TYPE_CHECKING:
    from collections.abc import Callable

BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
_UNITS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 1e-3}
_PART = re.compile(
    r"\s*(\d+(?:\.\d+)?)\s*(ms|milliseconds?|d(?:ays?)?|h(?:ours?)?|m(?:in(?:utes?)?)?"
    r"|s(?:ec(?:onds?)?)?)(?![a-z])\s*,?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d+) days?, )?(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?")


def to_bool(text: str) -> bool:
    """Return what a word of consent or refusal says."""
    try:
        return BOOLEANS[text.strip().lower()]
    except KeyError:
        raise MisfitError("true or false") from None


def to_int(text: str) -> int:
    """Return a whole number; 1e6 is one."""
    try:
        return int(text, 0) if text[:2].lower() in {"0x", "0b", "0o"} else int(text)
    except ValueError:
        pass
    try:
        number = float(text)
        if number.is_integer() and abs(number) < 2**53:
            return int(number)
    except ValueError:
        pass
    raise MisfitError("int")


def to_float(text: str) -> float:
    """Return a number."""
    try:
        return float(text)
    except ValueError:
        raise MisfitError("float") from None


def to_datetime(text: str) -> datetime:
    """Return a moment that is written as in ISO 8601, Z for UTC as well."""
    try:
        return datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text.strip()))
    except ValueError:
        raise MisfitError("datetime, as 2026-01-31T12:00 or 2026-01-31") from None


def to_timedelta(text: str) -> timedelta:
    """Return a time span: ``1h30m``, ``2 days``, ``01:30:00`` as Python prints it, ``-5s``."""
    rest = text.strip()
    sign = -1 if rest.startswith("-") and not _CLOCK.fullmatch(rest) else 1
    rest = rest.removeprefix("-") if sign < 0 else rest
    if clock := _CLOCK.fullmatch(rest):
        days, hours, minutes, seconds = (float(part or 0) for part in clock.groups())
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    total, place = 0.0, 0
    while part := _PART.match(rest, place):
        unit = part[2].lower()
        total += float(part[1]) * _UNITS["ms" if unit.startswith(("ms", "mil")) else unit[0]]
        place = part.end()
    if not place or place < len(rest):
        raise MisfitError("timedelta, as 1h30m, 90s or 2 days")
    return sign * timedelta(seconds=total)


def to_enum(text: str, expected: Any) -> Any:
    """Return the member whose value is *text*, else the one whose name it is."""
    for member in expected:
        if str(member.value) == text:
            return member
    if text in expected.__members__:
        return expected[text]
    raise MisfitError("one of " + ", ".join(str(member.value) for member in expected))


def to_literal(text: str, choices: tuple[Any, ...]) -> Any:
    """Return the one of *choices* that is written so."""
    for choice in choices:
        if str(choice) == text or (type(choice) is bool and str(choice).lower() == text.lower()):
            return choice
    raise MisfitError("one of " + ", ".join(map(str, choices)))


SCALARS: dict[Any, Callable[[str], Any]] = {
    bool: to_bool,
    int: to_int,
    float: to_float,
    str: str,
    datetime: to_datetime,
    timedelta: to_timedelta,
}
LITERAL = Literal
