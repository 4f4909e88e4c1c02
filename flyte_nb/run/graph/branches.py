"""A choice between parts of a graph: one node outside, cases with nodes of their own inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import BranchFailedError, WorkflowDefinitionError
from flyte_nb.run.describe import type_name
from flyte_nb.run.runnable import most_retries
from flyte_nb.run.scheduler import run_nodes
from flyte_nb.run.type_relation import may_fit

from .build import in_order
from .node import START_NODE, ControlNode, Node
from .promise import Promise, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from traceback import FrameSummary

    from flyte_nb.context import ContextSettings
    from flyte_nb.context.states import CompilationState
    from flyte_nb.run.workflow_execution import WorkflowExecution

    from .expressions import Expression


@dataclass(frozen=True, slots=True)
class Branch:
    """One case.

    Attributes:
        expression: When it is the one; None for otherwise.
        nodes: What is run then.
        outputs: What it gives, by name; None where it fails.
        error: Why it fails.
    """

    expression: Expression | None
    nodes: list[Node]
    outputs: dict[str, Promise] | None
    error: str

    def holds(self, values: dict[str, dict[str, Any]]) -> bool:
        """Return whether it is this one's turn, when no earlier one had it."""
        return self.expression is None or self.expression.evaluate(values)

    def promises(self) -> Iterator[Promise]:
        """Yield what decides about it, and what it gives."""
        if self.expression is not None:
            yield from self.expression.promises()
        yield from (self.outputs or {}).values()


class _Outputs:
    """The outputs of a choice; the part of an `Interface` that a node needs."""

    def __init__(self, outputs: dict[str, Any]) -> None:
        self.outputs = outputs

    def split(self, value: dict[str, Any]) -> dict[str, Any]:
        return value

    def join(self, promises: list[Any]) -> Any:
        return promises[0] if len(promises) == 1 else tuple(promises)


class Choice:
    """What a conditional becomes: cases, of which one is run.

    Attributes:
        name: What it is called.
        branches: The cases, in order.
        interface: Its outputs.
    """

    def __init__(self, name: str, branches: list[Branch]) -> None:
        self.name = name
        self.branches = branches
        self.interface: Any = _Outputs(_common_outputs(name, branches))

    @property
    def most_retries(self) -> int | None:
        """The most that a call in one of the cases has."""
        return most_retries(node for branch in self.branches for node in branch.nodes)

    def needs_environment(self, settings: ContextSettings) -> bool:
        """Return whether a task in one of the cases sets variables."""
        return any(node.needs_environment(settings) for b in self.branches for node in b.nodes)


class ChoiceNode(ControlNode):
    """A choice in a graph; what its cases look at is upstream of it."""

    __slots__ = ()

    @property
    def choice(self) -> Choice:
        """What is chosen from."""
        return self.entity  # type: ignore[return-value]  # it is made with one

    @property
    def branches(self) -> list[Branch]:
        """Its cases, in order."""
        return self.choice.branches

    def run(self, values: dict[str, dict[str, Any]], within: WorkflowExecution) -> dict[str, Any]:
        """Run the case whose turn it is; return the choice's outputs by name.

        Raises:
            BranchFailedError: The case says that the workflow fails.
        """
        __tracebackhide__ = True
        branch = next(b for b in self.branches if b.holds(values))
        if branch.outputs is None:
            raise BranchFailedError(branch.error)
        outputs = self.choice.interface.outputs
        promises = [branch.outputs[name] for name in outputs]
        kept = {promise._node for promise in promises}  # noqa: SLF001
        seen = {node.id: values[node.id] for node in self.upstream}
        inner = run_nodes(branch.nodes, {START_NODE: values[START_NODE], **seen}, within, kept=kept)
        return {
            name: value_of(promise, inner[promise._node.id])  # noqa: SLF001
            for name, promise in zip(outputs, promises, strict=True)
        }


def branch_off(name: str, graph: CompilationState, branches: list[Branch]) -> Any:
    """Add the choice between *branches* to *graph*; return what stands for its value.

    Raises:
        WorkflowDefinitionError: The cases give values of different types.
    """
    node = ChoiceNode(graph, f"{graph.prefix}n{len(graph.nodes)}", Choice(name, branches), {})
    inside = {inner for branch in branches for inner in branch.nodes}
    outside: dict[Node, FrameSummary | None] = {}
    for number, branch in enumerate(branches):
        outside.update((promise._node, None) for promise in branch.promises())  # noqa: SLF001
        for inner in branch.nodes:
            outside.update(inner.upstream)
            inner.upstream = {n: at for n, at in inner.upstream.items() if n in inside}
        branch.nodes[:] = in_order(branch.nodes, f"conditional {name}")
        _rename(branch.nodes, f"{node.id}-{number}-")
    node.upstream.update((n, None) for n in outside if n.entity is not None and n not in inside)
    graph.add_node(node)
    return node.outputs()


def _rename(nodes: list[Node], prefix: str) -> None:
    """Give nodes inside ids that no others have, however deep they are."""
    for number, node in enumerate(nodes):
        node.id = f"{prefix}n{number}"
        if isinstance(node, ChoiceNode):
            for inner, branch in enumerate(node.branches):
                _rename(branch.nodes, f"{node.id}-{inner}-")


def _common_outputs(name: str, branches: list[Branch]) -> dict[str, Any]:
    """Return name to type of what all cases give, but those that fail; by name, as flytekit does.

    Raises:
        WorkflowDefinitionError: One is of different types.
    """
    found = [branch.outputs for branch in branches if branch.outputs is not None]
    if not found:
        return {}
    first, *others = found
    common = {
        output: promise._type  # noqa: SLF001 - its attributes are promises
        for output, promise in first.items()
        if all(output in other for other in others)
    }
    for output, kind in common.items():
        for other in others:
            if not may_fit(offered := other[output]._type, kind):  # noqa: SLF001
                raise WorkflowDefinitionError(
                    f"conditional {name}: one case gives {type_name(kind)}, another"
                    f" {type_name(offered)}"
                )
    return common
