"""Launch plans: made, checked, shown, and as admin is sent them."""

from __future__ import annotations

from .plan import LaunchPlan

__all__ = ["LaunchPlan"]
