"""What is wrong with a configuration, and where."""

from __future__ import annotations

from dataclasses import dataclass


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
