"""Widgets. Importing this package imports anywidget."""

from __future__ import annotations

from .context_panel import ContextPanel

__all__ = ["ContextPanel"]
