"""Whether a text says when something is to happen, as cron takes it."""

from __future__ import annotations

from .pattern import fullmatch
from .shown import shortened, shown

ALIASES = frozenset(
    {
        *("hourly", "hours", "@hourly", "daily", "days", "@daily", "weekly", "weeks", "@weekly"),
        *("monthly", "months", "@monthly", "annually", "@annually", "yearly", "years", "@yearly"),
    }
)
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Name, smallest and largest value, names for values from the smallest up. robfig/cron, which
# Flyte's scheduler reads schedules with, and croniter agree on these.
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
)
# Days that a month has at most.
_LENGTHS = dict(zip(range(1, 13), (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True))
_PART = r"(?P<first>\*|\?|[a-z0-9]+)(?:-(?P<last>[a-z0-9]+))?(?:/(?P<step>[0-9]+))?"
_MAX_DIGITS = 9  # Python converts no text of more than 4300


def cron_problem(schedule: str) -> str:
    """Return what is wrong with *schedule*, empty text for nothing.

    Example:
        >>> cron_problem("*/10 8-18 * * mon-fri")
        ''
        >>> cron_problem("61 * * * *")
        'minute 61 is not one of 0 to 59'
    """
    if schedule.lower() in ALIASES:
        return ""
    words = schedule.lower().split()
    if len(words) != len(_FIELDS):
        return f"{len(words)} fields: it takes {', '.join(name for name, *_ in _FIELDS)}"
    for word, field in zip(words, _FIELDS, strict=True):
        for part in word.split(","):
            if problem := _part_problem(part, *field):
                return problem
    return _date_problem(*words[2:])


def _date_problem(days: str, months: str, weekdays: str) -> str:
    """Return why there is no such date; days of the week, where there are any, all come."""
    if weekdays not in {"*", "?"}:
        return ""
    first = min(_values(days, *_FIELDS[2][1:]))
    if first <= max(_LENGTHS[month] for month in _values(months, *_FIELDS[3][1:])):
        return ""
    return f"day {first} never comes in month {months}"


def _values(word: str, low: int, high: int, names: tuple[str, ...]) -> set[int]:
    """Return the numbers of a field that is right."""
    found: set[int] = set()
    for part in word.split(","):
        ends, _, step = part.partition("/")
        first, _, last = ends.partition("-")
        begin = low if first in {"*", "?"} else _number_of(first, low, names)
        if last:
            end = _number_of(last, low, names)
        else:
            end = high if step or first in {"*", "?"} else begin
        found.update(range(begin, end + 1, int(step or 1)))
    return found


def _number_of(text: str, low: int, names: tuple[str, ...]) -> int:
    return low + names.index(text) if text in names else int(text)


def _part_problem(part: str, name: str, low: int, high: int, names: tuple[str, ...]) -> str:
    match = fullmatch(_PART, part)
    if match is None:
        return f"{name} {shown(part)} is not a number, a range, a step or *"
    ends = [match[end] for end in ("first", "last") if match[end] is not None]
    if match["first"] in {"*", "?"}:
        if match["last"] is not None:
            return f"{name} {shown(part)} is not a range"
        ends = []
    numbers = []
    for end in ends:
        if end not in names and not low <= _number(end) <= high:
            return f"{name} {shortened(end)} is not one of {low} to {high}"
        numbers.append(_number_of(end, low, names))
    if numbers != sorted(numbers):
        return f"{name} {shown(part)} runs backwards"
    if match["step"] is not None and not 0 < _number(match["step"]) <= high:
        return f"{name} {shown(part)} has a step that is not one of 1 to {high}"
    return ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= _MAX_DIGITS else -1
