"""What is wrong with a configuration, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flyte_nb.display import visible

from .mask import without_passwords
from .secret_names import names_secret

# Nothing that stands above goes on below: a header of INI, or a key of YAML with none above it.
_BEGINNING = re.compile(r"\[[^\]\"'\[]+\]\s*\Z|[\w.-]+:\s*\Z")
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
        text = f"{visible(self.where)}: {visible(self.message)}"
        return f"{text}\n    {visible(self.line)}" if self.line else text


def shortened(text: str, limit: int = _MAX_SHOWN) -> str:
    """Return *text*, its end left out where it has more than *limit* characters."""
    return text if len(text) <= limit else f"{text[:limit]}…"


def shown_line(text: str, number: int) -> str:
    """Return a line of a file, for a `Problem`: cut where it is long, empty for a secret.

    Args:
        text: The file's content.
        number: The line's number, from 1.
    """
    lines = text.split("\n", number)[:number]
    if not 0 < number <= len(lines) or _holds_secret(lines):
        return ""
    return shortened(without_passwords(lines[-1].rstrip("\r")))


def _holds_secret(lines: list[str]) -> bool:
    """Return whether the last of *lines* may be of a secret, named there or in a line above."""
    for n, line in enumerate(reversed(lines)):
        if names_secret(line):
            return True
        if n and _BEGINNING.match(line):
            return False
    return False
