"""What is wrong with a configuration, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .mask import without_passwords

_SECRET = re.compile(r"(?i)secret|passw|token|private|[-_]key")
_MAX_SHOWN = 120  # characters


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a user would want to know.

    Attributes:
        message: What is wrong, and what to do.
        where: Variable name, or ``file:line`` (``file:line:column`` for a syntax error).
        line: The line itself; empty where it would show a secret or there is none.
        is_error: Whether the setting or file cannot be used; otherwise it is only odd.
    """

    message: str
    where: str
    line: str = ""
    is_error: bool = False

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}"
        return f"{text}\n    {self.line}" if self.line else text


def shortened(text: str, limit: int = _MAX_SHOWN) -> str:
    """Return *text*, its end left out where it has more than *limit* characters."""
    return text if len(text) <= limit else f"{text[:limit]}…"


def shown_line(text: str, number: int) -> str:
    """Return a line of a file, for a `Problem`: cut where it is long, empty for a secret.

    Args:
        text: The file's content.
        number: The line's number, from 1.
    """
    lines = text.split("\n", number)
    line = lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""
    line = without_passwords(line[: 10 * _MAX_SHOWN])
    if _SECRET.search(line):
        return ""
    return shortened(line)
