"""Flyte's nouns as plain, validated data."""

from __future__ import annotations

from .identifiers import Identifier, ResourceType, WorkflowExecutionIdentifier
from .resources import Resources
from .security import Secret

__all__ = [
    "Identifier",
    "ResourceType",
    "Resources",
    "Secret",
    "WorkflowExecutionIdentifier",
]
