"""Editing a configuration file: what is typed, what is wrong with it, what it would change."""

from __future__ import annotations

from .change import change, keep_secret, secret_place
from .editor import ConfigEditor
from .secrets import SecretPlace

__all__ = ["ConfigEditor", "SecretPlace", "change", "keep_secret", "secret_place"]
