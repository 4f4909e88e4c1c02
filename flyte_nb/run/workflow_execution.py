"""What the tasks of one execution of a workflow share."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from flyte_nb.context.current import base_in_force
from flyte_nb.context.overlay import EnvironmentOverlay

from .permits import Permits
from .run_options import AS_DECLARED, RunOptions
from .team import Team

if TYPE_CHECKING:
    from flyte_nb.context import ContextSettings
    from flyte_nb.models import Options, WorkflowExecutionIdentifier

    from .handle.progress import Progress


# Not frozen, though nobody changes one: a frozen class costs three times as much at each node.
@dataclass(kw_only=True, slots=True, eq=False)
class WorkflowExecution:
    """One execution of a workflow, or of a task by itself.

    Attributes:
        settings: Where it belongs.
        execution_id: Its identifier, that of all its tasks.
        started_at: When it began, in UTC.
        helpers: One for each thread that may run nodes beside the one that called.
        team: These threads.
        path: The node that runs, below those that it is a part of; empty for the whole.
        how: How its tasks are run.
        overwrites_cache: Whether values are computed again, whatever is kept.
        progress: Is told what goes on; None where nobody looks.
        variables: Those of the environment that stay from one task to the next, as they are much
            the same for all; None where nobody ends the execution, and each task takes its own
            away.
        one_at_a_time: Whether nothing else of it runs in this process while a task does.
    """

    settings: ContextSettings
    execution_id: WorkflowExecutionIdentifier
    started_at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    helpers: Permits
    team: Team = field(default_factory=Team)
    path: str = ""
    how: RunOptions = AS_DECLARED
    overwrites_cache: bool = False
    progress: Progress | None = None
    variables: EnvironmentOverlay | None = None
    one_at_a_time: bool = True

    def close(self) -> None:
        """Take the variables away; call it again if it is interrupted."""
        if self.variables is not None:
            self.variables.undo()

    def at(self, node_id: str) -> WorkflowExecution:
        """Return the same execution, in one of its nodes."""
        other = object.__new__(WorkflowExecution)  # `replace` takes four times as long
        for name in _FIELDS:
            setattr(other, name, getattr(self, name))
        other.path = f"{self.path}{node_id}/"
        return other

    @classmethod
    def begin(
        cls,
        options: Options | None = None,
        parent: WorkflowExecution | None = None,
        *,
        how: RunOptions = AS_DECLARED,
        progress: Progress | None = None,
    ) -> WorkflowExecution:
        """Return a new execution, as the session and *options* want it, and *parent* before.

        Without a ``max_parallelism`` one node runs at a time: tasks share this process, and with it
        random generators, the working directory and figures that pods have for themselves. Those
        that are isolated do not, and run on all CPUs.

        Args:
            options: Those of its launch plan.
            parent: The execution that has it as a node.
            how: How its tasks are run, where there is no *parent*.
            progress: Is told what goes on, where there is no *parent*.
        """
        settings = base_in_force().settings if parent is None else parent.settings
        raw = None if options is None else options.raw_output_data_config
        if raw is not None:
            settings = replace(settings, raw_output_prefix=raw.output_location_prefix)
        made = cls(
            settings=settings,
            execution_id=settings.new_execution_id(),
            helpers=Permits(0),
            how=how,
            progress=progress,
            variables=None if progress is None else EnvironmentOverlay(),
        )
        if parent is not None:
            # In its place among the nodes of the whole, and ended with it.
            made = replace(
                made,
                how=parent.how,
                progress=parent.progress,
                path=parent.path,
                team=parent.team,
                variables=parent.variables,
            )
        asked = bool(options is not None and options.overwrite_cache)
        at_a_time = made.how.max_parallelism or (options and options.max_parallelism)
        if not at_a_time:
            at_a_time = (os.cpu_count() or 1) if made.how.isolates else 1
        return replace(
            made,
            helpers=Permits(at_a_time - 1),
            one_at_a_time=at_a_time == 1 and (parent is None or parent.one_at_a_time),
            overwrites_cache=made.how.overwrite_cache
            or asked
            or (parent is not None and parent.overwrites_cache),
        )


_FIELDS = tuple(field.name for field in fields(WorkflowExecution))
