"""What the tasks of one execution of a workflow share."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from flyte_nb.context.current import base_in_force

if TYPE_CHECKING:
    from flyte_nb.context import ContextSettings
    from flyte_nb.models import Options, WorkflowExecutionIdentifier

    from .permits import Helpers


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkflowExecution:
    """One execution of a workflow.

    Attributes:
        settings: Where it belongs.
        execution_id: Its identifier, that of all its tasks.
        started_at: When it began, in UTC.
        helpers: One for each thread that may run nodes beside the one that called.
    """

    settings: ContextSettings
    execution_id: WorkflowExecutionIdentifier
    started_at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    helpers: Helpers

    @classmethod
    def begin(cls, options: Options | None = None) -> WorkflowExecution:
        """Return a new execution, as the session and *options* want it.

        Without a ``max_parallelism`` as many nodes run side by side as there are processors.
        """
        settings = base_in_force().settings
        raw = None if options is None else options.raw_output_data_config
        if raw is not None:
            settings = replace(settings, raw_output_prefix=raw.output_location_prefix)
        at_a_time = (options and options.max_parallelism) or os.cpu_count() or 1
        return cls(
            settings=settings,
            execution_id=settings.new_execution_id(),
            helpers=threading.Semaphore(at_a_time - 1),
        )
