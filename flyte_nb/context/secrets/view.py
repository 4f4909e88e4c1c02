"""Secrets as a user looks at them: which there are, and where one would be found."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from flyte_nb.config import environment, vault
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.display import TableView, short_path
from flyte_nb.errors import InvalidValueError

from .manager import rules_of
from .names import SecretName
from .sources import read_dotenv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .manager import SecretsManager

_MAX_FILES = 500
_MOST_PARTS = 3


def parse(label: str) -> SecretName:
    """Return the secret that a user calls *label*.

    Raises:
        InvalidValueError: It is not of the form ``GROUP/KEY`` or ``GROUP/VERSION/KEY``.
    """
    parts = label.split("/")
    if len(parts) > _MOST_PARTS or not all(parts):
        raise InvalidValueError(f"{label!r} is no secret's name", hint="write GROUP/KEY")
    group, *others = parts
    key = others[-1] if others else None
    return SecretName(group, key, others[0] if len(others) > 1 else None)


def list_secrets(manager: SecretsManager) -> TableView:
    """Return the secrets that can be found here by their names, and where; no values."""
    rows = tuple(dict.fromkeys(_found(manager)))
    remarks = () if rows else ("No secret is set: %flyte_secret set GROUP/KEY",)
    return TableView("Secrets", ("secret", "where"), rows, remarks)


def explain(manager: SecretsManager, label: str) -> TableView:
    """Return every place that is asked for a secret, in order, and which one answers."""
    name = parse(label)
    rows = []
    answered = False
    for one in manager.tries(name.group, name.key, name.version):
        is_first = one.value is not None and not answered
        answered = answered or is_first
        said = one.problem or ("answers" if is_first else "has one too; the first counts")
        rows.append(("→" if is_first else "", short_path(one.where), said))
    remarks = (f"On a cluster the task also needs secret_requests=[{name.declaration}]",)
    return TableView(f"Secret {name.label}", ("", "place", ""), tuple(rows), remarks)


def keep(label: str, value: str) -> str:
    """Keep a secret in the keyring, and say so.

    Raises:
        InvalidValueError: There is no value.
        ConfigError: There is no keyring, or it refuses.
    """
    name = parse(label)
    if not value.strip():
        raise InvalidValueError(f"{name.label}: no value is given")
    LEAK_GUARD.add(value.strip())
    vault.put(name.vault_name, value)
    return f"{name.label}: kept in {vault.backend()}"


def delete(label: str) -> TableView:
    """Forget a secret that is in the keyring.

    Raises:
        InvalidValueError: It is not there.
        ConfigError: The keyring refuses.
    """
    name = parse(label)
    if not vault.has(name.vault_name):
        raise InvalidValueError(
            f"{name.label} is not in the keyring", hint=f"%flyte_secret explain {name.label}"
        )
    vault.delete(name.vault_name)
    return TableView(f"{name.label}: removed from the keyring", (), ())


def dotenv_files(paths: tuple[str, ...]) -> TableView:
    """Return the ``.env`` files that stand for variables, and what is in them; no values."""
    rows = []
    for path in paths:
        values = read_dotenv(path)
        said = values if isinstance(values, str) else f"variables: {len(values)}"
        rows.append((short_path(path), said))
    remarks = () if rows else ("No .env file is looked at: %flyte_secret dotenv FILE",)
    return TableView(".env files", ("file", ""), tuple(rows), remarks)


def _found(manager: SecretsManager) -> Iterator[tuple[str, str]]:
    config = manager.lookup()
    for variable in sorted(environment()):
        if config.env_prefix and variable.startswith(config.env_prefix):
            yield variable.removeprefix(config.env_prefix).lower(), f"variable {variable}"
    for path in rules_of(manager).dotenv:
        values = read_dotenv(path)
        for variable in sorted(values) if isinstance(values, dict) else ():
            label = variable.removeprefix(config.env_prefix).lower()
            yield label, f"{variable} in {short_path(path)}"
    root = Path(os.path.expanduser(config.default_dir))  # noqa: PTH111
    try:
        for file in sorted(islice(root.rglob("*"), _MAX_FILES)):
            if file.is_file():
                yield file.relative_to(root).as_posix(), f"file {short_path(str(file))}"
    except OSError:
        pass  # what cannot be read is told by explain
    for name in vault.names():
        if name.startswith("secret/"):
            yield name.removeprefix("secret/"), "keyring"
