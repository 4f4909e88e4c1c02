"""The variables of a task's process: what the task declares and what the platform adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.context.secrets.injection import inject
from flyte_nb.run.pod_variables import pod_variables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flyte_nb.context import RunScope, SecretRules
    from flyte_nb.run.task import Task


def declared(
    task: Task, scope: RunScope, number: int, folder: Callable[[], Path]
) -> tuple[dict[str, str], SecretRules]:
    """Return the variables of an attempt, and the rules by which its secrets are found there.

    Args:
        task: The task.
        scope: The run.
        number: Of the attempt.
        folder: Makes the folder for files of secrets.

    Raises:
        SecretNotFoundError: No place has a secret that is declared: its pod would not start.
    """
    variables = dict(task.options.environment or {})
    execution = scope.execution_id
    variables.update(pod_variables(execution, task.identify(execution), number))
    rules = inject(scope.secret_rules, folder, variables.update, into_process=True)
    return variables, rules
