"""Which launch plan has which name."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from flyte_nb.context.entities import FlyteEntities
from flyte_nb.errors import InvalidValueError
from flyte_nb.run.describe import value_in_words
from flyte_nb.run.workflow import Workflow

if TYPE_CHECKING:
    from .plan import LaunchPlan

_lock = threading.Lock()


def register(plan: LaunchPlan, known_plans: dict[str, LaunchPlan]) -> LaunchPlan:
    """Return the launch plan of that name and content: *plan*, where there is none yet.

    One of the same workflow and other content is replaced: a cell was edited and run again.

    Raises:
        InvalidValueError: The name is taken by a launch plan of another workflow.
    """
    with _lock:
        return _register(plan, known_plans)


def _register(plan: LaunchPlan, known_plans: dict[str, LaunchPlan]) -> LaunchPlan:
    known = known_plans.get(plan.name)
    if known is not None and known.workflow.name != plan.workflow.name:
        raise InvalidValueError(
            f"LaunchPlan({plan.name!r}): there is one of that name already, of the workflow"
            f" {known.workflow.name}",
            hint="names of launch plans are unique in a project and domain; if the workflow was"
            f" renamed: del LaunchPlan.CACHE[{plan.name!r}]",
        )
    if known is not None and _are_alike(known, plan):
        return known
    known_plans[plan.name] = plan
    FlyteEntities.add(plan)
    return plan


def _are_alike(one: LaunchPlan, other: LaunchPlan) -> bool:
    try:
        mine, others = one.content(), other.content()
        # 1 equals True and 1.0, and is another literal.
        return one.workflow is other.workflow and mine == others and repr(mine) == repr(others)
    except Exception:  # noqa: BLE001 - inputs may not compare, such as tables
        return False


def name_and_workflow(name: Any, workflow: Any) -> tuple[str, Workflow]:
    """Return both, however they were given: in either order, or the workflow alone.

    Raises:
        InvalidValueError: One of them is none.
    """
    if isinstance(name, Workflow):
        name, workflow = workflow, name
    if not isinstance(workflow, Workflow):
        raise InvalidValueError(
            f"LaunchPlan.create(…): {value_in_words(workflow)} is no workflow",
            hint="write LaunchPlan.create('name', my_workflow), with my_workflow made by @workflow",
        )
    if name is None:
        name = workflow.name
    if not isinstance(name, str) or not name.strip():
        raise InvalidValueError(f"LaunchPlan.create({value_in_words(name)}, …): not a name")
    return name, workflow
