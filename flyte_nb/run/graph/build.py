"""The graph that a workflow becomes: which node gets what from which."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

from flyte_nb.errors import WorkflowDefinitionError

from .bindings import Binder
from .node import Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.context import ContextSettings
    from flyte_nb.context.states import CompilationState
    from flyte_nb.run.interface import Interface


class Entity(Protocol):
    """What can be a node: a task, a workflow, a launch plan, a choice.

    All but a choice have ``run_as_node(inputs, within)`` too.
    """

    name: str

    @property
    def interface(self) -> Interface:
        """Its inputs and outputs."""

    @property
    def needs_environment(self) -> Callable[[ContextSettings], bool]:
        """Says whether it sets variables when it runs under some settings."""


def add_node(
    graph: CompilationState, entity: Entity, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Add a call of *entity* to *graph*; return what stands for its value.

    Raises:
        TypeTransformerFailedError: An input is unknown, missing, or of a wrong type.
        WorkflowDefinitionError: An input is a promise of another workflow, or the task is
            asynchronous.
    """
    if getattr(entity, "is_async", False):
        raise WorkflowDefinitionError(
            f"{entity.name} is a coroutine function: called in a workflow it gives a coroutine"
            " under flytekit, and no node",
            hint="write def, with asyncio.run(…) in it for what it awaits, or use map_task of it",
        )
    interface = entity.interface
    binder = Binder(graph)
    bindings = {
        name: binder.bind(value, interface.types[name], f"{interface.name}({name}=…)")
        for name, value in interface.bind(args, kwargs).items()
    }
    node = Node(graph, f"{graph.prefix}n{len(graph.nodes)}", entity, bindings)
    node.upstream.update(binder.upstream)
    graph.add_node(node)
    return node.outputs()


def in_order(nodes: list[Node], workflow: str) -> list[Node]:
    """Return *nodes*, each after those that it needs.

    Raises:
        WorkflowDefinitionError: Some need one another, or have one name.
    """
    place = {node: number for number, node in enumerate(nodes)}
    if lost := [n for node in nodes for n in node.upstream if n not in place]:
        raise inside_a_case(workflow, lost[0])
    by_id: dict[str, Node] = {}
    for node in nodes:
        other = by_id.setdefault(node.id, node)
        if other is not node:
            raise WorkflowDefinitionError(f"{workflow}: two nodes are called {node.id!r}")
    if all(place[before] < place[node] for node in nodes for before in node.upstream):
        return nodes  # as they were declared: only `>>` can say otherwise
    from graphlib import CycleError, TopologicalSorter

    try:
        return list(TopologicalSorter({n: n.upstream for n in nodes}).static_order())
    except CycleError as error:
        waiting: list[Node] = error.args[1]  # the first one again at the end
        circle = " >> ".join(node.name for node in waiting)
        told = WorkflowDefinitionError(f"{workflow}: these wait for one another: {circle}")
        places = [after.upstream.get(before) for before, after in pairwise(waiting)]
        told.place = next(filter(None, reversed(places)), None)
        raise told from None


def inside_a_case(workflow: str, node: Node) -> WorkflowDefinitionError:
    """Return the error for *node*, of a case of a conditional, that is used outside of it."""
    return WorkflowDefinitionError(
        f"{workflow}: {node.name} runs in one case of a conditional, and is used outside of it",
        hint="use what the conditional as a whole gives",
    )
