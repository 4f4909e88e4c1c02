"""The phases of a workflow's execution."""

from __future__ import annotations

from enum import IntEnum


class WorkflowExecutionPhase(IntEnum):
    """Where an execution stands (flyteidl ``core.WorkflowExecution.Phase``)."""

    UNDEFINED = 0
    QUEUED = 1
    RUNNING = 2
    SUCCEEDING = 3
    SUCCEEDED = 4
    FAILING = 5
    FAILED = 6
    ABORTED = 7
    TIMED_OUT = 8
    ABORTING = 9

    @classmethod
    def enum_to_string(cls, int_value: int) -> str:
        """Return the name of a phase; for what is none, its number."""
        return next((phase.name for phase in cls if phase == int_value), str(int_value))

    @property
    def is_terminal(self) -> bool:
        """Whether an execution stays in it."""
        return self in TERMINAL


TERMINAL = (
    WorkflowExecutionPhase.SUCCEEDED,
    WorkflowExecutionPhase.FAILED,
    WorkflowExecutionPhase.ABORTED,
    WorkflowExecutionPhase.TIMED_OUT,
)
