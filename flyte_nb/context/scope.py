"""What all attempts of one run share."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Protocol

from .secrets.rules import EVERYTHING, SecretRules

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.config.storage import DataConfig
    from flyte_nb.models import Identifier, WorkflowExecutionIdentifier

    from .checkpoint.attempts import Call, RunCheckpoints
    from .settings import ContextSettings
    from .stats import TaggableStats
    from .storage import FileAccess
    from .workspace import Workspace

_making = threading.RLock()


class Transcript(Protocol):
    """Keeps text."""

    def write(self, text: str) -> None:
        """Take in a piece of text."""


def _now() -> datetime:
    return datetime.now(timezone.utc)


# Not frozen, unlike other data here: one is made for each call of a task, and the
# initializer of a frozen class costs three times as much.
@dataclass(kw_only=True, slots=True, eq=False)
class RunScope:
    """The run behind a context; only its checkpoints and its storage come later.

    Attributes:
        settings: Where runs belong.
        within: The execution that the run is a part of; None for one of its own, whose
            identifier is made when it is first asked for.
        workspace: Its directories, gone when it ends.
        outputs: The directories of what outlives it, as long as the session lasts.
        identify: Gives the running task's identifier, None outside of tasks.
        started_at: When it began, in UTC.
        enable_deck: Whether the task wants its decks shown; None when it did not say.
        deck_fields: The decks that it asked for by name.
        secret_rules: Which secrets the task may have, and where else they are looked for.
        called: Says which task runs with which inputs; None outside of tasks.
        run_checkpoints: The run's checkpoints, None until they are first asked for.
        run_storage: The run's storage, None until it is first asked for.
        path: Of a node in a workflow, what its outputs have between the execution's name and
            theirs; empty or ending in ``/``.
        transcript: Keeps what is printed, None where nobody looks at it.
        after_save: Called with an attempt's number when it has saved a checkpoint; what it raises
            comes out of the save.
        data_config: Settings of stores; environment and configuration file by default.
    """

    settings: ContextSettings
    workspace: Workspace
    outputs: Workspace
    identify: Callable[[WorkflowExecutionIdentifier], Identifier | None]
    started_at: datetime = field(default_factory=_now)
    enable_deck: bool | None = None
    deck_fields: tuple[object, ...] = ()
    secret_rules: SecretRules = EVERYTHING
    called: Callable[[], Call] | None = None
    run_checkpoints: RunCheckpoints | None = None
    run_storage: FileAccess | None = None
    path: str = ""
    within: WorkflowExecutionIdentifier | None = None
    transcript: Transcript | None = None
    after_save: Callable[[int], None] | None = None
    data_config: DataConfig | None = None

    @property
    def execution_id(self) -> WorkflowExecutionIdentifier:
        """The execution that the run is."""
        if self.within is None:
            with _making:
                if self.within is None:
                    self.within = self.settings.new_execution_id()
        return self.within

    def checkpoints(self) -> RunCheckpoints:
        """Return the run's checkpoints, the same at each call."""
        from .checkpoint.attempts import RunCheckpoints

        with _making:
            if self.run_checkpoints is None:
                self.run_checkpoints = RunCheckpoints(self)
            return self.run_checkpoints

    def raw_output_prefix(self) -> str:
        """Return the address below which files and tables of the execution go."""
        root = self.settings.raw_output_prefix or str(self.outputs.directory("raw"))
        name = "" if self.called is None else f"{self.execution_id.name}/{self.path}"
        return f"{root.rstrip('/')}/{name}"

    def storage(self) -> FileAccess:
        """Return the run's storage, the same at each call; its objects are labelled."""
        from .storage import FileAccess

        with _making:
            if self.run_storage is None:
                execution = self.execution_id
                labels = {
                    "flyte-execution-project": execution.project,
                    "flyte-execution-domain": execution.domain,
                    "flyte-execution-name": execution.name,
                }
                self.run_storage = FileAccess(
                    self.workspace.directory("storage"),
                    self.raw_output_prefix(),
                    self.data_config,
                    execution_metadata={} if self.called is None else labels,
                )
            return self.run_storage

    def new_stats(self) -> TaggableStats:
        """Return what takes the metrics of one attempt, for statsd too where one is set up."""
        from .stats import Recorder, TaggableStats
        from .stats.sender import send_in_force

        task, execution = self.identify(self.execution_id), self.execution_id
        if task is None:
            return TaggableStats()
        prefix = f"{task.project}.{task.domain}.{task.name}.user_stats".lower()
        tags = (("exec_domain", execution.domain), ("exec_project", execution.project))
        return TaggableStats(Recorder(send_in_force(prefix, tags)))
