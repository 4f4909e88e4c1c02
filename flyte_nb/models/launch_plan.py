"""A launch plan as admin has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar

from flyte_nb.errors import InvalidValueError

from .common import Annotations, Labels, RawOutputDataConfig
from .identifiers import Identifier
from .message import Message, enum_named, many_of, one_of
from .notifications import Notification
from .schedules import Schedule
from .security import SecurityContext


class ConcurrencyLimitBehavior(IntEnum):
    """What happens when as many executions run as may (flyteidl's enum of that name)."""

    SKIP = 1


_PREFIX = "CONCURRENCY_LIMIT_BEHAVIOR_"
_BEHAVIOR = {
    "encode": lambda value: f"{_PREFIX}{ConcurrencyLimitBehavior(value).name}",
    "decode": lambda name: enum_named(ConcurrencyLimitBehavior, str(name).removeprefix(_PREFIX)),
}


@dataclass(frozen=True)
class ConcurrencyPolicy(Message):
    """How many executions of a launch plan run at a time (flyteidl ``admin.ConcurrencyPolicy``).

    Args:
        max_concurrency: At most so many, from 1 up.
        behavior: What happens to the next one.

    Raises:
        InvalidValueError: It is no such number.
    """

    IDL: ClassVar[str] = "admin.launch_plan_pb2.ConcurrencyPolicy"

    max_concurrency: int = field(metadata={"json": "max"})
    behavior: ConcurrencyLimitBehavior = field(
        default=ConcurrencyLimitBehavior.SKIP, metadata=_BEHAVIOR
    )

    def __post_init__(self) -> None:
        if type(self.max_concurrency) is not int or not 1 <= self.max_concurrency < 2**31:
            raise InvalidValueError(
                f"ConcurrencyPolicy(max_concurrency={self.max_concurrency!r}): not a number from 1"
            )
        if self.behavior != ConcurrencyLimitBehavior.SKIP:
            raise InvalidValueError(
                f"ConcurrencyPolicy(behavior={self.behavior!r}): not ConcurrencyLimitBehavior.SKIP"
            )


@dataclass(frozen=True)
class LaunchPlanMetadata(Message):
    """When a launch plan runs, and who is told (flyteidl ``admin.LaunchPlanMetadata``)."""

    IDL: ClassVar[str] = "admin.launch_plan_pb2.LaunchPlanMetadata"

    schedule: Schedule | None = field(default=None, metadata=one_of(Schedule))
    notifications: list[Notification] | None = field(default=None, metadata=many_of(Notification))


@dataclass(frozen=True, kw_only=True)
class LaunchPlanSpec(Message):
    """A launch plan (flyteidl ``admin.LaunchPlanSpec``).

    Attributes:
        workflow_id: What it launches.
        default_inputs: JSON of a ``core.ParameterMap``.
        fixed_inputs: JSON of a ``core.LiteralMap``.
    """

    IDL: ClassVar[str] = "admin.launch_plan_pb2.LaunchPlanSpec"

    workflow_id: Identifier | None = field(default=None, metadata=one_of(Identifier))
    entity_metadata: LaunchPlanMetadata | None = field(
        default=None, metadata=one_of(LaunchPlanMetadata)
    )
    default_inputs: dict[str, Any] | None = field(
        default=None, metadata={"decode": lambda data: data or {"parameters": {}}}
    )
    fixed_inputs: dict[str, Any] | None = field(
        default=None, metadata={"decode": lambda data: data or {"literals": {}}}
    )
    labels: Labels | None = field(default=None, metadata=one_of(Labels))
    annotations: Annotations | None = field(default=None, metadata=one_of(Annotations))
    security_context: SecurityContext | None = field(default=None, metadata=one_of(SecurityContext))
    raw_output_data_config: RawOutputDataConfig | None = field(
        default=None, metadata=one_of(RawOutputDataConfig)
    )
    max_parallelism: int | None = None
    overwrite_cache: bool | None = None
    concurrency_policy: ConcurrencyPolicy | None = field(
        default=None, metadata=one_of(ConcurrencyPolicy)
    )
