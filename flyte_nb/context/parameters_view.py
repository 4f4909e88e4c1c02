"""A context as a table: what a user wants to know, and no secret's value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.config.mask import without_password
from flyte_nb.display import panel_html, panel_text, short_path
from flyte_nb.errors import FlyteNbError

from .attempt import AttemptParameters
from .secrets.manager import rules_of
from .secrets.names import SecretName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.models import Secret

    from .parameters import ExecutionParameters
    from .secrets import SecretsManager

_TITLE = "Flyte context"
_ON_DEMAND = "made when asked for"


def as_html(parameters: ExecutionParameters) -> str:
    """Return *parameters* as a panel."""
    return panel_html(_TITLE, list(_rows(parameters)))


def as_text(parameters: ExecutionParameters) -> str:
    """Return *parameters* as aligned lines."""
    return panel_text(_TITLE, list(_rows(parameters)))


def _rows(parameters: ExecutionParameters) -> Iterator[tuple[str, str]]:
    execution, task = parameters.execution_id, parameters.task_id
    if execution is not None:
        yield "project", execution.project
        yield "domain", execution.domain
    runtime = parameters if isinstance(parameters, AttemptParameters) else None
    if runtime is not None and task is None and not runtime.scope.settings.name:
        yield "execution", "a fresh name for each run"
    elif execution is not None:
        yield "execution", execution.name
    if task is not None:
        yield "task", task.name
        yield "version", task.version
        yield "attempt", str(parameters.attempt + 1)
    if task is not None and parameters.execution_date is not None:
        yield "started", f"{parameters.execution_date.astimezone():%Y-%m-%d %H:%M:%S}"
    if task is None and runtime is not None and runtime.scope.settings.attempt:
        yield "attempt", f"{runtime.scope.settings.attempt + 1}, of every run the first"
    yield "mode", "pod" if "LOCAL" not in parameters.mode.name else "local"
    yield from _places(parameters, runtime)
    yield "decks", ", ".join(str(getattr(d, "name", d)) for d in parameters.decks) or "none"
    for name in sorted(parameters.task_attributes):
        yield "attribute", name.lower()
    for request in rules_of(parameters.secrets).declared:
        yield "secret", _secret_in_words(parameters.secrets, request)


def _places(
    parameters: ExecutionParameters, runtime: AttemptParameters | None
) -> Iterator[tuple[str, str]]:
    """Yield where files are, without making a folder for it."""
    if runtime is None:
        yield "directory", short_path(str(parameters.working_directory))
        yield "raw outputs", without_password(short_path(str(parameters.raw_output_prefix)))
        return
    scope = runtime.scope
    directory = runtime.working_directory if scope.workspace.is_made else _ON_DEMAND
    yield "directory", short_path(directory)
    is_made = bool(scope.settings.raw_output_prefix) or scope.outputs.is_made
    address = without_password(short_path(scope.raw_output_prefix())) if is_made else _ON_DEMAND
    yield "raw outputs", address
    if runtime.task_id is not None:
        yield "checkpoint", _checkpoint_in_words(runtime)


def _checkpoint_in_words(runtime: AttemptParameters) -> str:
    if runtime.scope.run_checkpoints is None:
        return "not used so far"
    try:
        has_previous = runtime.checkpoint.prev_exists()
    except FlyteNbError as error:
        return str(error.args[0])
    return "goes on from an earlier one" if has_previous else "begins afresh"


def _secret_in_words(secrets: SecretsManager, request: Secret) -> str:
    """Return whether a declared secret is there, and where; never its value."""
    name = SecretName(request.group, request.key, request.group_version)
    try:
        tried = secrets.tries(name.group, name.key, name.version)
    except FlyteNbError as error:
        return f"{name.label}: {error.args[0]}"
    found = next((one.where for one in tried if one.value is not None), None)
    return f"{name.label}: {'not found' if found is None else f'found, {short_path(found)}'}"
