"""What an attempt has logged: kept by line and field, and shown with the run."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

MAX_LINES = 500
MAX_CHARACTERS = 2_000  # of one line

# What each record has; the rest came by `extra=`.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_OF_CONTEXT = ("flyte_execution", "flyte_task", "flyte_attempt")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One record of the task's logger.

    Attributes:
        at: When, in UTC.
        level: Name of its level.
        message: What it says, without secrets; a traceback stands below.
        fields: What came by ``extra=``, by name.
    """

    at: datetime
    level: str
    message: str
    fields: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        words = [f"{self.at.astimezone():%H:%M:%S}", self.level, self.message]
        return " ".join([*words, *(f"{name}={value}" for name, value in self.fields)])


class TaskLog:
    """The last lines of one attempt, safe to add to from any thread."""

    __slots__ = ("_lines", "count")

    def __init__(self) -> None:
        self._lines: deque[LogLine] = deque(maxlen=MAX_LINES)
        self.count = 0

    def add(self, record: logging.LogRecord) -> None:
        """Keep *record*, which has no secrets any more."""
        text = record.getMessage()
        if record.exc_info:
            trace = record.exc_text or logging.Formatter().formatException(record.exc_info)
            text = f"{text}\n{trace}"
        if len(text) > MAX_CHARACTERS:
            text = f"{text[: MAX_CHARACTERS - 1]}…"
        at = datetime.fromtimestamp(record.created, timezone.utc)
        self._lines.append(LogLine(at, record.levelname, text, tuple(fields(record).items())))
        self.count += 1

    def lines(self) -> tuple[LogLine, ...]:
        """Return the lines that were kept."""
        return tuple(self._lines)


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return what came by ``extra=``, as text."""
    more = vars(record).keys() - _STANDARD
    return {
        name: str(value)[:MAX_CHARACTERS]
        for name, value in vars(record).items()
        if name in more and name not in _OF_CONTEXT
    }
