"""The context of one attempt, as task code sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.display import panel_html, panel_text

from .logs import TASK_LOGGER
from .secrets import SecretsManager
from .stats import Stats

if TYPE_CHECKING:
    from datetime import datetime
    from logging import Logger

    from flyte_nb.models import Identifier, WorkflowExecutionIdentifier

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

    __slots__ = ("_attempt", "_decks", "_scope", "_stats")

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
    def secrets(self) -> SecretsManager:
        """Looks secrets up."""
        return SecretsManager(self._scope.secret_requests)

    @property
    def checkpoint(self) -> Checkpoint:
        """What the previous attempt saved, and where this one saves."""
        from .checkpoint import LocalCheckpoint

        workspace = self._scope.workspace
        root = workspace.path("checkpoints")
        previous = root / f"attempt-{self._attempt - 1}" if self._attempt else None
        restored = root / f"restored-{self._attempt}"
        return LocalCheckpoint(
            root / f"attempt-{self._attempt}", previous, restored, workspace.checkpoint_lock
        )

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
        if scope.secret_requests:
            names = (f"{s.group}/{s.key}" if s.key else str(s.group) for s in scope.secret_requests)
            lines.append(("secrets", ", ".join(names)))
        return lines
