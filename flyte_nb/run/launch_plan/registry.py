"""Which launch plan has which name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.context.entities import FlyteEntities
from flyte_nb.errors import InvalidValueError
from flyte_nb.run.workflow import Workflow

if TYPE_CHECKING:
    from .plan import LaunchPlan


def register(plan: LaunchPlan, known_plans: dict[str, LaunchPlan]) -> LaunchPlan:
    """Return the launch plan of that name and content: *plan*, where there is none yet.

    One of the same workflow and other content is replaced: a cell was edited and run again.

    Raises:
        InvalidValueError: The name is taken by a launch plan of another workflow.
    """
    known = known_plans.get(plan.name)
    if known is not None and known.workflow.name != plan.workflow.name:
        raise InvalidValueError(
            f"LaunchPlan({plan.name!r}): there is one of that name already, of the workflow"
            f" {known.workflow.name}",
            hint="names of launch plans are unique in a project and domain",
        )
    if known is not None and _are_alike(known, plan):
        return known
    known_plans[plan.name] = plan
    FlyteEntities.add(plan)
    return plan


def _are_alike(one: LaunchPlan, other: LaunchPlan) -> bool:
    try:
        return one.workflow is other.workflow and one.content() == other.content()
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
            f"LaunchPlan.create(…): {workflow!r} is no workflow",
            hint="write LaunchPlan.create('name', my_workflow), with my_workflow made by @workflow",
        )
    if name is None:
        name = workflow.name
    if not isinstance(name, str) or not name.strip():
        raise InvalidValueError(f"LaunchPlan.create({name!r}, …): not a name")
    return name, workflow
