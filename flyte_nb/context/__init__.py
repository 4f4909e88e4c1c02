"""What a task sees while it runs."""

from __future__ import annotations

from .current import current, running
from .parameters import ExecutionParameters
from .scope import RunScope
from .secrets import SecretRules, SecretsManager
from .settings import ContextSettings
from .stats import Stats
from .workspace import Workspace

__all__ = [
    "ContextSettings",
    "ExecutionParameters",
    "RunScope",
    "SecretRules",
    "SecretsManager",
    "Stats",
    "Workspace",
    "current",
    "running",
]
