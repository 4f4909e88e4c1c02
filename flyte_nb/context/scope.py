"""What all attempts of one run share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.models import Identifier, Secret, WorkflowExecutionIdentifier

    from .workspace import Workspace


def _now() -> datetime:
    return datetime.now(timezone.utc)


# Not frozen, unlike other data here: one is made for each call of a task, and the
# initializer of a frozen class costs three times as much.
@dataclass(kw_only=True, slots=True, eq=False)
class RunScope:
    """The run behind an `ExecutionParameters`; never changed once it is made.

    Attributes:
        execution_id: The execution that the run is.
        workspace: Its directories.
        identify: Gives the running task's identifier, None outside of tasks.
        started_at: When it began, in UTC.
        enable_deck: Whether the task asked for its decks to be shown.
        secret_requests: Secrets that the task declared.
        name_is_fresh: Whether the execution's name was made up for this run.
    """

    execution_id: WorkflowExecutionIdentifier
    workspace: Workspace
    identify: Callable[[WorkflowExecutionIdentifier], Identifier | None]
    started_at: datetime = field(default_factory=_now)
    enable_deck: bool = False
    secret_requests: tuple[Secret, ...] = ()
    name_is_fresh: bool = True
