"""`@workflow`: a function that says which task gets what from which."""

from __future__ import annotations

import functools
import inspect
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from flyte_nb.context.current import compiling
from flyte_nb.context.entities import FlyteEntities
from flyte_nb.context.manager import FlyteContextManager
from flyte_nb.context.states import CompilationState
from flyte_nb.display import TableView
from flyte_nb.errors import InvalidValueError, WorkflowDefinitionError

from .bindings import Binder, in_words, resolve
from .describe import type_name
from .graph import add_node, in_order, inside_a_case
from .interface import Interface
from .node import START_NODE, Node
from .origin import entity_name
from .promise import Promise
from .scheduler import run_nodes
from .workflow_execution import WorkflowExecution

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.context import ContextSettings
    from flyte_nb.models import Options

_MAX_SHOWN = 50  # nodes in a table


class WorkflowFailurePolicy(Enum):
    """What becomes of the other nodes when one has failed (flytekit's class of that name)."""

    FAIL_IMMEDIATELY = 0
    """No other one is begun."""
    FAIL_AFTER_EXECUTABLE_NODES_COMPLETE = 1
    """Those that do not wait for it are run."""


_LATE = WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE


class Workflow:
    """A graph of calls; made by `workflow`, called like the function.

    Attributes:
        function: The function as it was written.
        name: Its module and name, as a cluster would register it.
        interface: Its inputs and outputs.
        nodes: The calls in it, in the order in which they were written.
        default_options: What its default launch plan has.
        failure_policy: What becomes of the other nodes when one has failed.

    Raises:
        WorkflowDefinitionError: Its body does what only a task can do, or its parts do not fit.
        TypeTransformerFailedError: A task would be given a value of a wrong type.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        default_options: Options | None = None,
        failure_policy: WorkflowFailurePolicy | None = None,
    ) -> None:
        self.interface = Interface(function, "workflow")
        if inspect.iscoroutinefunction(inspect.unwrap(function)):
            raise WorkflowDefinitionError(
                f"workflow {function.__name__} is a coroutine function",
                hint="write def; its tasks may be asynchronous",
            )
        for name, value in self.interface.defaults.items():
            self.interface.check_input(name, value)
        functools.update_wrapper(self, function, updated=())
        self.function = function
        self.name = entity_name(function)
        self.default_options = default_options
        self.failure_policy = failure_policy
        self.nodes, (self._outputs, self._kept) = self._compile()
        where = f"workflow {self.interface.name}"
        self._order = in_order(self.nodes, where)
        if lost := set(self._kept).difference(self.nodes):
            raise inside_a_case(where, lost.pop())
        FlyteEntities.add(self)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Run the workflow here and return its value.

        Its tasks share one execution. In the body of another workflow it becomes a node of that.

        Raises:
            TypeTransformerFailedError: An input or the value is not of the declared type.
        """
        __tracebackhide__ = True
        graph = compiling()
        if graph is not None:
            return add_node(graph, self, args, kwargs)
        inputs = self.interface.bind(args, kwargs)
        return self.run_as_node(inputs, WorkflowExecution.begin())

    def needs_environment(self, settings: ContextSettings) -> bool:
        """Return whether one of its tasks sets variables."""
        return any(node.needs_environment(settings) for node in self.nodes)

    def run_as_node(self, inputs: dict[str, Any], within: WorkflowExecution) -> Any:
        """Run the workflow as a part of an execution, and return its value."""
        __tracebackhide__ = True
        for name, value in inputs.items():
            self.interface.check_input(name, value)
        values = run_nodes(
            self._order,
            {START_NODE: {**self.interface.defaults, **inputs}},
            within,
            kept=self._kept,
            fail_late=self.failure_policy is _LATE,
        )
        if not self._outputs:
            return None
        return self.interface.check_output(
            self.interface.join([resolve(binding, values) for binding in self._outputs])
        )

    @cached_property
    def version(self) -> str:
        """A hash of the source and of the versions of all that it calls."""
        import hashlib

        try:
            source = inspect.getsource(self.function)
        except (OSError, TypeError):
            source = repr(self.function.__code__.co_code)
        versions = (str(getattr(node.entity, "version", "")) for node in self.nodes)
        return hashlib.sha256("\n".join((source, *versions)).encode()).hexdigest()[:12]

    def __repr__(self) -> str:
        return f"<workflow {self.name}{inspect.signature(self.function)}, {len(self.nodes)} nodes>"

    def _repr_html_(self) -> str:
        rows = [
            (node.id, node.entity.name, _inputs_in_words(node))
            for node in self.nodes[:_MAX_SHOWN]
            if node.entity is not None
        ]
        more = len(self.nodes) - _MAX_SHOWN
        return TableView(
            f"workflow {self.name}",
            ("node", "calls", "with"),
            tuple(rows),
            (f"and {more} more",) if more > 0 else (),
        )._repr_html_()

    def _compile(self) -> tuple[list[Node], tuple[list[Any], tuple[Node, ...]]]:
        """Follow the function once; return its nodes, what its outputs are, and whose they are."""
        graph = CompilationState(prefix="")
        start = Node(graph, START_NODE, None, {})
        types = self.interface.types
        inputs = {name: Promise(start, name, types[name]) for name in self.interface.inputs}
        ctx = FlyteContextManager.current_context()
        with FlyteContextManager.with_context(ctx.with_compilation_state(graph)):
            returned = self.function(**inputs)
        for section in graph.sections:
            raise WorkflowDefinitionError(
                f"workflow {self.interface.name}: conditional {section.name} has no end",
                hint="finish it by .else_().then(…) or .else_().fail('why')",
            )
        return graph.nodes, self._bind_outputs(returned, graph)

    def _bind_outputs(
        self, returned: Any, graph: CompilationState
    ) -> tuple[list[Any], tuple[Node, ...]]:
        name, outputs = self.interface.name, self.interface.outputs
        if returned is None or isinstance(returned, Node):  # the call of a task without output
            returned = ()
        elif len(outputs) == 1 and not isinstance(returned, tuple):
            returned = (returned,)
        if not isinstance(returned, tuple) or len(returned) != len(outputs):
            declared, count = ", ".join(map(type_name, outputs.values())), len(outputs)
            raise WorkflowDefinitionError(
                f"workflow {name} declares {count} output{'' if count == 1 else 's'}"
                f"{f' ({declared})' if declared else ''} and returns {_returned(returned)}",
                hint="write -> and the type of what it returns" if not declared else "",
            )
        binder = Binder(graph)
        bound = [
            binder.bind(value, kind, f"{name}, output {output}")
            for value, (output, kind) in zip(returned, outputs.items(), strict=True)
        ]
        return bound, tuple(binder.upstream)


def _returned(value: Any) -> str:
    return f"{len(value) or 'nothing'}" if isinstance(value, tuple) else "one"


def _inputs_in_words(node: Node) -> str:
    return ", ".join(f"{name}={in_words(bound)}" for name, bound in node.bindings.items())


@overload
def workflow(_workflow_function: Callable[..., Any]) -> Workflow: ...
@overload
def workflow(
    *,
    failure_policy: WorkflowFailurePolicy | None = None,
    default_options: Options | None = None,
) -> Callable[[Callable[..., Any]], Workflow]: ...
def workflow(
    _workflow_function: Callable[..., Any] | None = None,
    failure_policy: WorkflowFailurePolicy | None = None,
    *,
    default_options: Options | None = None,
) -> Workflow | Callable[[Callable[..., Any]], Workflow]:
    """Make a workflow of a function (flytekit's ``workflow``).

    The function is followed once, now: each call of a task in it becomes a node, and what the
    task returns stands for a value that is not there yet.

    Args:
        failure_policy: What becomes of the other nodes when one has failed; no other one is begun
            by default.
        default_options: Labels and annotations of its default launch plan.

    Raises:
        FlyteMissingTypeException: An input has no annotation.
        WorkflowDefinitionError: Its body does what only a task can do, or its parts do not fit.
        TypeTransformerFailedError: A task would be given a value of a wrong type.

    Example:
        >>> @workflow
        ... def quadruple(a: int) -> int:
        ...     return double(a=double(a=a))
        >>> quadruple(a=2)
        8
    """
    if default_options is not None:
        _check_default_options(default_options)
    if failure_policy is not None and not isinstance(failure_policy, WorkflowFailurePolicy):
        raise InvalidValueError(
            f"@workflow(failure_policy={failure_policy!r}): not a WorkflowFailurePolicy",
            hint=" or ".join(map(str, WorkflowFailurePolicy)),
        )
    if _workflow_function is None:
        return lambda function: Workflow(function, default_options, failure_policy)
    return Workflow(_workflow_function, default_options, failure_policy)


def _check_default_options(options: Any) -> None:
    from flyte_nb.models import Options

    if not isinstance(options, Options):
        raise InvalidValueError(f"@workflow(default_options={options!r}): not Options")
    if options != Options(labels=options.labels, annotations=options.annotations):
        raise InvalidValueError(
            "@workflow(default_options=…): a default launch plan has labels and annotations only",
            hint="give the others to LaunchPlan.create(name, workflow, options=…)",
        )
