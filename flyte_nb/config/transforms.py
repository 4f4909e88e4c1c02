"""From the text of a source to the value of a setting.

Each function takes what a source holds and returns the value; text that is not of the
type raises `ValueError` with the reason. The rules are flytekit's.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

_FALSE = ("false", "0", "off", "no")
_INI_BOOLEANS = {
    **dict.fromkeys(("1", "yes", "true", "on"), True),
    **dict.fromkeys(("0", "no", "false", "off"), False),
}


def to_bool(value: Any) -> Any:
    """Return True for text unless it is empty or one of false, 0, off, no."""
    return bool(value) and value.lower() not in _FALSE if isinstance(value, str) else value


def is_boolean_word(value: Any) -> bool:
    """Return whether *value* is a boolean, or one of the words for one."""
    return not isinstance(value, str) or value.lower() in _INI_BOOLEANS


def ini_bool(value: str) -> bool:
    """Return a boolean as `configparser` reads it, which knows eight words."""
    try:
        return _INI_BOOLEANS[value.lower()]
    except KeyError:
        raise ValueError("not a boolean: write true or false") from None


def to_list(value: Any) -> Any:
    """Return text split at its commas; blanks stay."""
    return value.split(",") if isinstance(value, str) else value


def to_int(value: Any) -> Any:
    """Return text as an integer; text that is none stays, as in flytekit."""
    try:
        return int(value) if isinstance(value, str) else value
    except ValueError:
        return value


def to_seconds(value: Any) -> timedelta:
    """Return a whole number of seconds as a duration."""
    try:
        return timedelta(seconds=int(value))
    except (TypeError, ValueError, OverflowError):
        raise ValueError("not a whole number of seconds") from None


def to_level(value: Any) -> int:
    """Return a logging level written as a number (flytekit's way) or by its name."""
    import logging

    text = str(value).strip()
    level = int(text) if text.isdecimal() else logging.getLevelName(text.upper())
    if not isinstance(level, int):
        raise ValueError("not a logging level such as 20 or INFO")  # noqa: TRY004
    return level


def to_endpoint(value: Any) -> str:
    """Return an endpoint without the ``dns:///`` that gRPC writes before it."""
    if not isinstance(value, str):
        raise ValueError("not text: put it in quotes")  # noqa: TRY004 - one error for all sources
    return value.replace("dns:///", "")
