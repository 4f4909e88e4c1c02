"""What is odd about a value that is of its setting's type."""

from __future__ import annotations

from typing import Any

_MAX_PORT = 65_535


def port_problem(value: Any) -> str:
    """Return why *value* is no port; empty when it is one."""
    if isinstance(value, int) and not 0 < value <= _MAX_PORT:
        return f"no port: from 1 to {_MAX_PORT}"
    return "" if isinstance(value, int) else "not a number; it is used as it stands"


def program_problem(value: Any) -> str:
    """Return what is odd about a program and its arguments; empty for nothing."""
    if isinstance(value, list) and len(value) == 1 and " " in str(value[0]).strip():
        return "one word with blanks in it: write program,argument,argument"
    return ""
