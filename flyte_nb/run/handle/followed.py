"""Runs an entity as the whole of an execution, with its nodes in the progress."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from flyte_nb.run.cell.parts import cell_source

from .progress import NodeProgress, in_words, kind_of
from .transcript import Transcript

if TYPE_CHECKING:
    from flyte_nb.run.workflow_execution import WorkflowExecution

ONLY_NODE = "n0"  # as a cluster calls the node of a task that is run by itself


class Followed:
    """An entity that is run as the whole of *execution*.

    Args:
        entity: What is run.
        execution: The whole.
        given: Its inputs by name, in words.
    """

    def __init__(self, entity: Any, execution: WorkflowExecution, given: dict[str, str]) -> None:
        self._entity = entity
        self._execution = execution
        self._given = given

    def run(self, inputs: dict[str, Any]) -> tuple[Any, dict[str, str]]:
        """Run it in this thread; return its value, and each output of it by name, in words."""
        __tracebackhide__ = True
        try:
            return self._run(inputs)
        finally:
            try:
                self._execution.close()
            except KeyboardInterrupt:  # inside of it, or before its first line
                self._execution.close()
                raise

    def _run(self, inputs: dict[str, Any]) -> tuple[Any, dict[str, str]]:
        __tracebackhide__ = True
        execution = self._execution
        execution.team.adopt(threading.current_thread())
        execution.team.check()
        if kind_of(self._entity) in {"workflow", "launch plan"}:
            value = self._entity.run_as_whole(inputs, execution)
            return value, in_words(self._entity.interface.split(value))
        return self._as_node(inputs)

    def _as_node(self, inputs: dict[str, Any]) -> tuple[Any, dict[str, str]]:
        __tracebackhide__ = True
        entity, execution = self._entity, self._execution
        progress = execution.progress
        if progress is None:
            value = entity.run_as_node(inputs, execution.at(ONLY_NODE))
            return value, in_words(entity.interface.split(value))
        name, kind = entity.name, kind_of(entity)
        node = NodeProgress(
            path=ONLY_NODE,
            name=name,
            calls=name,
            kind=kind,
            transcript=Transcript(progress.room),
            inputs=self._given,
        )
        progress.add([node])
        progress.began(ONLY_NODE)
        try:
            value = entity.run_as_node(inputs, execution.at(ONLY_NODE))
            # Refuses what a cluster could not hand on.
            node.outputs = outputs = in_words(_named(entity, entity.interface.split(value)))
        except BaseException as error:
            progress.ended(ONLY_NODE, error)
            raise
        progress.ended(ONLY_NODE)
        return value, outputs


def _named(entity: Any, outputs: dict[str, Any]) -> dict[str, Any]:
    """Return *outputs* by the names that a cell gives them: a cluster calls a single one o0."""
    source = cell_source(entity)
    if source is None or len(source.outputs) != len(outputs):
        return outputs
    return dict(zip(source.outputs, outputs.values(), strict=True))
