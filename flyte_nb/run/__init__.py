"""Running tasks, workflows and launch plans where they are called."""

from __future__ import annotations

from .record import Attempt, Phase, Run
from .task import Task, task

__all__ = ["Attempt", "Phase", "Run", "Task", "task"]
