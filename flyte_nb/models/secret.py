"""Secrets that a task asks the platform for."""

from __future__ import annotations

from enum import Enum

from flyte_nb.errors import InvalidValueError

from .checks import check_texts
from .message import Message, named
from .pattern import fullmatch
from .record import field
from .shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

_ENV_NAME = r"[A-Z_][A-Z0-9_]*"


class _MountType(Enum):
    """How a secret reaches the pod (flyteidl ``core.Secret.MountType``)."""

    ANY = 0
    ENV_VAR = 1
    FILE = 2


class Secret(Message):
    """A secret that a task declares (flyteidl ``core.Secret``).

    Args:
        group: Name of the secret, e.g. of the Kubernetes secret.
        key: Key inside the group.
        group_version: Version of the group.
        mount_requirement: Whether the pod gets it as variable or as file.
        env_var: Variable of the task that holds the value, or the path for a file.

    Raises:
        InvalidValueError: No group is given though the plugin asks for one, or a field is not
            what the platform accepts.
    """

    IDL: ClassVar[str] = "core.security_pb2.Secret"
    MountType: ClassVar[type[_MountType]] = _MountType

    group: str | None = None
    key: str | None = None
    group_version: str | None = None
    mount_requirement: _MountType = field(default=_MountType.ANY, metadata=named(_MountType))
    env_var: str | None = None

    def __post_init__(self) -> None:
        check_texts(self, "group", "key", "group_version", "env_var")
        if not self.group and _needs_group():
            raise InvalidValueError(
                "Secret(): group is required", hint="write Secret(group='my-group', key='my-key')"
            )
        if not isinstance(self.mount_requirement, _MountType):
            raise InvalidValueError(
                f"Secret(mount_requirement={shown(self.mount_requirement)}):"
                " not a Secret.MountType",
                hint="write Secret.MountType.FILE, for example",
            )
        if self.env_var is not None and not fullmatch(_ENV_NAME, self.env_var):
            raise InvalidValueError(
                f"Secret(env_var={shown(self.env_var)}): not the name of a variable",
                hint="use upper-case letters, digits and underscores; no digit first",
            )


def _needs_group() -> bool:
    from flyte_nb.config.plugin import get_plugin

    return bool(get_plugin().secret_requires_group())
