"""When a launch plan runs by itself."""

from __future__ import annotations

from enum import Enum

from flyte_nb.errors import InvalidValueError

from .checks import check_kind, check_text, check_texts
from .cron import cron_problem
from .message import Message, named, one_of
from .pattern import fullmatch
from .record import field
from .shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import timedelta
    from typing import Any, ClassVar

# ISO 8601: years to days, then hours to seconds; at least one of them.
_OFFSET = r"(?a:[-+]?P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?)"
_MAX_RATE = 2**32 - 1  # an unsigned number in the message


class FixedRateUnit(Enum):
    """What a rate is counted in (flyteidl ``admin.FixedRateUnit``)."""

    MINUTE = 0
    HOUR = 1
    DAY = 2


_MINUTES = {FixedRateUnit.DAY: 1440, FixedRateUnit.HOUR: 60, FixedRateUnit.MINUTE: 1}


class _Cron(Message):
    """A cron expression (flyteidl ``admin.CronSchedule``)."""

    IDL: ClassVar[str] = "admin.schedule_pb2.CronSchedule"

    schedule: str
    offset: str | None = None


class _Rate(Message):
    """A number of units of time (flyteidl ``admin.FixedRate``)."""

    IDL: ClassVar[str] = "admin.schedule_pb2.FixedRate"

    value: int
    unit: FixedRateUnit = field(default=FixedRateUnit.MINUTE, metadata=named(FixedRateUnit))

    def __post_init__(self) -> None:
        if type(self.value) is not int or not 1 <= self.value <= _MAX_RATE:
            raise InvalidValueError(
                f"FixedRate(value={shown(self.value)}): not a whole number from 1 to {_MAX_RATE}"
            )


class Schedule(Message):
    """When a launch plan runs (flyteidl ``admin.Schedule``); see its two kinds.

    Args:
        kickoff_time_input_arg: Input of the workflow that is given the time of the run.
        rate: At a rate.
        cron_schedule: By a cron expression.

    Raises:
        InvalidValueError: It has neither a rate nor a cron expression, or both.
    """

    IDL: ClassVar[str] = "admin.schedule_pb2.Schedule"

    kickoff_time_input_arg: str | None = None
    rate: _Rate | None = field(default=None, metadata=one_of(_Rate))
    cron_schedule: _Cron | None = field(default=None, metadata=one_of(_Cron))

    def __post_init__(self) -> None:
        owner = type(self).__name__
        check_texts(self, "kickoff_time_input_arg")
        check_kind(owner, "rate", self.rate, _Rate)
        check_kind(owner, "cron_schedule", self.cron_schedule, _Cron)
        if (self.rate is None) == (self.cron_schedule is None):
            raise InvalidValueError(f"{owner}(…): it has either a rate or a cron expression")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Any:
        """Return the schedule that `to_json` or admin made *data* of, of its kind.

        Raises:
            InvalidValueError: It is none.
        """
        base = super(Schedule, Schedule).from_json(data)
        if base.cron_schedule is not None:
            cron = base.cron_schedule
            return CronSchedule(
                schedule=cron.schedule,
                offset=cron.offset,
                kickoff_time_input_arg=base.kickoff_time_input_arg,
            )
        return FixedRate(_duration(base.rate), base.kickoff_time_input_arg)


class CronSchedule(Schedule):
    """Runs by a cron expression, in UTC (flytekit's ``CronSchedule``).

    Args:
        cron_expression: The older form of six fields; refused, as flytekit does.
        schedule: Five fields, or an alias such as ``daily``.
        offset: ISO 8601 duration that is added to the time.
        kickoff_time_input_arg: Input of the workflow that is given the time of the run.

    Raises:
        InvalidValueError: The schedule is none, or the offset is no duration.

    Example:
        >>> CronSchedule(schedule="0 8 * * mon-fri", kickoff_time_input_arg="at")
    """

    def __init__(
        self,
        cron_expression: str | None = None,
        schedule: str | None = None,
        offset: str | None = None,
        kickoff_time_input_arg: str | None = None,
    ) -> None:
        if cron_expression is not None:
            raise InvalidValueError(
                "CronSchedule(cron_expression=…): Flyte's own scheduler does not read it",
                hint="write schedule='minute hour day month weekday'",
            )
        when = check_text("CronSchedule", "schedule", schedule, required=True) or ""
        after = check_text("CronSchedule", "offset", offset)
        if problem := cron_problem(when):
            raise InvalidValueError(f"CronSchedule(schedule={shown(when)}): {problem}")
        if after is not None and not fullmatch(_OFFSET, after):
            raise InvalidValueError(
                f"CronSchedule(offset={shown(after)}): not an ISO 8601 duration",
                hint="such as PT30M",
            )
        super().__init__(kickoff_time_input_arg, cron_schedule=_Cron(when, after))

    def given(self) -> Iterator[tuple[str, Any]]:
        """Yield what the schedule was made of."""
        if self.cron_schedule is not None:
            yield from self.cron_schedule.given()
        if self.kickoff_time_input_arg:
            yield "kickoff_time_input_arg", self.kickoff_time_input_arg


class FixedRate(Schedule):
    """Runs at a fixed rate (flytekit's ``FixedRate``).

    Args:
        duration: From one run to the next: whole minutes.
        kickoff_time_input_arg: Input of the workflow that is given the time of the run.

    Raises:
        InvalidValueError: It is no duration of at least a minute, or not of whole minutes.

    Example:
        >>> FixedRate(timedelta(hours=6))
    """

    def __init__(self, duration: timedelta, kickoff_time_input_arg: str | None = None) -> None:
        minutes = _whole_minutes(duration)
        if not minutes:
            raise InvalidValueError(
                f"FixedRate(duration={shown(duration)}): not a number of whole minutes",
                hint="write FixedRate(timedelta(minutes=10))",
            )
        unit = next(unit for unit, size in _MINUTES.items() if not minutes % size)
        super().__init__(kickoff_time_input_arg, rate=_Rate(minutes // _MINUTES[unit], unit))

    def given(self) -> Iterator[tuple[str, Any]]:
        """Yield what the schedule was made of."""
        if self.rate is not None:
            yield "duration", _duration(self.rate)
        if self.kickoff_time_input_arg:
            yield "kickoff_time_input_arg", self.kickoff_time_input_arg

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield what a user wants to see, as (label, value)."""
        for label, text in super().rows():
            if label == "duration" and self.rate is not None:
                count, unit = self.rate.value, self.rate.unit.name.lower()
                yield "every", unit if count == 1 else f"{count} {unit}s"
            else:
                yield label, text


def _whole_minutes(duration: object) -> int:
    """Return how many minutes, from one up, a duration is; 0 for what is none or not whole."""
    from datetime import timedelta

    if not isinstance(duration, timedelta):
        return 0
    seconds = duration.days * 86_400 + duration.seconds
    return 0 if duration.microseconds or seconds % 60 or seconds < 0 else seconds // 60


def _duration(rate: _Rate) -> timedelta:
    from datetime import timedelta

    try:
        return timedelta(minutes=rate.value * _MINUTES[rate.unit])
    except OverflowError:
        raise InvalidValueError(f"FixedRate(value={rate.value}): too long") from None
