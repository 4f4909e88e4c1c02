"""Secrets: found where a pod finds them, and in stores of the notebook's own."""

from __future__ import annotations

from .manager import SecretsManager
from .rules import SecretRules

__all__ = ["SecretRules", "SecretsManager"]
