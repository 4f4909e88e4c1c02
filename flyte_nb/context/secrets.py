"""Looking a secret up as a pod does: environment, then file."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload

from flyte_nb.config import Secrets, entries, environment
from flyte_nb.errors import InvalidValueError, SecretNotFoundError

if TYPE_CHECKING:
    from flyte_nb.config.objects import SecretsConfig
    from flyte_nb.models import Secret

_SPECIFICATION_PREFIX = "FLYTE_SECRETS_"
_UNSAFE = re.compile(r"[/\\\0\ud800-\udfff]|^\.{1,2}$")


@dataclass(frozen=True, slots=True)
class SecretsManager:
    """Finds the values of secrets; holds none.

    Attributes:
        declared: The secrets that the running task asked for.

    Example:
        >>> current_context().secrets.get("my-group", "api_key")
        >>> current_context().secrets.my_group.api_key
    """

    declared: tuple[Secret, ...] = ()

    @overload
    def get(
        self,
        group: str | None = None,
        key: str | None = None,
        group_version: str | None = None,
        encode_mode: Literal["r"] = "r",
    ) -> str: ...
    @overload
    def get(
        self,
        group: str | None = None,
        key: str | None = None,
        group_version: str | None = None,
        *,
        encode_mode: Literal["rb"],
    ) -> bytes: ...
    def get(
        self,
        group: str | None = None,
        key: str | None = None,
        group_version: str | None = None,
        encode_mode: str = "r",
    ) -> str | bytes:
        """Return the value of a secret, without blanks around it.

        Args:
            group: Name of the secret.
            key: Key inside it.
            group_version: Version of the group.
            encode_mode: ``"r"`` for text, ``"rb"`` for bytes.

        Raises:
            SecretNotFoundError: No source has it; the message says every name and path tried.
            InvalidValueError: Neither group nor key is given, or one would leave the folder.
        """
        from pathlib import Path

        parts = _parts(group, group_version, key)
        if encode_mode not in ("r", "rb"):
            raise InvalidValueError(f"encode_mode {encode_mode!r}: 'r' for text, 'rb' for bytes")
        binary = encode_mode == "rb"
        names = self._env_names(group, group_version, key)
        for name in names:
            text = environment().get(name)
            if text is not None:
                return text.strip().encode(errors="surrogateescape") if binary else text.strip()
        path = Path(self.get_secrets_file(group, key, group_version))
        problem = "not there"
        try:
            data = path.read_bytes().strip()
            return data if binary else data.decode()
        except FileNotFoundError:
            pass
        except OSError as error:
            problem = error.strerror or type(error).__name__
        except UnicodeDecodeError:
            problem = "not UTF-8 text; ask for it with encode_mode='rb'"
        tried = [*(f"variable {name}: not set" for name in names), f"file {path}: {problem}"]
        raise SecretNotFoundError(
            f"secret {'/'.join(parts)} was not found; tried, in this order:\n"
            + "\n".join(f"    {one}" for one in tried),
            hint=f"set {names[0]}, or write the file; on a cluster the task also needs"
            f" secret_requests=[{_as_declaration(group, key, group_version)}]",
        )

    def get_secrets_env_var(
        self, group: str | None = None, key: str | None = None, group_version: str | None = None
    ) -> str:
        """Return the name of the variable that a pod has for this secret."""
        return _config().env_prefix + "_".join(_parts(group, group_version, key)).upper()

    def get_secrets_file(
        self, group: str | None = None, key: str | None = None, group_version: str | None = None
    ) -> str:
        """Return the path of the file that a pod has for this secret."""
        from pathlib import Path

        *folders, name = [part.lower() for part in _parts(group, group_version, key)]
        config = _config()
        # Not Path.expanduser, which raises for a user that there is not.
        root = Path(os.path.expanduser(config.default_dir))  # noqa: PTH111
        return str(root.joinpath(*folders, config.file_prefix + name))

    def __getattr__(self, group: str) -> _Group:
        if group.startswith("_"):  # what copy, pickle and IPython probe for is not a group
            raise AttributeError(group)
        return _Group(self, group)

    def _env_names(self, group: str | None, version: str | None, key: str | None) -> list[str]:
        spellings = [_parts(group, version, key)]
        if group and "_" in group:
            spellings.append(_parts(group.replace("_", ""), version, key))
        # Without group and key, a bare name would match any variable: "home" is not $HOME.
        wanted = (group, key, version)
        bare = bool(group and key) or any(
            (s.group, s.key, s.group_version) == wanted for s in self.declared
        )
        prefixes = [_config().env_prefix, _SPECIFICATION_PREFIX, *([""] if bare else [])]
        names = [p + "_".join(s).upper() for p in prefixes for s in spellings]
        settings = {name for entry in entries(Secrets) for name in entry.env_names}
        return [name for name in dict.fromkeys(names) if name not in settings]


@dataclass(frozen=True, slots=True)
class _Group:
    """``ctx.secrets.<group>``: its attributes are the keys."""

    _manager: SecretsManager
    _group: str

    def __getattr__(self, key: str) -> str:
        if key.startswith("_"):
            raise AttributeError(key)
        return self._manager.get(self._group, key)


def _config() -> SecretsConfig:
    """Return where secrets are looked up, as the configuration says now."""
    from flyte_nb.config.objects import SecretsConfig

    config = SecretsConfig.auto()
    return SecretsConfig(
        env_prefix=config.env_prefix.strip(),
        default_dir=config.default_dir.strip(),
        file_prefix=config.file_prefix.strip(),
    )


def _parts(group: str | None, version: str | None, key: str | None) -> list[str]:
    """Return the given parts in the order that names are made of."""
    parts: list[Any] = [part for part in (group, version, key) if part]
    if not parts:
        raise InvalidValueError(
            "a secret needs a group or a key", hint="write secrets.get('my-group', 'my-key')"
        )
    for part in parts:
        if not isinstance(part, str) or _UNSAFE.search(part):
            raise InvalidValueError(f"{part!r} cannot be part of a secret's name")
    return parts


def _as_declaration(group: str | None, key: str | None, version: str | None) -> str:
    given = {"group": group, "key": key, "group_version": version}
    return f"Secret({', '.join(f'{k}={v!r}' for k, v in given.items() if v)})"
