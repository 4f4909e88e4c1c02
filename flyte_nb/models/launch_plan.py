"""A launch plan as admin has it."""

from __future__ import annotations

from enum import IntEnum

from flyte_nb.errors import InvalidValueError

from .checks import check_bool, check_kind, check_texts, plain
from .common import Annotations, AuthRole, Envs, Labels, RawOutputDataConfig
from .identifiers import Identifier
from .json_form import enum_named
from .message import Message, many_of, one_of
from .notifications import Notification
from .record import field
from .schedules import Schedule
from .security import SecurityContext
from .shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

_MAX_INT32 = 2**31 - 1


class ConcurrencyLimitBehavior(IntEnum):
    """What happens when as many executions run as may (flyteidl's enum of that name)."""

    SKIP = 1


_PREFIX = "CONCURRENCY_LIMIT_BEHAVIOR_"
_BEHAVIOR = {
    "encode": lambda value: f"{_PREFIX}{ConcurrencyLimitBehavior(value).name}",
    "decode": lambda name: enum_named(
        ConcurrencyLimitBehavior,
        plain(name).removeprefix(_PREFIX) if isinstance(name, str) else name,
    ),
}


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
        _check_number("ConcurrencyPolicy", "max_concurrency", self.max_concurrency, 1)
        if self.behavior is not ConcurrencyLimitBehavior.SKIP:
            raise InvalidValueError(
                f"ConcurrencyPolicy(behavior={shown(self.behavior)}):"
                " not ConcurrencyLimitBehavior.SKIP"
            )


class LaunchPlanMetadata(Message):
    """When a launch plan runs, and who is told (flyteidl ``admin.LaunchPlanMetadata``).

    Attributes:
        schedule: When.
        notifications: Who.
        launch_conditions: JSON of a ``google.protobuf.Any`` that says what else makes it run.
    """

    IDL: ClassVar[str] = "admin.launch_plan_pb2.LaunchPlanMetadata"

    schedule: Schedule | None = field(default=None, metadata=one_of(Schedule))
    notifications: list[Notification] | None = field(default=None, metadata=many_of(Notification))
    launch_conditions: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        owner, told = "LaunchPlanMetadata", self.notifications
        check_kind(owner, "schedule", self.schedule, Schedule)
        check_kind(owner, "launch_conditions", self.launch_conditions, dict)
        if told is not None:
            check_kind(owner, "notifications", told, list)
            for one in plain(told):
                check_kind(owner, "notifications", one, Notification, required=True)
            self._set(notifications=plain(told))


class _Auth(AuthRole):
    """Who an execution runs as, in the oldest way (flyteidl ``admin.Auth``)."""

    IDL: ClassVar[str] = "admin.launch_plan_pb2.Auth"


def _raw_output(data: Any) -> RawOutputDataConfig | None:
    """Return None for the empty message that flytekit sends where nothing was chosen."""
    return None if type(data) is dict and not data else RawOutputDataConfig.from_json(data)


class LaunchPlanSpec(Message):
    """A launch plan (flyteidl ``admin.LaunchPlanSpec``).

    What a plan of this package never has is kept all the same, for plans that admin sends.

    Attributes:
        workflow_id: What it launches.
        default_inputs: JSON of a ``core.ParameterMap``.
        fixed_inputs: JSON of a ``core.LiteralMap``.
        role: Who it runs as; as `auth` and `auth_role`, from before there was a security context.
        interruptible: Whether its nodes may lose their machine; None for what the platform does.
        quality_of_service: JSON of a ``core.QualityOfService``.
        execution_env_assignments: JSON of ``core.ExecutionEnvAssignment`` messages.
        cluster_assignment: JSON of an ``admin.ClusterAssignment``.
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
        default=None, metadata={**one_of(RawOutputDataConfig), "decode": _raw_output}
    )
    max_parallelism: int | None = None
    overwrite_cache: bool | None = None
    concurrency_policy: ConcurrencyPolicy | None = field(
        default=None, metadata=one_of(ConcurrencyPolicy)
    )
    role: str | None = None
    auth: _Auth | None = field(default=None, metadata=one_of(_Auth))
    auth_role: AuthRole | None = field(default=None, metadata=one_of(AuthRole))
    envs: Envs | None = field(default=None, metadata=one_of(Envs))
    interruptible: bool | None = field(default=None, metadata={"wrapped": True})
    quality_of_service: dict[str, Any] | None = None
    execution_env_assignments: list[Any] | None = None
    cluster_assignment: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        owner = "LaunchPlanSpec"
        for name, kind in _KINDS.items():
            check_kind(owner, name, getattr(self, name), kind)
        if self.max_parallelism is not None:
            _check_number(owner, "max_parallelism", self.max_parallelism, 0)
        for name in ("overwrite_cache", "interruptible"):
            if getattr(self, name) is not None:
                check_bool(owner, name, getattr(self, name))
        check_texts(self, "role")


_KINDS: dict[str, type] = {
    "workflow_id": Identifier,
    "entity_metadata": LaunchPlanMetadata,
    "default_inputs": dict,
    "fixed_inputs": dict,
    "labels": Labels,
    "annotations": Annotations,
    "security_context": SecurityContext,
    "raw_output_data_config": RawOutputDataConfig,
    "concurrency_policy": ConcurrencyPolicy,
    "auth": _Auth,
    "auth_role": AuthRole,
    "envs": Envs,
    "quality_of_service": dict,
    "execution_env_assignments": list,
    "cluster_assignment": dict,
}


def _check_number(owner: str, name: str, value: object, low: int) -> None:
    if type(value) is not int or not low <= value <= _MAX_INT32:
        raise InvalidValueError(
            f"{owner}({name}={shown(value)}): not a whole number from {low} to {_MAX_INT32}"
        )
