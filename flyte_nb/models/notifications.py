"""Who is told of the end of an execution."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003 - whoever evaluates the annotations finds it

from flyte_nb.errors import InvalidValueError

from .checks import check_kind, plain, text_problem
from .json_form import enum_named, json_list
from .message import ByJson, Message, one_of
from .phases import TERMINAL, WorkflowExecutionPhase
from .record import field
from .shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, ClassVar


class _Recipients(Message):
    recipients_email: list[str]

    def __post_init__(self) -> None:
        self._set(recipients_email=_addresses(type(self).__name__, self.recipients_email))


def _addresses(owner: str, addresses: object) -> list[str]:
    """Return *addresses* as plain text; a message says that the class *owner* was given them."""
    if not isinstance(addresses, (list, tuple)):
        raise InvalidValueError(
            f"{owner}(recipients_email={shown(addresses)}): not a list",
            hint="write recipients_email=['me@example.com']",
        )
    given = plain(addresses)
    if not given:
        raise InvalidValueError(f"{owner}(recipients_email=[]): nobody is told")
    for one in given:
        if text_problem(one) or not plain(one).strip():
            raise InvalidValueError(f"{owner}(recipients_email=[{shown(one)}]): not an address")
    return [plain(one) for one in given]


class EmailNotification(_Recipients):
    """Mail (flyteidl ``admin.EmailNotification``)."""

    IDL: ClassVar[str] = "admin.common_pb2.EmailNotification"


class PagerDutyNotification(_Recipients):
    """Mail to PagerDuty (flyteidl ``admin.PagerDutyNotification``)."""

    IDL: ClassVar[str] = "admin.common_pb2.PagerDutyNotification"


class SlackNotification(_Recipients):
    """Mail to Slack (flyteidl ``admin.SlackNotification``)."""

    IDL: ClassVar[str] = "admin.common_pb2.SlackNotification"


_PHASES = {
    "encode": lambda phases: [WorkflowExecutionPhase(phase).name for phase in phases],
    "decode": lambda names: json_list("Notification", names),
}


class Notification(ByJson):
    """What is sent when an execution ends in one of some phases (flyteidl ``admin.Notification``).

    Args:
        phases: Phases in which an execution ends.
        email: Mail.
        pager_duty: Mail to PagerDuty.
        slack: Mail to Slack.

    Raises:
        InvalidValueError: No phase, or one in which no execution ends; nobody is told, or in
            several ways at once.
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
        phases = plain(self.phases) if isinstance(self.phases, (list, tuple)) else None
        if not phases:
            raise InvalidValueError(
                f"{owner}(phases={shown(self.phases)}): at least one phase", hint=f"of {allowed}"
            )
        found = []
        for phase in phases:
            try:
                known = enum_named(WorkflowExecutionPhase, phase)
            except InvalidValueError:
                raise InvalidValueError(
                    f"{owner}(phases=[{shown(phase)}]): there is no such phase",
                    hint=f"of {allowed}",
                ) from None
            if not known.is_terminal:
                raise InvalidValueError(
                    f"{owner}(phases=[{known.name}]): an execution does not end in it",
                    hint=f"of {allowed}",
                )
            found.append(known)
        self._set(phases=found)
        for name, kind in _WAYS.items():
            check_kind(owner, name, getattr(self, name), kind)
        ways = [name for name in _WAYS if getattr(self, name) is not None]
        if len(ways) != 1:
            raise InvalidValueError(
                f"{owner}({', '.join(f'{way}=…' for way in ways)}):"
                f" {'several ways at once' if ways else 'nobody is told'}",
                hint=f"give one of {', '.join(_WAYS)}",
            )


_WAYS = {
    "email": EmailNotification,
    "pager_duty": PagerDutyNotification,
    "slack": SlackNotification,
}


class _ToPeople(Notification):
    """A notification that goes one way; it shows what it is made of."""

    def given(self) -> Iterator[tuple[str, Any]]:
        """Yield what the notification was made of."""
        way = self.email or self.pager_duty or self.slack
        yield "phases", self.phases
        yield "recipients_email", [] if way is None else way.recipients_email


class Email(_ToPeople):
    """Mail to people (flytekit's ``Email``).

    Example:
        >>> Email(phases=[WorkflowExecutionPhase.FAILED], recipients_email=["me@example.com"])
    """

    def __init__(self, phases: Sequence[int], recipients_email: Sequence[str]) -> None:
        people = _addresses(type(self).__name__, recipients_email)
        super().__init__(phases, email=EmailNotification(people))


class PagerDuty(_ToPeople):
    """Mail to PagerDuty (flytekit's ``PagerDuty``)."""

    def __init__(self, phases: Sequence[int], recipients_email: Sequence[str]) -> None:
        people = _addresses(type(self).__name__, recipients_email)
        super().__init__(phases, pager_duty=PagerDutyNotification(people))


class Slack(_ToPeople):
    """Mail to Slack (flytekit's ``Slack``)."""

    def __init__(self, phases: Sequence[int], recipients_email: Sequence[str]) -> None:
        people = _addresses(type(self).__name__, recipients_email)
        super().__init__(phases, slack=SlackNotification(people))
