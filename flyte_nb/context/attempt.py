"""The context of one attempt, and of the session: everything comes into being when asked for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from .decks import DeckCollection
from .logs import TASK_LOGGER
from .parameters import ExecutionParameters
from .states import ExecutionMode

if TYPE_CHECKING:
    import logging as std_logging
    from collections.abc import Callable
    from datetime import datetime

    from flyte_nb.models import Identifier, WorkflowExecutionIdentifier

    from .checkpoint import Checkpoint
    from .output_metadata import OutputMetadataTracker
    from .scope import RunScope
    from .secrets import SecretsManager
    from .stats import TaggableStats
    from .storage import FileAccess
    from .task_log import TaskLog

_NO_ATTRIBUTES: dict[str, Any] = {}
_making = threading.RLock()  # threads of a task may ask for the same thing at once


class AttemptParameters(ExecutionParameters):
    """What the runtime gives to a task.

    Args:
        scope: The run that this is an attempt of.
        attempt: Number of the attempt, from 0.
        decks: The decks of this attempt; none so far by default.
        stats: Takes metrics; the run's own by default.
        secrets: Looks secrets up; the run's own by default.
    """

    __slots__ = ("_attempt", "_log", "_scope", "_secrets", "_stats", "_tracker")

    def __init__(
        self,
        scope: RunScope,
        attempt: int = 0,
        decks: DeckCollection | None = None,
        stats: TaggableStats | None = None,
        secrets: SecretsManager | None = None,
    ) -> None:
        self._scope = scope
        self._attempt = attempt
        self._attrs = _NO_ATTRIBUTES
        self._collection = DeckCollection() if decks is None else decks
        self._log: TaskLog | None = None
        self._secrets = secrets
        self._stats = stats
        self._tracker: OutputMetadataTracker | None = None

    @property
    def scope(self) -> RunScope:
        """The run."""
        return self._scope

    @property
    def execution_id(self) -> WorkflowExecutionIdentifier:  # noqa: D102
        return self._scope.execution_id

    @property
    def execution_date(self) -> datetime:  # noqa: D102
        return self._scope.started_at

    @property
    def task_id(self) -> Identifier | None:  # noqa: D102
        return self._scope.identify(self._scope.execution_id)

    @property
    def attempt(self) -> int:  # noqa: D102
        return self._attempt

    @property
    def stats(self) -> TaggableStats:  # noqa: D102
        with _making:
            if self._stats is None:
                self._stats = self._scope.new_stats()
            return self._stats

    @property
    def logging(self) -> std_logging.Logger:  # noqa: D102
        return TASK_LOGGER

    @property
    def working_directory(self) -> str:  # noqa: D102
        return str(self._scope.workspace.directory(f"attempt-{self._attempt}"))

    @property
    def raw_output_prefix(self) -> str:  # noqa: D102
        return self._scope.raw_output_prefix()

    @property
    def output_metadata_prefix(self) -> str:  # noqa: D102
        return f"{self._scope.raw_output_prefix()}metadata/{self._attempt}/"

    @property
    def mode(self) -> ExecutionMode:  # noqa: D102
        is_pod = self._scope.settings.mode == "pod"
        return ExecutionMode.TASK_EXECUTION if is_pod else ExecutionMode.LOCAL_TASK_EXECUTION

    @property
    def secrets(self) -> SecretsManager:  # noqa: D102
        from .secrets import SecretsManager

        with _making:
            if self._secrets is None:
                self._secrets = SecretsManager(rules=self._scope.secret_rules)
            return self._secrets

    @property
    def checkpoint(self) -> Checkpoint:  # noqa: D102
        return self._scope.checkpoints().of_attempt(self._attempt)

    @property
    def enable_deck(self) -> bool:  # noqa: D102
        return self._scope.enable_deck

    @property
    def log(self) -> TaskLog:  # noqa: D102
        from .task_log import TaskLog

        with _making:
            if self._log is None:
                self._log = TaskLog()
            return self._log

    @property
    def output_metadata_tracker(self) -> OutputMetadataTracker:  # noqa: D102
        from .output_metadata import OutputMetadataTracker

        with _making:
            if self._tracker is None:
                self._tracker = OutputMetadataTracker()
            return self._tracker

    def storage(self) -> FileAccess:  # noqa: D102
        return self._scope.storage()

    def scratch_directory(self) -> str:  # noqa: D102
        return str(self._scope.workspace.directory("scratch"))

    def at_end_of_attempt(self, function: Callable[[], None]) -> None:  # noqa: D102
        self._scope.checkpoints().at_end_of_attempt(function)

    @property
    def has_left_nothing(self) -> bool:
        """Whether there is neither a metric nor anything said about an output."""
        return self._stats is None and self._tracker is None

    def left_behind(
        self,
    ) -> tuple[TaggableStats | None, TaskLog | None, OutputMetadataTracker | None]:
        """Return metrics, log and metadata of outputs, each None where nobody asked for it."""
        return self._stats, self._log, self._tracker
