"""The resolution core: which value a setting has."""

from __future__ import annotations

from .catalogue import LocalSDK, Secrets, entries
from .entry import ConfigEntry, LegacyConfigEntry, YamlConfigEntry
from .sources.environment import environment

__all__ = [
    "ConfigEntry",
    "LegacyConfigEntry",
    "LocalSDK",
    "Secrets",
    "YamlConfigEntry",
    "entries",
    "environment",
]
