"""Editing a configuration file: what is typed, what is wrong with it, what it would change."""

from __future__ import annotations

from .editor import ConfigEditor
from .secrets import SecretPlace
from .text import change, keep_secret

__all__ = ["ConfigEditor", "SecretPlace", "change", "keep_secret"]
