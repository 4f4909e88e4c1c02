"""The context of one attempt, as task code sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.display import panel_html, panel_text
from flyte_nb.errors import ConfigError, InvalidValueError

from .logs import TASK_LOGGER
from .secrets import SecretsManager
from .states import ExecutionMode
from .stats import Stats

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from logging import Logger

    from flyte_nb.models import Identifier, Secret, WorkflowExecutionIdentifier

    from .checkpoint import Checkpoint
    from .decks import DeckCollection
    from .scope import RunScope


class ExecutionParameters:
    """What `current_context()` returns (flytekit's ``ExecutionParameters``).

    Nothing here can be changed; directories, checkpoint and default deck come into being
    when they are first asked for.

    Args:
        scope: The run that this is an attempt of.
        decks: Where the decks of this attempt are collected.
        attempt: Number of the attempt, from 0.
        stats: Records metrics; a recorder of its own by default.
    """

    __slots__ = ("_attempt", "_decks", "_scope", "_secrets", "_stats")

    def __init__(
        self,
        scope: RunScope,
        decks: DeckCollection,
        attempt: int = 0,
        stats: Stats | None = None,
    ) -> None:
        self._scope = scope
        self._decks = decks
        self._attempt = attempt
        self._secrets: SecretsManager | None = None
        self._stats = Stats() if stats is None else stats

    @property
    def execution_id(self) -> WorkflowExecutionIdentifier:
        """The execution that this attempt belongs to."""
        return self._scope.execution_id

    @property
    def execution_date(self) -> datetime:
        """When the execution started, in UTC; the same for all its attempts."""
        return self._scope.started_at

    @property
    def task_id(self) -> Identifier | None:
        """The running task; None outside of tasks."""
        return self._scope.identify(self._scope.execution_id)

    @property
    def stats(self) -> Stats:
        """Records metrics."""
        return self._stats

    @property
    def logging(self) -> Logger:
        """The logger of task code; what it writes shows under the cell."""
        return TASK_LOGGER

    @property
    def working_directory(self) -> str:
        """A folder for temporary files: this attempt's own, removed when the run ends.

        Raises:
            WorkspaceError: It cannot be made.
        """
        return str(self._scope.workspace.directory(f"attempt-{self._attempt}"))

    @property
    def mode(self) -> ExecutionMode:
        """Whether the task executes here, or as in a pod."""
        is_pod = self._scope.mode == "pod"
        return ExecutionMode.TASK_EXECUTION if is_pod else ExecutionMode.LOCAL_TASK_EXECUTION

    @property
    def secrets(self) -> SecretsManager:
        """Looks secrets up; the same at each access."""
        if self._secrets is None:
            self._secrets = SecretsManager(rules=self._scope.secret_rules)
        return self._secrets

    @property
    def checkpoint(self) -> Checkpoint:
        """What the previous attempt saved, and where this one saves.

        It survives the kernel: a run of the same task with the same inputs goes on from it,
        until one has succeeded.

        Raises:
            CheckpointError: What there is cannot be read.
        """
        return self._scope.checkpoints().of_attempt(self._attempt)

    def at_end_of_attempt(self, function: Callable[[], None]) -> None:
        """Call *function* when this attempt ends; what it raises fails the attempt."""
        self._scope.checkpoints().at_end_of_attempt(function)

    @property
    def decks(self) -> list[Any]:
        """The decks made so far."""
        return self._decks.all

    @property
    def default_deck(self) -> Any:
        """The deck named ``default``, the same at each access."""
        return self._decks.default()

    @property
    def enable_deck(self) -> bool:
        """Whether the task asked for its decks to be shown."""
        return self._scope.enable_deck

    def __repr__(self) -> str:
        return f"ExecutionParameters(execution_id={self.execution_id}, task_id={self.task_id})"

    def _repr_html_(self) -> str:
        return panel_html("Flyte context", self._rows())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002, FBT001
        printer.text(panel_text("Flyte context", self._rows()))

    def _secret_in_words(self, request: Secret) -> str:
        """Return whether a declared secret is there, and where; never its value."""
        label = "/".join(filter(None, (request.group, request.group_version, request.key)))
        try:
            tried = self.secrets.tries(request.group, request.key, request.group_version)
        except (ConfigError, InvalidValueError) as error:
            return f"{label}: {error.args[0]}"
        found = next((one.where for one in tried if one.value is not None), None)
        return f"{label}: not found" if found is None else f"{label}: found, {found}"

    def _rows(self) -> list[tuple[str, str]]:
        """Return what a user wants to know, as (label, value)."""
        execution, task, scope = self.execution_id, self.task_id, self._scope
        fresh = task is None and scope.name_is_fresh
        lines = [
            ("project", execution.project),
            ("domain", execution.domain),
            ("execution", "fresh for each run" if fresh else execution.name),
        ]
        if task is not None:
            lines += [("task", task.name), ("attempt", str(self._attempt + 1))]
        lines.append(("decks", ", ".join(str(deck.name) for deck in self.decks) or "none"))
        for request in scope.secret_rules.declared:
            lines.append(("secret", self._secret_in_words(request)))
        return lines
