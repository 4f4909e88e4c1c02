"""A workflow as a table: nodes, cases of conditionals, and what each call has of its own."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from flyte_nb.display import TableView

from .describe import input_in_words
from .graph.bindings import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .graph.branches import Branch
    from .graph.node import Node
    from .workflow import Workflow

_MAX_SHOWN = 50  # rows
_KINDS = {
    "DynamicTask": "dynamic ",
    "LaunchPlan": "launch plan ",
    "Workflow": "workflow ",
    "Choice": "conditional ",
}
_Row = tuple[str, str, str, str]


def workflow_table(workflow: Workflow) -> TableView:
    """Return *workflow* as a table."""
    rows = list(islice(_rows(workflow.nodes), _MAX_SHOWN + 1))
    more = (f"and more: {len(workflow.nodes)} nodes",) if len(rows) > _MAX_SHOWN else ()
    return TableView(
        f"workflow {workflow.name}",
        ("node", "calls", "with", "overrides"),
        tuple(rows[:_MAX_SHOWN]),
        (*more, *workflow.options.remarks()),
    )


def _rows(nodes: Iterable[Node]) -> Iterator[_Row]:
    for node in nodes:
        entity: Any = node.entity
        calls = f"{_KINDS.get(type(entity).__name__, '')}{entity.name}"
        yield node.id, calls, _inputs(node), ", ".join(_own_options(node))
        for number, branch in enumerate(getattr(node, "branches", ())):
            yield f"{node.id}-{number}", *_case(branch, is_first=not number), ""
            yield from _rows(branch.nodes)


def _case(branch: Branch, *, is_first: bool) -> tuple[str, str]:
    """Return when it is the turn of *branch*, and what it gives."""
    if branch.expression is None:
        when = "else"
    else:
        when = f"{'if' if is_first else 'elif'} {branch.expression}"
    if branch.outputs is None:
        return when, f"fails: {input_in_words(branch.error)}"
    return when, ", ".join(dict.fromkeys(p._node.id for p in branch.outputs.values()))  # noqa: SLF001


def _inputs(node: Node) -> str:
    return ", ".join(f"{name}={in_words(bound)}" for name, bound in node.bindings.items())


def _own_options(node: Node) -> Iterator[str]:
    """Yield what the call has that its task has not."""
    if node.label:
        yield f"name {node.label}"
    entity: Any = node.entity
    with_own = getattr(entity, "target", entity)  # a map task has those of its task
    original = getattr(with_own, "original", None)
    if original is None:
        return
    declared = set(original.options.rows())
    for label, value in with_own.options.rows():
        if (label, value) not in declared:
            yield f"{label} {value}"
