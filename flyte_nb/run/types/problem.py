"""Which way a value goes, and why it cannot go there."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeAlias


class Way(Enum):
    """Which way a value goes."""

    IN = "into a task"
    OUT = "out of a task"


Convert: TypeAlias = Callable[[Any, Way], Any]


class ConversionError(Exception):
    """A value cannot enter or leave a task; whoever knows the task says where.

    Args:
        reason: Why not.
        hint: What to do about it.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint

    def inside(self, part: str) -> ConversionError:
        """Return the same error, of a value that has *part*."""
        return ConversionError(f"{part}: {self.reason}", self.hint)
