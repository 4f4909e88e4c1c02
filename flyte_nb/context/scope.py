"""What all attempts of one run share."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from .secrets.rules import EVERYTHING, SecretRules

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.models import Identifier, WorkflowExecutionIdentifier

    from .checkpoint.attempts import Call, RunCheckpoints
    from .workspace import Workspace

_making_checkpoints = threading.Lock()


def _now() -> datetime:
    return datetime.now(timezone.utc)


# Not frozen, unlike other data here: one is made for each call of a task, and the
# initializer of a frozen class costs three times as much.
@dataclass(kw_only=True, slots=True, eq=False)
class RunScope:
    """The run behind an `ExecutionParameters`; only its checkpoints come later.

    Attributes:
        execution_id: The execution that the run is.
        workspace: Its directories.
        identify: Gives the running task's identifier, None outside of tasks.
        started_at: When it began, in UTC.
        enable_deck: Whether the task asked for its decks to be shown.
        secret_rules: Which secrets the task may have, and where else they are looked for.
        mode: ``local``, or ``pod`` where what a pod does not have is refused.
        name_is_fresh: Whether the execution's name was made up for this run.
        called: Says which task runs with which inputs; None outside of tasks.
        run_checkpoints: The run's checkpoints, None until they are first asked for.
    """

    execution_id: WorkflowExecutionIdentifier
    workspace: Workspace
    identify: Callable[[WorkflowExecutionIdentifier], Identifier | None]
    started_at: datetime = field(default_factory=_now)
    enable_deck: bool = False
    secret_rules: SecretRules = EVERYTHING
    mode: str = "local"
    name_is_fresh: bool = True
    called: Callable[[], Call] | None = None
    run_checkpoints: RunCheckpoints | None = None

    def checkpoints(self) -> RunCheckpoints:
        """Return the run's checkpoints, the same at each call."""
        from .checkpoint.attempts import RunCheckpoints

        with _making_checkpoints:
            if self.run_checkpoints is None:
                self.run_checkpoints = RunCheckpoints(self)
            return self.run_checkpoints
