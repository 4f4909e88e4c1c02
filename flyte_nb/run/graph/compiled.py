"""The body of a workflow or a dynamic task, followed once: nodes, and what comes out."""

from __future__ import annotations

from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.context.manager import FlyteContextManager
from flyte_nb.context.states import CompilationState
from flyte_nb.errors import FlyteNbError, WorkflowDefinitionError
from flyte_nb.run.describe import type_name
from flyte_nb.run.scheduler import run_nodes
from flyte_nb.run.type_relation import may_fit

from .bindings import Binder, resolve
from .build import in_order, inside_a_case
from .node import START_NODE, Node, outputs_class
from .promise import Promise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flyte_nb.run.interface import Interface
    from flyte_nb.run.workflow_execution import WorkflowExecution


@dataclass(frozen=True, slots=True)
class Compiled:
    """A graph that can be run.

    Attributes:
        interface: Inputs and outputs of what was compiled.
        nodes: The calls in it, in the order in which they were written.
        order: The same, each after those that it waits for.
        outputs: What each output is bound to.
        kept: The nodes whose outputs come out.
        entities: What the nodes call, each once.
    """

    interface: Interface
    nodes: list[Node]
    order: list[Node]
    outputs: list[Any]
    kept: tuple[Node, ...]
    entities: tuple[Any, ...]

    def run(
        self, inputs: dict[str, Any], within: WorkflowExecution, *, fail_late: bool = False
    ) -> Any:
        """Run the nodes as a part of an execution; return the value.

        Raises:
            TypeTransformerFailedError: The value is not of the declared type.
        """
        __tracebackhide__ = True
        start = {START_NODE: inputs}
        values = run_nodes(self.order, start, within, kept=self.kept, fail_late=fail_late)
        if not self.outputs:
            return None
        found = [resolve(binding, values) for binding in self.outputs]
        value = self.interface.check_output(self.interface.join(found))
        if type(value) is tuple and len(found) > 1:  # not the only output, a tuple of one type
            return outputs_class(tuple(self.interface.outputs))(*value)
        return value


def input_promises(graph: CompilationState, interface: Interface) -> dict[str, Promise]:
    """Return what stands for the inputs in the body of a workflow."""
    start = Node(graph, START_NODE, None, {})
    return {name: Promise(start, name, interface.types[name]) for name in interface.inputs}


def compile_body(
    body: Callable[[CompilationState], Any], interface: Interface, what: str
) -> Compiled:
    """Follow *body* and return the graph of its calls.

    Args:
        body: Is given the graph and returns what comes out.
        interface: Says what is to come out.
        what: The workflow or the task, for messages.

    Raises:
        WorkflowDefinitionError: Its parts do not fit together.
        TypeTransformerFailedError: A value of a wrong type would come out.
    """
    __tracebackhide__ = True
    graph = CompilationState(prefix="")
    # In a context of its own: an interrupt at any moment leaves nobody compiling.
    returned = copy_context().run(_follow, body, graph)
    if graph.sections:
        raise WorkflowDefinitionError(
            f"{what}: conditional {graph.sections[0].name} has no end",
            hint="finish it by .else_().then(…) or .else_().fail('why')",
        )
    binder = Binder(graph)
    try:
        bound = [
            binder.bind(value, kind, f"{interface.name}, output {output}")
            for value, (output, kind) in zip(
                _separate(returned, interface, what), interface.outputs.items(), strict=True
            )
        ]
    except FlyteNbError as error:
        error.place = interface.returns_at
        raise
    order = in_order(graph.nodes, what)
    if lost := set(binder.upstream).difference(graph.nodes):
        raise inside_a_case(what, lost.pop())
    entities = tuple({id(entity): entity for entity in _entities(graph.nodes)}.values())
    return Compiled(interface, graph.nodes, order, bound, tuple(binder.upstream), entities)


def _entities(nodes: list[Node]) -> Iterator[Any]:
    """Yield what *nodes* call, and those in the cases of a conditional."""
    for node in nodes:
        for branch in getattr(node, "branches", ()):
            yield from _entities(branch.nodes)
        if not hasattr(node, "branches"):
            yield getattr(node.entity, "original", node.entity)


def _follow(body: Callable[[CompilationState], Any], graph: CompilationState) -> Any:
    __tracebackhide__ = True
    ctx = FlyteContextManager.current_context()
    with FlyteContextManager.with_context(ctx.with_compilation_state(graph)):
        return body(graph)


def _separate(returned: Any, interface: Interface, what: str) -> tuple[Any, ...]:
    """Return one value for each output.

    Raises:
        WorkflowDefinitionError: There are more or fewer.
    """
    outputs = list(interface.outputs.values())
    if len(outputs) == 1 and not isinstance(returned, (tuple, Node)):
        is_missing = returned is None and not may_fit(type(None), outputs[0])
        found: tuple[Any, ...] = () if is_missing else (returned,)
    elif returned is None or isinstance(returned, Node):  # the call of a task without output
        found = ()
    else:
        found = returned if isinstance(returned, tuple) else (returned,)
    if len(found) == len(outputs):
        return found
    declared = ", ".join(map(type_name, outputs))
    raise WorkflowDefinitionError(
        f"{what} declares {len(outputs)} output{'' if len(outputs) == 1 else 's'}"
        f"{f' ({declared})' if declared else ''} and returns {len(found) or 'nothing'}",
        hint="write -> and the type of what it returns" if not declared else "",
    )
