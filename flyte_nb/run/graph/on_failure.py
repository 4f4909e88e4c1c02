"""What runs when a workflow has failed: ``@workflow(on_failure=…)``."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any

from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.context.states import CompilationState
from flyte_nb.errors import WorkflowDefinitionError
from flyte_nb.run.describe import error_in_words, type_name
from flyte_nb.run.failures import failed_node
from flyte_nb.run.scheduler import run_nodes

from .build import add_node
from .compiled import input_promises
from .node import START_NODE, Node

if TYPE_CHECKING:
    from flyte_nb.run.interface import Interface
    from flyte_nb.run.workflow_execution import WorkflowExecution

_ERR = "err"


def failure_node(handler: Any, interface: Interface) -> Node:
    """Return the call of *handler* with the inputs of a workflow.

    Args:
        handler: A task, a workflow or a launch plan.
        interface: The workflow's.

    Raises:
        WorkflowDefinitionError: It is none of these; it does not take one of the workflow's inputs,
            or takes others that cannot be None; or its ``err`` is no `FlyteError`.
        TypeTransformerFailedError: An input is of another type there.
    """
    where = f"workflow {interface.name}: on_failure"
    if not hasattr(handler, "run_as_node"):
        raise WorkflowDefinitionError(
            f"{where}={type(handler).__name__} is neither a task nor a workflow"
        )
    taken = handler.interface.types
    if lost := [name for name in interface.inputs if name not in handler.interface.inputs]:
        raise WorkflowDefinitionError(
            f"{where}: {handler.name} does not take {', '.join(lost)}",
            hint="it is given all inputs of the workflow",
        )
    others = [name for name in handler.interface.inputs if name not in interface.inputs]
    for name in others:
        if type(None) not in typing.get_args(taken[name]):
            raise WorkflowDefinitionError(
                f"{where}: {handler.name} needs {name}, which the workflow has not",
                hint=f"write {name}: {type_name(taken[name])} | None = None",
            )
    if _ERR in others and error_class(taken[_ERR]) is None:
        raise WorkflowDefinitionError(
            f"{where}: {_ERR} of {handler.name} is {type_name(taken[_ERR])}",
            hint="write err: FlyteError | None = None",
        )
    graph = CompilationState(prefix="f")
    given = {**dict.fromkeys(others), **input_promises(graph, interface)}
    add_node(graph, handler, (), given)
    node: Node = graph.nodes[0]
    return node


def error_class(expected: Any) -> Any:
    """Return the class that *expected*, the type of ``err``, wants it to be; None for another.

    flytekit's class of that name is one too.
    """
    kinds = [kind for kind in typing.get_args(expected) if kind is not type(None)]
    return next((kind for kind in kinds if kind.__name__ == "FlyteError"), None)


def handle(
    node: Node, error: Exception, inputs: dict[str, Any], within: WorkflowExecution, workflow: str
) -> None:
    """Run the handler; what it raises itself is only logged, as *error* is what went wrong.

    Args:
        node: Its call, see `failure_node`.
        error: What the workflow's node raised.
        inputs: The workflow's.
        within: The execution.
        workflow: Its name.
    """
    entity: Any = node.entity
    bindings = dict(node.bindings)
    if _ERR in bindings and _ERR not in inputs:
        path = failed_node(error).removeprefix(within.path)
        kind = error_class(entity.interface.types[_ERR])
        bindings[_ERR] = kind(message=_message(error), failed_node_id=path.partition("/")[0])
    call = Node(node.graph, node.id, entity, bindings)
    try:
        run_nodes([call], {START_NODE: inputs}, within)
    except Exception as failure:  # noqa: BLE001 - whatever it is, the first error is raised
        TASK_LOGGER.error("%s: on_failure failed too: %s", workflow, error_in_words(failure))


def _message(error: Exception) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 - a user's exception may fail to describe itself
        return error_in_words(error)
