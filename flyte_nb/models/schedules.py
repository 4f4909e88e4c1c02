"""When a launch plan runs by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from flyte_nb.errors import InvalidValueError

from .cron import cron_problem
from .message import Message, check_text, named, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

# ISO 8601: years to days, then hours to seconds; at least one of them.
_OFFSET = re.compile(
    r"[-+]?P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?"
)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class FixedRateUnit(Enum):
    """What a rate is counted in (flyteidl ``admin.FixedRateUnit``)."""

    MINUTE = 0
    HOUR = 1
    DAY = 2


@dataclass(frozen=True)
class _Cron(Message):
    """A cron expression (flyteidl ``admin.CronSchedule``)."""

    IDL: ClassVar[str] = "admin.schedule_pb2.CronSchedule"

    schedule: str
    offset: str | None = None


@dataclass(frozen=True)
class _Rate(Message):
    """A number of units of time (flyteidl ``admin.FixedRate``)."""

    IDL: ClassVar[str] = "admin.schedule_pb2.FixedRate"

    value: int
    unit: FixedRateUnit = field(default=FixedRateUnit.MINUTE, metadata=named(FixedRateUnit))


@dataclass(frozen=True)
class Schedule(Message):
    """When a launch plan runs (flyteidl ``admin.Schedule``); see its two kinds.

    Args:
        kickoff_time_input_arg: Input of the workflow that is given the time of the run.
        rate: At a rate.
        cron_schedule: By a cron expression.
    """

    IDL: ClassVar[str] = "admin.schedule_pb2.Schedule"

    kickoff_time_input_arg: str | None = None
    rate: _Rate | None = field(default=None, metadata=one_of(_Rate))
    cron_schedule: _Cron | None = field(default=None, metadata=one_of(_Cron))

    def __post_init__(self) -> None:
        check_text(type(self).__name__, "kickoff_time_input_arg", self.kickoff_time_input_arg)

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
        if base.rate is not None:
            unit = {"MINUTE": _MINUTE, "HOUR": _HOUR, "DAY": _DAY}[base.rate.unit.name]
            return FixedRate(int(base.rate.value) * unit, base.kickoff_time_input_arg)
        raise InvalidValueError("a schedule has a rate or a cron expression")


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
        if cron_expression:
            raise InvalidValueError(
                "CronSchedule(cron_expression=…): Flyte's own scheduler does not read it",
                hint="write schedule='minute hour day month weekday'",
            )
        check_text("CronSchedule", "schedule", schedule, required=True)
        check_text("CronSchedule", "offset", offset)
        if problem := cron_problem(schedule or ""):
            raise InvalidValueError(f"CronSchedule(schedule={schedule!r}): {problem}")
        if offset is not None and not _OFFSET.fullmatch(offset):
            raise InvalidValueError(
                f"CronSchedule(offset={offset!r}): not an ISO 8601 duration", hint="such as PT30M"
            )
        super().__init__(kickoff_time_input_arg, cron_schedule=_Cron(schedule or "", offset))


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
        is_duration: Any = isinstance(duration, timedelta)
        if not is_duration or duration < _MINUTE or duration % _MINUTE:
            raise InvalidValueError(
                f"FixedRate(duration={duration!r}): not a number of whole minutes",
                hint="write FixedRate(timedelta(minutes=10))",
            )
        rate = next(
            _Rate(duration // size, unit)
            for size, unit in (
                (_DAY, FixedRateUnit.DAY),
                (_HOUR, FixedRateUnit.HOUR),
                (_MINUTE, FixedRateUnit.MINUTE),
            )
            if not duration % size
        )
        super().__init__(kickoff_time_input_arg, rate=rate)
