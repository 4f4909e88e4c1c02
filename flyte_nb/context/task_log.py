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
        trace = record.exc_text  # of a record from another process that alone
        if not trace and record.exc_info:
            trace = logging.Formatter().formatException(record.exc_info)
        if trace:
            text = f"{text}\n{trace}"
        at = datetime.fromtimestamp(record.created, timezone.utc)
        more = tuple((name, shortened(value)) for name, value in fields(record).items())
        self._lines.append(LogLine(at, record.levelname, shortened(text), more))
        self.count += 1

    def lines(self) -> tuple[LogLine, ...]:
        """Return the lines that were kept."""
        return tuple(self._lines)


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return what came by ``extra=``, as text, all of it: half a secret is not found."""
    return {
        name: _text(value)
        for name, value in vars(record).items()
        if name not in _STANDARD and name not in _OF_CONTEXT
    }


def shortened(text: str) -> str:
    """Return *text*, from which secrets were taken, at a length that can be kept."""
    return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 1]}…"


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - a user's object may fail to describe itself
        return f"<{type(value).__name__} that cannot be shown>"
