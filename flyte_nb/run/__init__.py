"""Running tasks, workflows and launch plans where they are called."""

from __future__ import annotations

from .record import Attempt, Phase, TaskRun
from .task import Task, task

__all__ = ["Attempt", "Phase", "Task", "TaskRun", "task"]
