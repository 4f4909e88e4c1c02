"""Who is told of the end of an execution."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from flyte_nb.errors import InvalidValueError

from .message import ByJson, Message, enum_named, one_of
from .phases import TERMINAL, WorkflowExecutionPhase

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class _Recipients(Message):
    recipients_email: list[str]

    def __post_init__(self) -> None:
        addresses: Any = self.recipients_email
        owner = type(self).__name__
        if not isinstance(addresses, (list, tuple)):
            raise InvalidValueError(f"{owner}(recipients_email={addresses!r}): not a list")
        if not addresses:
            raise InvalidValueError(f"{owner}(recipients_email=[]): nobody is told")
        for one in addresses:
            if not isinstance(one, str) or not one.strip():
                raise InvalidValueError(f"{owner}(recipients_email=[{one!r}]): not an address")
        object.__setattr__(self, "recipients_email", list(addresses))


@dataclass(frozen=True)
class EmailNotification(_Recipients):
    """Mail (flyteidl ``admin.EmailNotification``)."""

    IDL: ClassVar[str] = "admin.common_pb2.EmailNotification"


@dataclass(frozen=True)
class PagerDutyNotification(_Recipients):
    """Mail to PagerDuty (flyteidl ``admin.PagerDutyNotification``)."""

    IDL: ClassVar[str] = "admin.common_pb2.PagerDutyNotification"


@dataclass(frozen=True)
class SlackNotification(_Recipients):
    """Mail to Slack (flyteidl ``admin.SlackNotification``)."""

    IDL: ClassVar[str] = "admin.common_pb2.SlackNotification"


_PHASES = {
    "encode": lambda phases: [WorkflowExecutionPhase(phase).name for phase in phases],
    "decode": lambda names: [enum_named(WorkflowExecutionPhase, name) for name in names],
}


@dataclass(frozen=True, eq=False)
class Notification(ByJson):
    """What is sent when an execution ends in one of some phases (flyteidl ``admin.Notification``).

    Args:
        phases: Phases in which an execution ends.
        email: Mail.
        pager_duty: Mail to PagerDuty.
        slack: Mail to Slack.

    Raises:
        InvalidValueError: No phase, or one in which no execution ends.
    """

    IDL: ClassVar[str] = "admin.common_pb2.Notification"
    VALID_PHASES: ClassVar[frozenset[WorkflowExecutionPhase]] = frozenset(TERMINAL)

    phases: Sequence[int] = field(metadata=_PHASES)
    email: EmailNotification | None = field(default=None, metadata=one_of(EmailNotification))
    pager_duty: PagerDutyNotification | None = field(
        default=None, metadata=one_of(PagerDutyNotification)
    )
    slack: SlackNotification | None = field(default=None, metadata=one_of(SlackNotification))

    def __post_init__(self) -> None:
        owner, allowed = type(self).__name__, ", ".join(phase.name for phase in TERMINAL)
        if not isinstance(self.phases, (list, tuple)) or not self.phases:
            raise InvalidValueError(
                f"{owner}(phases={self.phases!r}): at least one phase", hint=f"of {allowed}"
            )
        found = []
        for phase in self.phases:
            try:
                known = enum_named(WorkflowExecutionPhase, phase)
            except InvalidValueError:
                raise InvalidValueError(
                    f"{owner}(phases=[{phase!r}]): there is no such phase", hint=f"of {allowed}"
                ) from None
            if not known.is_terminal:
                raise InvalidValueError(
                    f"{owner}(phases=[{known.name}]): an execution does not end in it",
                    hint=f"of {allowed}",
                )
            found.append(known)
        object.__setattr__(self, "phases", found)


Notification.KIND = Notification


class Email(Notification):
    """Mail to people (flytekit's ``Email``).

    Example:
        >>> Email(phases=[WorkflowExecutionPhase.FAILED], recipients_email=["me@example.com"])
    """

    def __init__(self, phases: Sequence[int], recipients_email: Sequence[str]) -> None:
        super().__init__(phases, email=EmailNotification(recipients_email))  # type: ignore[arg-type]


class PagerDuty(Notification):
    """Mail to PagerDuty (flytekit's ``PagerDuty``)."""

    def __init__(self, phases: Sequence[int], recipients_email: Sequence[str]) -> None:
        super().__init__(phases, pager_duty=PagerDutyNotification(recipients_email))  # type: ignore[arg-type]


class Slack(Notification):
    """Mail to Slack (flytekit's ``Slack``)."""

    def __init__(self, phases: Sequence[int], recipients_email: Sequence[str]) -> None:
        super().__init__(phases, slack=SlackNotification(recipients_email))  # type: ignore[arg-type]
