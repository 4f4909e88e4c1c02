"""Names of executions and tasks, and the rules that Flyte admin has for them."""

from __future__ import annotations

from enum import IntEnum

from flyte_nb.errors import InvalidValueError

from .checks import check_texts
from .json_form import enum_named
from .message import Message, named
from .pattern import fullmatch
from .record import field
from .shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

# flyteadmin: pkg/manager/impl/validation (execution names, DNS-1123 labels of Kubernetes)
_EXECUTION_NAME = r"[a-z][a-z0-9-]{0,62}"
_DNS_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
# What a field is of which JSON says nothing: admin leaves empty text out.
_EMPTY = {"absent": ""}


class ResourceType(IntEnum):
    """What an `Identifier` names (flyteidl ``core.ResourceType``)."""

    UNSPECIFIED = 0
    TASK = 1
    WORKFLOW = 2
    LAUNCH_PLAN = 3


class WorkflowExecutionIdentifier(Message):
    """One execution (flyteidl ``core.WorkflowExecutionIdentifier``).

    Attributes:
        project: Flyte project.
        domain: Flyte domain, e.g. ``development``.
        name: Name of the execution, unique in project and domain.
        org: Organization, where the platform has several.

    Raises:
        InvalidValueError: One of them is no text.
    """

    IDL: ClassVar[str] = "core.identifier_pb2.WorkflowExecutionIdentifier"

    project: str = field(metadata=_EMPTY)
    domain: str = field(metadata=_EMPTY)
    name: str = field(metadata=_EMPTY)
    org: str | None = None

    def __post_init__(self) -> None:
        check_texts(self, "project", "domain", "name", required=True, empty=True)
        if self.org is not None:
            check_texts(self, "org")

    def __str__(self) -> str:
        return f"ex:{self.project}:{self.domain}:{self.name}"


class Identifier(Message):
    """One version of a task, workflow or launch plan (flyteidl ``core.Identifier``).

    Attributes:
        resource_type: What it names.
        project: Flyte project.
        domain: Flyte domain.
        name: Its name, unique for its type in project and domain.
        version: Its version.
        org: Organization, where the platform has several.

    Raises:
        InvalidValueError: One of them is no text, or there is no such type.
    """

    IDL: ClassVar[str] = "core.identifier_pb2.Identifier"

    resource_type: ResourceType = field(
        metadata={**named(ResourceType), "absent": ResourceType.UNSPECIFIED}
    )
    project: str = field(metadata=_EMPTY)
    domain: str = field(metadata=_EMPTY)
    name: str = field(metadata=_EMPTY)
    version: str = field(metadata=_EMPTY)
    org: str | None = None

    def __post_init__(self) -> None:
        given: object = self.resource_type
        if not isinstance(given, ResourceType):
            where = "Identifier(resource_type=…)"
            self._set(resource_type=enum_named(ResourceType, given, where))
        check_texts(self, "project", "domain", "name", "version", required=True, empty=True)
        if self.org is not None:
            check_texts(self, "org")

    def resource_type_name(self) -> str:
        """Return what it names, as flyteidl and flytekit call it: ``TASK``."""
        return self.resource_type.name

    def __str__(self) -> str:
        return (
            f"{self.resource_type_name()}:{self.project}:{self.domain}:{self.name}:{self.version}"
        )


def check_label(field: str, value: object) -> str:
    """Return *value* if it can name a project or a domain.

    Raises:
        InvalidValueError: It cannot.
    """
    if isinstance(value, str) and fullmatch(_DNS_LABEL, value):
        return str.__str__(value)
    raise InvalidValueError(
        f"{field} {shown(value)} is not a name that Flyte accepts",
        hint="use 1 to 63 lower-case letters, digits and dashes; begin and end with no dash",
    )


def check_execution_name(value: object) -> str:
    """Return *value* if it can name an execution.

    Raises:
        InvalidValueError: It cannot.
    """
    if isinstance(value, str) and fullmatch(_EXECUTION_NAME, value):
        return value
    raise InvalidValueError(
        f"execution name {shown(value)} is not one that Flyte accepts",
        hint="begin with a lower-case letter; then up to 62 lower-case letters, digits, dashes",
    )
