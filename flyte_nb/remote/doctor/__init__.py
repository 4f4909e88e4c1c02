"""What stands between this notebook and Flyte, from the configuration file to the login."""

from __future__ import annotations

from .check import Check, State
from .examine import examine
from .report import Report, growing_report

__all__ = ["Check", "Report", "State", "examine", "growing_report"]
