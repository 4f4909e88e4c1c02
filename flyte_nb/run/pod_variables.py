"""The variables that a pod has, and that tell task code where it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flyte_nb.models import Identifier, WorkflowExecutionIdentifier

ATTEMPT = "FLYTE_ATTEMPT_NUMBER"


def execution_variables(execution: WorkflowExecutionIdentifier) -> dict[str, str]:
    """Return those of `pod_variables` that are the same for all pods of *execution*."""
    return {
        "FLYTE_INTERNAL_EXECUTION_ID": execution.name,
        "FLYTE_INTERNAL_EXECUTION_PROJECT": execution.project,
        "FLYTE_INTERNAL_EXECUTION_DOMAIN": execution.domain,
    }


def pod_variables(
    execution: WorkflowExecutionIdentifier, task: Identifier, attempt: int
) -> dict[str, str]:
    """Return what flyteplugins puts into the environment of an attempt's container.

    Source: ``flytek8s/k8s_resource_adds.go``; the names without ``TASK`` are the older ones.
    """
    variables = {**execution_variables(execution), ATTEMPT: str(attempt)}
    for prefix in ("FLYTE_INTERNAL_TASK", "FLYTE_INTERNAL"):
        variables[f"{prefix}_PROJECT"] = task.project
        variables[f"{prefix}_DOMAIN"] = task.domain
        variables[f"{prefix}_NAME"] = task.name
        variables[f"{prefix}_VERSION"] = task.version
    return variables
