"""A call in a workflow, and what stands for its value."""

from __future__ import annotations

from collections import namedtuple
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flyte_nb.context.current import compiling
from flyte_nb.errors import WorkflowDefinitionError

from .promise import Promise

if TYPE_CHECKING:
    from traceback import FrameSummary

    from flyte_nb.context import ContextSettings
    from flyte_nb.context.states import CompilationState
    from flyte_nb.run.workflow_execution import WorkflowExecution

    from .build import Entity

START_NODE = "start-node"


class Node:
    """A call in a workflow (flytekit's ``Node``).

    Attributes:
        id: ``n0``, ``n1`` and so on, in the order of the calls.
        entity: What is called; None for the start, whose outputs are the workflow's inputs.
        bindings: Input name to what it is given: a constant, a promise, or a list or dictionary
            with promises in it.
        upstream: The nodes that end before it begins, in order, each with the line of its
            `>>` if there is one.
        label: What it is called instead of what it calls, empty for that.
    """

    __slots__ = ("bindings", "entity", "graph", "id", "label", "upstream")

    def __init__(
        self, graph: CompilationState, id_: str, entity: Entity | None, bindings: dict[str, Any]
    ) -> None:
        self.graph = graph
        self.id = id_
        self.entity = entity
        self.bindings = bindings
        self.upstream: dict[Node, FrameSummary | None] = {}
        self.label = ""

    @property
    def upstream_nodes(self) -> list[Node]:
        """The nodes that end before it begins."""
        return list(self.upstream)

    @property
    def name(self) -> str:
        """Its id and what it calls, for people."""
        return self.id if self.entity is None else f"{self.id} ({self.called})"

    @property
    def title(self) -> str:
        """What it is called in a record."""
        return self.label or self.id

    @property
    def called(self) -> str:
        """What it is called, or else what it calls; empty for the start."""
        return self.label or (self.entity.name if self.entity is not None else "")

    def needs_environment(self, settings: ContextSettings) -> bool:
        """Return whether it sets variables when it runs."""
        return self.entity is not None and self.entity.needs_environment(settings)

    def __repr__(self) -> str:
        return f"<node {self.name}>"

    def before(self, other: Any) -> None:
        """Let *other* run after this: a node, or what a task returned.

        Raises:
            WorkflowDefinitionError: It is neither.
        """
        _while_declared(self, ">> …")
        from flyte_nb.run.lines import line_of_caller

        place = line_of_caller()
        nodes = [*dict.fromkeys(map(node_of, other))] if type(other) is tuple else [node_of(other)]
        for node in nodes or [None]:
            if node is None or node.entity is None or node.graph is not self.graph:
                raise WorkflowDefinitionError(
                    f"{self.name} >> …: {type(other).__name__} is no call of a task in this"
                    " workflow"
                )
            if self.entity is not None:
                node.upstream.setdefault(self, place)

    def __rshift__(self, other: Any) -> Any:
        self.before(other)
        return other

    def with_overrides(self, **given: Any) -> Node:
        """Give this call options of its own, see `override`; return it."""
        from .overrides import override

        _while_declared(self, "with_overrides")
        override(self, given)
        return self

    def outputs(self) -> Any:
        """Return what a call gives in the body of a workflow: promises; itself for nothing."""
        if self.entity is None:
            return None
        interface = self.entity.interface
        promises = [Promise(self, name, kind) for name, kind in interface.outputs.items()]
        if not promises:
            return self
        together = interface.join(promises)
        if not isinstance(together, tuple):
            return together
        return _chained(type(together), tuple(interface.outputs), together)


class ControlNode(Node):
    """A node that decides what runs, and looks at the values of others itself."""

    __slots__ = ()

    def run(self, values: dict[str, dict[str, Any]], within: WorkflowExecution) -> dict[str, Any]:
        """Run what is to be run; return its outputs by name.

        Args:
            values: Node's id to its outputs by name, of all that are upstream.
            within: The execution.
        """
        raise NotImplementedError


class ItemNode(Node):
    """One item of a map."""

    __slots__ = ()

    @property
    def title(self) -> str:
        """The same in a word."""
        return f"{super().called.rpartition('.')[2]}[{self.id[1:]}]"

    @property
    def called(self) -> str:
        """Which item it is, and of what."""
        return f"item [{self.id[1:]}] of {super().called}"


def _while_declared(node: Node, what: str) -> None:
    if compiling() is not node.graph:
        raise WorkflowDefinitionError(
            f"{node.name}: {what} is for the body of its workflow, which has been declared"
        )


def _then(self: Any, other: Any) -> Any:
    node_of(self).before(other)  # type: ignore[union-attr]  # one of the promises has it
    return other


def _override(self: Any, **given: Any) -> Any:
    node_of(self).with_overrides(**given)  # type: ignore[union-attr]
    return self


@lru_cache(maxsize=128)  # no longer: a cell that is run again defines another class
def _with_order(kind: Any, names: tuple[str, ...]) -> type[Any]:
    named = outputs_class(names) if kind is tuple else kind
    methods = {"__slots__": (), "__rshift__": _then, "with_overrides": _override}
    return type(named.__name__, (named,), methods)


def _chained(kind: type[Any], names: tuple[str, ...], promises: tuple[Any, ...]) -> Any:
    """Return *promises*, a tuple or a named one, with ``>>`` and with names."""
    with_order = _with_order(kind, names)  # type: ignore[arg-type]  # every class can be a key
    return tuple.__new__(with_order, promises)


@lru_cache(maxsize=128)
def outputs_class(names: tuple[str, ...]) -> Any:
    """Return a tuple with *names*, for outputs that their author gave none."""
    made = namedtuple("Outputs", names)  # type: ignore[misc]  # noqa: PYI024 - names are data
    made.__reduce__ = _as_plain_tuple  # type: ignore[method-assign]  # the class has no module
    return made


def _as_plain_tuple(self: Any) -> Any:
    return tuple, (tuple(self),)


def node_of(value: Any) -> Node | None:
    """Return the node that *value*, as a call in a workflow gave it, is of."""
    if isinstance(value, Node):
        return value
    if isinstance(value, Promise):
        return value._node  # noqa: SLF001 - its attributes are promises
    if isinstance(value, tuple) and value:
        return node_of(value[0])
    return None


def promises_in(value: Any) -> dict[str, Promise] | None:
    """Return name to promise of what a call in a workflow gave; None for what is no call."""
    if isinstance(value, Node):
        return {}
    several = value if isinstance(value, tuple) else (value,)
    if not several or not all(isinstance(one, Promise) for one in several):
        return None
    return {one._var: one for one in several}  # noqa: SLF001
