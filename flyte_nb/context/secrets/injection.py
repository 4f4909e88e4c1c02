"""What the platform puts into a pod before the task begins: variables and files of secrets."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from flyte_nb.errors import SecretNotFoundError
from flyte_nb.models import Secret

from .manager import SecretsManager
from .names import SecretName
from .sources import keys_of_group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from .rules import SecretRules

_BY_VARIABLE, _AS_FILE = Secret.MountType.ENV_VAR, Secret.MountType.FILE


def needs_injection(request: Secret) -> bool:
    """Return whether a pod has *request* in a place of its own, not only for `get`."""
    return bool(request.env_var) or request.mount_requirement in {_BY_VARIABLE, _AS_FILE}


def inject(
    rules: SecretRules,
    folder: Callable[[], Path],
    set_variables: Callable[[Mapping[str, str]], None],
    *,
    into_process: bool = False,
) -> SecretRules:
    """Put the declared secrets where a pod has them, and return the rules that know the files.

    Where a pod is simulated, all that are declared have to be there.

    Args:
        rules: What the task declared.
        folder: Makes the folder for the run's secret files.
        set_variables: Sets variables for the length of the run.
        into_process: Whether they are for a process that has no other way to any of them.

    Raises:
        SecretNotFoundError: No place has one of them: its pod would not start.
    """
    manager = SecretsManager(rules=rules)
    variables: dict[str, str] = {}
    mounted: dict[SecretName, str] = {}
    for request in _each(rules, manager) if into_process else rules.declared:
        name = SecretName(request.group, request.key, request.group_version)
        if not needs_injection(request) and not into_process:
            if rules.is_pod and request.key:
                _value(manager, name, rules.task)
            continue
        value = _value(manager, name, rules.task)
        as_file, by_variable = _places(request, value, into_process=into_process)
        if as_file:
            mounted[name] = _write(folder(), name, value)
        text = mounted[name] if request.mount_requirement is _AS_FILE else os.fsdecode(value)
        names = [request.env_var] if request.env_var else []
        if by_variable and (into_process or not names):
            names.append(manager.get_secrets_env_var(*_key(name)))
        if names and "\0" in text:
            raise SecretNotFoundError(
                f"the pod of {rules.task} would not start: the secret {name.label} holds a NUL"
                f" byte, which the variable {names[0]} cannot",
                hint="ask for it with mount_requirement=Secret.MountType.FILE",
            )
        variables.update(dict.fromkeys(names, text))
    set_variables(variables)
    return replace(rules, mounted=mounted)


def _places(request: Secret, value: bytes, *, into_process: bool) -> tuple[bool, bool]:
    """Return whether a secret becomes a file, and whether it becomes a variable of its name."""
    if request.mount_requirement is _AS_FILE:
        return True, False
    if request.mount_requirement is _BY_VARIABLE or not into_process:
        return False, request.mount_requirement is _BY_VARIABLE
    has_nul = b"\0" in value  # it may be either, and this one can only be a file
    return has_nul, not has_nul


def _each(rules: SecretRules, manager: SecretsManager) -> Iterator[Secret]:
    """Yield each declared secret; for a whole group each of its keys that is known here."""
    for request in rules.declared:
        if request.key:
            yield request
            continue
        found = keys_of_group(request.group, request.group_version, manager.lookup(), rules.dotenv)
        yield from (replace(request, key=key) for key in found)


def _value(manager: SecretsManager, name: SecretName, task: str) -> bytes:
    try:
        return manager.get(*_key(name), encode_mode="rb")
    except SecretNotFoundError as error:
        raise SecretNotFoundError(
            f"the pod of {task} would not start: {error.args[0]}", hint=error.hint
        ) from None


def _write(folder: Path, name: SecretName, value: bytes) -> str:
    """Write *value* where nobody else can read it, and return the path."""
    *folders, file = (part.lower() for part in name.parts)
    target = folder.joinpath(*folders)
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = target / file
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(value)
    return str(path)


def _key(name: SecretName) -> tuple[str | None, str | None, str | None]:
    return name.group, name.key, name.version
