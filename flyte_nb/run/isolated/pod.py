"""What the process of an attempt is told: who it is, and where what it makes belongs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flyte_nb.config.storage import DataConfig
from flyte_nb.context.checkpoint.history import history_folder
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.context.secrets import SecretsManager
from flyte_nb.errors import ConfigError
from flyte_nb.run.origin import origin

if TYPE_CHECKING:
    from datetime import datetime

    from flyte_nb.config.objects import SecretsConfig
    from flyte_nb.context import ContextSettings, RunScope, SecretRules
    from flyte_nb.context.checkpoint.history import Entry
    from flyte_nb.models import Identifier, WorkflowExecutionIdentifier
    from flyte_nb.run.task import Task


@dataclass(frozen=True, kw_only=True, slots=True)
class Pod:
    """One attempt, in words that any process understands.

    Attributes:
        settings: Where it belongs: those of the run, in a pod.
        execution_id: The execution.
        task_id: The task.
        attempt: Its number.
        started_at: When the execution began, in UTC.
        path: Of its node in the execution.
        enable_deck: Whether the task asked for its decks to be shown.
        secret_rules: Which secrets it may have.
        secrets_config: By which names they are found.
        data_config: Settings of stores; None for those of the environment.
        origin: The file or notebook that defines the task.
        checkpoints: Folder of the checkpoints of this machine.
        previous: What the attempt before it saved.
        log_level: The least severe level that is logged.
        fails: Whether it is to fail, as whoever began the run wants it.
    """

    settings: ContextSettings
    execution_id: WorkflowExecutionIdentifier
    task_id: Identifier
    attempt: int
    started_at: datetime
    path: str
    enable_deck: bool
    secret_rules: SecretRules
    secrets_config: SecretsConfig
    data_config: DataConfig | None
    origin: str
    checkpoints: str
    previous: Entry | None
    log_level: int
    fails: bool


def pod_of(task: Task, scope: RunScope, number: int, rules: SecretRules, *, fails: bool) -> Pod:
    """Return what the process of an attempt is told.

    Args:
        task: The task.
        scope: The run.
        number: Of the attempt.
        rules: By which its secrets are found in the process.
        fails: Whether it is to fail.
    """
    settings = scope.settings
    root = settings.raw_output_prefix or str(scope.outputs.directory("raw"))
    checkpoints = scope.run_checkpoints
    return Pod(
        settings=replace(settings, mode="pod", raw_output_prefix=root, dotenv=()),
        execution_id=scope.execution_id,
        task_id=task.identify(scope.execution_id),
        attempt=number,
        started_at=scope.started_at,
        path=scope.path,
        enable_deck=bool(scope.enable_deck),
        secret_rules=replace(rules, is_pod=True, dotenv=()),
        secrets_config=SecretsManager(rules=rules).lookup(),
        data_config=_data_config(),
        origin=origin(task.function),
        checkpoints=str(history_folder()),
        previous=None if checkpoints is None else checkpoints.entry(number - 1),
        log_level=TASK_LOGGER.getEffectiveLevel(),
        fails=fails,
    )


def _data_config() -> DataConfig | None:
    """Return the settings of stores here: a pod has them from its platform."""
    with suppress(ConfigError):  # said by whatever needs the file
        return DataConfig.auto()
    return None
