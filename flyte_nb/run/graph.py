"""The graph that a workflow becomes: which node gets what from which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from flyte_nb.errors import WorkflowDefinitionError

from .bindings import Binder, resolve
from .node import START_NODE, Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.context.states import CompilationState

    from .interface import Interface
    from .workflow_execution import WorkflowExecution


class Entity(Protocol):
    """What can be a node: a task, a workflow, a launch plan."""

    name: str

    @property
    def interface(self) -> Interface:
        """Its inputs and outputs."""

    @property
    def run_as_node(self) -> Callable[[dict[str, Any], WorkflowExecution], Any]:
        """Runs it with inputs by name, in an execution; returns its value."""


def add_node(
    graph: CompilationState, entity: Entity, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Add a call of *entity* to *graph*; return what stands for its value.

    Raises:
        TypeTransformerFailedError: An input is unknown, missing, or of a wrong type.
        WorkflowDefinitionError: An input is a promise of another workflow.
    """
    interface = entity.interface
    binder = Binder(graph)
    bindings = {
        name: binder.bind(value, interface.types[name], f"{interface.name}({name}=…)")
        for name, value in interface.bind(args, kwargs).items()
    }
    node = Node(graph, f"{graph.prefix}n{len(graph.nodes)}", entity, bindings)
    node.upstream_nodes.extend(binder.upstream)
    graph.add_node(node)
    return node.outputs()


def in_order(nodes: list[Node], workflow: str) -> list[Node]:
    """Return *nodes*, each after those that it needs.

    Raises:
        WorkflowDefinitionError: Some need one another.
    """
    place = {node: number for number, node in enumerate(nodes)}
    if all(place[before] < place[node] for node in nodes for before in node.upstream_nodes):
        return nodes  # as they were declared: only `>>` can say otherwise
    from graphlib import CycleError, TopologicalSorter

    try:
        return list(TopologicalSorter({n: n.upstream_nodes for n in nodes}).static_order())
    except CycleError as error:
        circle = " >> ".join(node.name for node in error.args[1])
        raise WorkflowDefinitionError(f"{workflow}: these wait for one another: {circle}") from None


def run_nodes(
    nodes: list[Node], inputs: dict[str, Any], within: WorkflowExecution
) -> dict[str, dict[str, Any]]:
    """Run *nodes* one after the other; return node's id to its outputs by name.

    Args:
        nodes: In an order that `in_order` gave.
        inputs: The workflow's inputs, by name: the outputs of the start node.
        within: The execution that they are part of.
    """
    __tracebackhide__ = True
    values: dict[str, dict[str, Any]] = {START_NODE: inputs}
    for node in nodes:
        if node.entity is not None:
            given = {name: resolve(binding, values) for name, binding in node.bindings.items()}
            value = node.entity.run_as_node(given, within)
            values[node.id] = node.entity.interface.split(value)
    return values
