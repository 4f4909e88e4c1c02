"""What the typed objects are made of: the settings that are given at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from .file import Snapshot, get_config_file
from .resolve import explicit_value, says_something
from .sources.environment import environment

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from typing_extensions import Self

    from .entry import ConfigEntry
    from .file import ConfigFile


class FromSettings:
    """A typed object each of whose fields is one setting."""

    SETTINGS: ClassVar[dict[str, ConfigEntry]] = {}

    @classmethod
    def auto(cls, config_file: str | os.PathLike[str] | ConfigFile | None = None) -> Self:
        """Return what environment and configuration file say.

        Args:
            config_file: The file; the first of the usual places by default.

        Raises:
            ConfigFileError: The file cannot be used; the message says where and why.
        """
        return cls(**given(get_config_file(config_file), **cls.SETTINGS))


def given(cfg: ConfigFile | None, **fields: ConfigEntry) -> dict[str, Any]:
    """Return the value of each field for which a source says something.

    Args:
        cfg: The configuration file, if there is one.
        **fields: Field of the typed object, and its setting.

    Raises:
        ConfigFileError: The file cannot be used.
    """
    document = None if cfg is None else cfg.checked_document()
    environ: Mapping[str, str] = environment()
    in_keyring = True
    if isinstance(cfg, Snapshot):
        environ, in_keyring = cfg.environ, cfg.in_keyring
    found = (
        (name, explicit_value(entry, document, environ, in_keyring=in_keyring))
        for name, entry in fields.items()
    )
    return {name: value for name, value in found if value is not None and says_something(value)}
