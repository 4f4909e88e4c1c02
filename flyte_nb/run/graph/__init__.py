"""The graph of calls that a workflow becomes: declared, checked, then run by the scheduler."""

from __future__ import annotations

from .build import add_node

__all__ = ["add_node"]
