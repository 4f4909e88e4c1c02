"""What the tasks of one execution of a workflow share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from flyte_nb.context.current import base_in_force

from .permits import Permits
from .team import Team

if TYPE_CHECKING:
    from flyte_nb.context import ContextSettings
    from flyte_nb.models import Options, WorkflowExecutionIdentifier


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkflowExecution:
    """One execution of a workflow.

    Attributes:
        settings: Where it belongs.
        execution_id: Its identifier, that of all its tasks.
        started_at: When it began, in UTC.
        helpers: One for each thread that may run nodes beside the one that called.
        team: These threads.
        path: The node that runs, below those that it is a part of; empty for the whole.
    """

    settings: ContextSettings
    execution_id: WorkflowExecutionIdentifier
    started_at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    helpers: Permits
    team: Team = field(default_factory=Team)
    path: str = ""

    def at(self, node_id: str) -> WorkflowExecution:
        """Return the same execution, in one of its nodes."""
        return replace(self, path=f"{self.path}{node_id}/")

    @classmethod
    def begin(
        cls, options: Options | None = None, parent: WorkflowExecution | None = None
    ) -> WorkflowExecution:
        """Return a new execution, as the session and *options* want it, and *parent* before.

        Without a ``max_parallelism`` one node runs at a time: tasks share this process, and with it
        random generators, the working directory and figures that pods have for themselves.
        """
        settings = base_in_force().settings if parent is None else parent.settings
        raw = None if options is None else options.raw_output_data_config
        if raw is not None:
            settings = replace(settings, raw_output_prefix=raw.output_location_prefix)
        at_a_time = (options and options.max_parallelism) or 1
        return cls(
            settings=settings,
            execution_id=settings.new_execution_id(),
            helpers=Permits(at_a_time - 1),
        )
