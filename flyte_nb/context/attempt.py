"""The context of one attempt, and of the session: everything comes into being when asked for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from .decks import DeckCollection
from .logs import TASK_LOGGER
from .parameters import ExecutionParameters, T
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

    __slots__ = ("_attempt", "_log", "_output_metadata_tracker", "_scope", "_secrets", "_stats")

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
        self._collection = DeckCollection(None, None, (scope, attempt)) if decks is None else decks
        self._log: TaskLog | None = None
        self._secrets = secrets
        self._stats = stats
        self._output_metadata_tracker: OutputMetadataTracker | None = None

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
        return self._own("stats", self._scope.new_stats)

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

        return self._own("secrets", lambda: SecretsManager(rules=self._scope.secret_rules))

    @property
    def checkpoint(self) -> Checkpoint:  # noqa: D102
        return self._scope.checkpoints().of_attempt(self._attempt)

    @property
    def enable_deck(self) -> bool:  # noqa: D102
        return bool(self._scope.enable_deck)

    def _own(self, name: str, make: Callable[[], T]) -> T:
        slot = f"_{name}"
        with _making:
            if getattr(self, slot) is None:
                setattr(self, slot, make())
            return getattr(self, slot)  # type: ignore[no-any-return]

    def storage(self) -> FileAccess:  # noqa: D102
        return self._scope.storage()

    def scratch_directory(self) -> str:  # noqa: D102
        return str(self._scope.workspace.directory("scratch"))

    def at_end_of_attempt(self, function: Callable[[], None]) -> None:  # noqa: D102
        self._scope.checkpoints().at_end_of_attempt(function)

    @property
    def has_left_nothing(self) -> bool:
        """Whether there is neither a metric nor anything said about an output."""
        return self._stats is None and self._output_metadata_tracker is None

    def left_behind(
        self,
    ) -> tuple[TaggableStats | None, TaskLog | None, OutputMetadataTracker | None]:
        """Return metrics, log and metadata of outputs, each None where nobody asked for it."""
        return self._stats, self._log, self._output_metadata_tracker
