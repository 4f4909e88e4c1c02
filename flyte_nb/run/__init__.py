"""Running tasks, workflows and launch plans where they are called."""

from __future__ import annotations

from .decorator import task
from .record import Attempt, Phase, TaskRun
from .task import Task

__all__ = ["Attempt", "Phase", "Task", "TaskRun", "task"]
