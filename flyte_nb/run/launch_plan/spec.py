"""A launch plan as admin is sent it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flyte_nb.context.current import base_in_force
from flyte_nb.errors import InvalidValueError
from flyte_nb.models import Identifier, ResourceType
from flyte_nb.models.launch_plan import LaunchPlanMetadata, LaunchPlanSpec
from flyte_nb.models.literals import literal_type, to_literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .plan import LaunchPlan


def make_spec(plan: LaunchPlan) -> LaunchPlanSpec:
    """Return the ``admin.LaunchPlanSpec`` of *plan*.

    Raises:
        InvalidValueError: An input has a type that has no literal.
    """
    settings, options = base_in_force().settings, plan.options
    workflow = Identifier(
        ResourceType.WORKFLOW,
        settings.project,
        settings.domain,
        plan.workflow.name,
        plan.workflow.version,
    )
    free = [name for name in plan.interface.inputs if name not in plan.fixed_inputs]
    fixed = {name: _literal(plan, name, value) for name, value in plan.fixed_inputs.items()}
    return LaunchPlanSpec(
        workflow_id=workflow,
        entity_metadata=LaunchPlanMetadata(
            plan.schedule, None if options.disable_notifications else options.notifications
        ),
        default_inputs={"parameters": {name: _parameter(plan, name) for name in free}},
        fixed_inputs={"literals": fixed},
        labels=options.labels,
        annotations=options.annotations,
        security_context=options.security_context,
        raw_output_data_config=options.raw_output_data_config,
        max_parallelism=options.max_parallelism,
        overwrite_cache=options.overwrite_cache,
        concurrency_policy=plan.concurrency,
    )


def _parameter(plan: LaunchPlan, name: str) -> dict[str, Any]:
    with _naming(plan, name):
        kind = literal_type(plan.interface.types[name])
    variable = {"type": kind, "description": name}
    if name not in plan.default_inputs:
        return {"var": variable, "required": True}
    value = plan.default_inputs[name]
    if value is None:  # as flytekit writes it, although the type is a union
        return {"var": variable, "default": to_literal(None, None)}
    return {"var": variable, "default": _literal(plan, name, value)}


@contextmanager
def _naming(plan: LaunchPlan, name: str) -> Iterator[None]:
    """Say which input an error is about."""
    try:
        yield
    except InvalidValueError as error:
        raise InvalidValueError(
            f"LaunchPlan({plan.name!r}), input {name!r}: {error.args[0]}", hint=error.hint
        ) from None


def _literal(plan: LaunchPlan, name: str, value: Any) -> dict[str, Any]:
    with _naming(plan, name):
        return to_literal(value, plan.interface.types[name])
