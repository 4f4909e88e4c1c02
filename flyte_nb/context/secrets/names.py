"""What a secret is called in each place where it may be."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flyte_nb.config import Secrets, entries
from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    from flyte_nb.config.objects import SecretsConfig

_SPECIFICATION_PREFIX = "FLYTE_SECRETS_"
_UNSAFE = re.compile(r"[/\\\0\ud800-\udfff]|^\.{1,2}$")
# The settings of the lookup itself begin like secrets of the specification's example do.
_SETTINGS = frozenset(name for entry in entries(Secrets) for name in entry.env_names)


@dataclass(frozen=True, slots=True)
class SecretName:
    """A secret, by the parts of its name.

    Attributes:
        group: Name of the secret.
        key: Key inside it.
        version: Version of the group.

    Raises:
        InvalidValueError: Neither group nor key is given, or one would leave the folder.
    """

    group: str | None = None
    key: str | None = None
    version: str | None = None

    def __post_init__(self) -> None:
        if not self.parts:
            raise InvalidValueError(
                "a secret needs a group or a key", hint="write secrets.get('my-group', 'my-key')"
            )
        for part in self.parts:
            if not isinstance(part, str) or _UNSAFE.search(part):
                raise InvalidValueError(f"{part!r} cannot be part of a secret's name")

    @property
    def parts(self) -> list[Any]:
        """The parts that are given, in the order that names are made of."""
        return [part for part in (self.group, self.version, self.key) if part]

    @property
    def label(self) -> str:
        """What a user calls it: ``group/key``."""
        return "/".join(self.parts)

    @property
    def declaration(self) -> str:
        """How a task declares it."""
        given = {"group": self.group, "key": self.key, "group_version": self.version}
        return f"Secret({', '.join(f'{k}={v!r}' for k, v in given.items() if v)})"

    @property
    def vault_name(self) -> str:
        """What it is called in the keyring's vault."""
        return f"secret/{self.label}"

    def variables(self, prefix: str, *, bare: bool) -> tuple[str, ...]:
        """Return the names of its variable, the strongest first.

        Args:
            prefix: The configured prefix.
            bare: Whether a name without any prefix counts.
        """
        return _variables(self, prefix, bare)

    def file(self, config: SecretsConfig) -> str:
        """Return the path of the file that a pod has for it."""
        *folders, name = [part.lower() for part in self.parts]
        # Not Path.expanduser, which raises for a user that there is not.
        root = os.path.expanduser(config.default_dir)  # noqa: PTH111
        return os.path.join(root, *folders, config.file_prefix + name)  # noqa: PTH118


@lru_cache(maxsize=256)
def _variables(name: SecretName, prefix: str, bare: bool) -> tuple[str, ...]:  # noqa: FBT001
    spellings = [name.parts]
    if name.group and "_" in name.group:
        squeezed = SecretName(name.group.replace("_", "") or None, name.key, name.version)
        spellings.append(squeezed.parts)
    prefixes = (prefix, _SPECIFICATION_PREFIX, *([""] if bare else []))
    found = dict.fromkeys(p + "_".join(s).upper() for p in prefixes for s in spellings)
    return tuple(name for name in found if name not in _SETTINGS)
