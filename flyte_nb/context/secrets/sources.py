"""The places where a secret may be, in the order in which they are asked."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flyte_nb.config import environment, vault
from flyte_nb.display import short_path
from flyte_nb.errors import ConfigError

from .names import SecretName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.config.objects import SecretsConfig

    from .rules import SecretRules

MAX_BYTES = 1 << 20  # what Kubernetes takes


@dataclass(frozen=True, slots=True)
class Try:
    """One place that was asked.

    Attributes:
        where: The place: a variable, a file, the keyring.
        value: What it has, without blanks around it; None for nothing.
        problem: Why it has nothing.
    """

    where: str
    value: bytes | None = field(default=None, repr=False)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """Where one secret may be, in the order in which the places are asked.

    Attributes:
        name: The secret.
        variables: Variables of the environment.
        files: Files that a pod has.
        dotenv: ``.env`` files that stand for variables.
    """

    name: SecretName
    variables: tuple[str, ...]
    files: tuple[str, ...]
    dotenv: tuple[str, ...]

    def plain_text(self) -> str | None:
        """Return the value of the first variable that is set, as it nearly always is found."""
        environ = environment()
        for variable in self.variables:
            text = environ.get(variable)
            if text is not None:
                return text.strip() if text.isascii() else None
        return None


def places_of(name: SecretName, config: SecretsConfig, rules: SecretRules) -> Places:
    """Return where *name* may be.

    Args:
        name: The secret.
        config: Prefixes and folder.
        rules: What the task declared, and which places of the notebook's own there are.
    """
    # Without group and key a bare name would match any variable: "home" is not $HOME.
    bare = not rules.is_pod and (bool(name.group and name.key) or rules.declares(name))
    variables = name.variables(config.env_prefix, bare=bare)
    mounted = rules.mounted.get(name)
    files = (*([] if mounted is None else [mounted]), name.file(config))
    return Places(name, variables, files, rules.dotenv)


def tries(places: Places) -> Iterator[Try]:
    """Yield what each place says, one after the other as they are wanted."""
    environ = environment()
    for variable in places.variables:
        yield _of_text(f"variable {variable}", environ.get(variable))
    for path in places.files:
        yield of_file(path)
    for path in places.dotenv:
        yield from _of_dotenv(path, places.variables)
    yield _of_keyring(places.name)


def keys_of_group(
    group: str | None, version: str | None, config: SecretsConfig, dotenv: tuple[str, ...]
) -> list[str]:
    """Return the keys of a group, as far as variables, files and the keyring tell, in lower case.

    Args:
        group: Name of the group.
        version: Version of the group.
        config: Prefixes and folder.
        dotenv: ``.env`` files that stand for variables.
    """
    name = SecretName(group, None, version)
    known = set(environment())
    for path in dotenv:
        values = read_dotenv(path)
        known |= set(values) if isinstance(values, dict) else set()
    begins = [f"{variable}_" for variable in name.variables(config.env_prefix, bare=False)]
    found = {v.removeprefix(b).lower() for b in begins for v in known if v.startswith(b)}
    folder = os.path.dirname(SecretName(group, "key", version).file(config))  # noqa: PTH120
    if os.path.isdir(folder):  # noqa: PTH112
        found |= {file.removeprefix(config.file_prefix) for file in os.listdir(folder)}  # noqa: PTH208
    begin = f"{name.vault_name}/"
    found |= {kept.removeprefix(begin).lower() for kept in vault.names() if kept.startswith(begin)}
    return sorted(key for key in found if key and "/" not in key)


def _of_text(where: str, text: str | None) -> Try:
    if text is None:
        return Try(where, problem="not set")
    return Try(where, text.strip().encode(errors="surrogateescape"))


def of_file(path: str) -> Try:
    """Return what a file has, or why it has nothing."""
    where = f"file {path}"
    try:
        status = os.stat(path)  # noqa: PTH116 - on the way of each lookup
        if not stat.S_ISREG(status.st_mode):  # a pipe would keep us waiting
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            return Try(where, problem=kind)
        if status.st_size > MAX_BYTES:
            return Try(where, problem=f"{status.st_size:,} bytes, too many for a secret")
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            return Try(where, file.readall()[:MAX_BYTES].strip())
    except FileNotFoundError:
        return Try(where, problem="not there")
    except (OSError, ValueError) as error:
        return Try(where, problem=getattr(error, "strerror", None) or str(error))


def _of_dotenv(path: str, variables: tuple[str, ...]) -> Iterator[Try]:
    values = read_dotenv(path)
    if isinstance(values, str):
        yield Try(f"file {path}", problem=values)
        return
    for variable in variables:
        yield _of_text(f"{variable} in {short_path(path)}", values.get(variable))


def read_dotenv(path: str) -> dict[str, str | None] | str:
    """Return the variables of a ``.env`` file, or in words why there are none."""
    from dotenv.parser import parse_stream

    full = os.path.expanduser(path)  # noqa: PTH111
    if not os.path.isfile(full):  # noqa: PTH113
        return "not there"
    try:
        with open(full, encoding="utf-8") as stream:  # noqa: PTH123
            # Not dotenv_values, which logs what it cannot read; and a $ in a secret is a $.
            return {one.key: one.value for one in parse_stream(stream) if one.key}
    except (OSError, ValueError) as error:
        return f"cannot be read: {type(error).__name__}"


def _of_keyring(name: SecretName) -> Try:
    if not vault.is_used() or not vault.has(name.vault_name):
        return Try("keyring", problem="not kept there")
    try:
        value = vault.get(name.vault_name)
    except ConfigError as error:
        return Try("keyring", problem=str(error.args[0]))
    return _of_text("keyring", value)
