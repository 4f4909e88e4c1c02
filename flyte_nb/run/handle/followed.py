"""Runs an entity as the whole of an execution, with its nodes in the progress."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from .progress import NodeProgress, kind_of

if TYPE_CHECKING:
    from flyte_nb.run.workflow_execution import WorkflowExecution

ONLY_NODE = "n0"  # as a cluster calls the node of a task that is run by itself


class Followed:
    """An entity that is run as the whole of *execution*."""

    def __init__(self, entity: Any, execution: WorkflowExecution) -> None:
        self._entity = entity
        self._execution = execution

    def run(self, inputs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Run it in this thread; return its value, and each output of it by name."""
        __tracebackhide__ = True
        execution = self._execution
        execution.team.adopt(threading.current_thread())
        if execution.team.is_stopped:
            raise KeyboardInterrupt
        if kind_of(self._entity) in {"workflow", "launch plan"}:
            value = self._entity.run_as_whole(inputs, execution)
            return value, self._entity.interface.split(value)
        return self._as_node(inputs)

    def _as_node(self, inputs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        __tracebackhide__ = True
        entity, execution = self._entity, self._execution
        progress = execution.progress
        if progress is None:
            value = entity.run_as_node(inputs, execution.at(ONLY_NODE))
            return value, entity.interface.split(value)
        progress.add(
            [
                NodeProgress(
                    path=ONLY_NODE, name=entity.name, calls=entity.name, kind=kind_of(entity)
                )
            ]
        )
        progress.began(ONLY_NODE)
        try:
            value = entity.run_as_node(inputs, execution.at(ONLY_NODE))
            outputs = entity.interface.split(value)  # refuses what a cluster could not hand on
        except BaseException as error:
            progress.ended(ONLY_NODE, error)
            raise
        progress.ended(ONLY_NODE)
        return value, outputs
