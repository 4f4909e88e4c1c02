"""What a task sees while it runs."""

from __future__ import annotations

from .attempt import AttemptParameters
from .current import current, running
from .parameters import ExecutionParameters
from .scope import RunScope
from .secrets import SecretRules, SecretsManager
from .settings import ContextSettings
from .stats import TaggableStats
from .workspace import Workspace

__all__ = [
    "AttemptParameters",
    "ContextSettings",
    "ExecutionParameters",
    "RunScope",
    "SecretRules",
    "SecretsManager",
    "TaggableStats",
    "Workspace",
    "current",
    "running",
]
