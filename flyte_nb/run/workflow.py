"""`@workflow`: a function that says which task gets what from which."""

from __future__ import annotations

import functools
import inspect
from enum import Enum
from operator import itemgetter
from typing import TYPE_CHECKING, Any, overload

from flyte_nb.context.current import compiling
from flyte_nb.context.entities import FlyteEntities
from flyte_nb.display import TableView
from flyte_nb.errors import InvalidValueError, WorkflowDefinitionError

from .describe import value_in_words
from .graph import add_node
from .graph.bindings import in_words
from .graph.compiled import Compiled, compile_body, input_promises
from .interface import Interface
from .origin import entity_name
from .runnable import Runnable
from .workflow_execution import WorkflowExecution

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.context import ContextSettings
    from flyte_nb.models import Options

    from .graph.node import Node

_MAX_SHOWN = 50  # nodes in a table


class WorkflowFailurePolicy(Enum):
    """What becomes of the other nodes when one has failed (flytekit's class of that name)."""

    FAIL_IMMEDIATELY = 0
    """No other one is begun."""
    FAIL_AFTER_EXECUTABLE_NODES_COMPLETE = 1
    """Those that do not wait for it are run."""


_LATE = WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE


class Workflow(Runnable):
    """A graph of calls; made by `workflow`, called like the function.

    Attributes:
        function: The function as it was written.
        name: Its module and name, as a cluster would register it.
        interface: Its inputs and outputs.
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
        self._compiled = self._compile()
        FlyteEntities.add(self)

    def _compile(self) -> Compiled:
        return compile_body(
            lambda graph: self.function(**input_promises(graph, self.interface)),
            self.interface,
            f"workflow {self.interface.name}",
        )

    def _newest(self) -> Compiled:
        """Return the graph, of the tasks as they are now: a cell of one may have been run again."""
        if not all(map(FlyteEntities.is_newest, self._compiled.entities)):
            self._compiled = self._compile()
        return self._compiled

    @property
    def nodes(self) -> list[Node]:
        """The calls in it, in the order in which they were written."""
        return self._newest().nodes

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
        # The start node's values are copied for each who takes them, defaults among them.
        given = {**self.interface.defaults, **inputs}
        return self._newest().run(given, within, fail_late=self.failure_policy is _LATE)

    run_as_whole = run_as_node

    @property
    def version(self) -> str:
        """A hash of its nodes: what they call, in which version, and what that is given."""
        import hashlib

        text = "\n".join(
            f"{node.id} {node.entity.name} {getattr(node.entity, 'version', '')}"
            f" {sorted(node.bindings.items(), key=itemgetter(0))} {[n.id for n in node.upstream]}"
            for node in self.nodes
            if node.entity is not None
        )
        text += f"\n{self.interface.types} {self._compiled.outputs}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]

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
            f"@workflow(failure_policy=…): {value_in_words(failure_policy)} is not a"
            " WorkflowFailurePolicy",
            hint=" or ".join(map(str, WorkflowFailurePolicy)),
        )
    if _workflow_function is None:
        return lambda function: Workflow(function, default_options, failure_policy)
    return Workflow(_workflow_function, default_options, failure_policy)


def _check_default_options(options: Any) -> None:
    from flyte_nb.models import Options

    if not isinstance(options, Options):
        raise InvalidValueError(
            f"@workflow(default_options=…): {value_in_words(options)} is not Options"
        )
    if options != Options(labels=options.labels, annotations=options.annotations):
        raise InvalidValueError(
            "@workflow(default_options=…): a default launch plan has labels and annotations only",
            hint="give the others to LaunchPlan.create(name, workflow, options=…)",
        )
