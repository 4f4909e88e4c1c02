"""Changing a configuration file without touching anything but one setting."""

from __future__ import annotations

from .plan import Edit, plan_edit, plan_edits

__all__ = ["Edit", "plan_edit", "plan_edits"]
