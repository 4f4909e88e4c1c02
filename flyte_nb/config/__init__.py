"""The resolution core: which value a setting has."""

from __future__ import annotations

from .catalogue import LocalSDK, Secrets
from .entry import ConfigEntry
from .sources.environment import environment

__all__ = ["ConfigEntry", "LocalSDK", "Secrets", "environment"]
