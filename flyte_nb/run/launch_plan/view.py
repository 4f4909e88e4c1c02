"""What a user sees of a launch plan, and of what it would do on a cluster."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.models import WorkflowExecutionPhase
from flyte_nb.run.describe import input_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .plan import LaunchPlan


def launch_plan_rows(plan: LaunchPlan) -> Iterator[tuple[str, str]]:
    """Yield what *plan* is, as (label, value)."""
    yield "workflow", plan.workflow.name
    for name in plan.interface.inputs:
        if name in plan.fixed_inputs:
            yield f"input {name}", f"{input_in_words(plan.fixed_inputs[name])}, fixed"
        elif name in plan.default_inputs:
            yield f"input {name}", f"{input_in_words(plan.default_inputs[name])} by default"
        else:
            yield f"input {name}", "to be given"
    if plan.schedule is not None:
        yield from plan.schedule.rows()
    yield from plan.options.rows()
    if plan.concurrency is not None:
        yield "executions at a time", str(plan.concurrency.max_concurrency)
    if plan.should_auto_activate:
        yield "activated", "when it is registered"


@contextmanager
def say_who_is_told(plan: LaunchPlan) -> Iterator[None]:
    """Log who a cluster would tell of the end of what is run inside."""
    phase = WorkflowExecutionPhase.FAILED
    try:
        yield
        phase = WorkflowExecutionPhase.SUCCEEDED
    except (KeyboardInterrupt, SystemExit):
        phase = WorkflowExecutionPhase.ABORTED
        raise
    finally:
        if not plan.options.disable_notifications:
            for one in plan.options.notifications or ():
                if phase in one.phases:
                    message = one.email or one.slack or one.pager_duty
                    TASK_LOGGER.info(
                        "%s %s: a cluster would tell %s",
                        plan.name,
                        phase.name,
                        ", ".join(message.recipients_email if message else ()),
                    )
