"""Names of executions and tasks, and the rules that Flyte admin has for them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar

from flyte_nb.errors import InvalidValueError

from .message import Message, named

# flyteadmin: pkg/manager/impl/validation (execution names, DNS-1123 labels of Kubernetes)
_EXECUTION_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
_DNS_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class ResourceType(Enum):
    """What an `Identifier` names (flyteidl ``core.ResourceType``)."""

    UNSPECIFIED = 0
    TASK = 1
    WORKFLOW = 2
    LAUNCH_PLAN = 3


@dataclass(frozen=True, slots=True)
class WorkflowExecutionIdentifier(Message):
    """One execution (flyteidl ``core.WorkflowExecutionIdentifier``).

    Attributes:
        project: Flyte project.
        domain: Flyte domain, e.g. ``development``.
        name: Name of the execution, unique in project and domain.
    """

    IDL: ClassVar[str] = "core.identifier_pb2.WorkflowExecutionIdentifier"

    project: str
    domain: str
    name: str

    def __str__(self) -> str:
        return f"ex:{self.project}:{self.domain}:{self.name}"


@dataclass(frozen=True, slots=True)
class Identifier(Message):
    """One version of a task, workflow or launch plan (flyteidl ``core.Identifier``)."""

    IDL: ClassVar[str] = "core.identifier_pb2.Identifier"

    resource_type: ResourceType = field(metadata=named(ResourceType))
    project: str
    domain: str
    name: str
    version: str

    def __str__(self) -> str:
        kind = self.resource_type.name
        return f"{kind}:{self.project}:{self.domain}:{self.name}:{self.version}"


def check_label(field: str, value: object) -> str:
    """Return *value* if it can name a project or a domain.

    Raises:
        InvalidValueError: It cannot.
    """
    if isinstance(value, str) and _DNS_LABEL.fullmatch(value):
        return value
    raise InvalidValueError(
        f"{field} {value!r} is not a name that Flyte accepts",
        hint="use 1 to 63 lower-case letters, digits and dashes; begin and end with no dash",
    )


def check_execution_name(value: object) -> str:
    """Return *value* if it can name an execution.

    Raises:
        InvalidValueError: It cannot.
    """
    if isinstance(value, str) and _EXECUTION_NAME.fullmatch(value):
        return value
    raise InvalidValueError(
        f"execution name {value!r} is not one that Flyte accepts",
        hint="begin with a lower-case letter; then up to 62 lower-case letters, digits, dashes",
    )
