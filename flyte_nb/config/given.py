"""Which settings are given at all: the keyword arguments of the typed objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .resolve import explicit_value, says_something
from .sources.environment import environment

if TYPE_CHECKING:
    from .entry import ConfigEntry
    from .file import ConfigFile


def given(cfg: ConfigFile | None, **fields: ConfigEntry) -> dict[str, Any]:
    """Return the value of each field for which a source says something.

    Args:
        cfg: The configuration file, if there is one.
        **fields: Field of the typed object, and its setting.

    Raises:
        ConfigFileError: The file cannot be used.
    """
    document = None if cfg is None else cfg.checked_document()
    environ = environment()
    values = {n: explicit_value(entry, document, environ) for n, entry in fields.items()}
    return {name: value for name, value in values.items() if says_something(value)}
