"""`@workflow`: a function that says which task gets what from which."""

from __future__ import annotations

import functools
import inspect
import traceback
from operator import itemgetter
from typing import TYPE_CHECKING, Any, overload

from flyte_nb.context.current import compiling
from flyte_nb.context.entities import FlyteEntities
from flyte_nb.errors import WorkflowDefinitionError

from .graph import add_node
from .graph.compiled import Compiled, compile_body, input_promises
from .graph.on_failure import failure_node, handle
from .interface import Interface
from .near import knows_its_names
from .origin import entity_name
from .runnable import Runnable, most_retries
from .workflow_execution import WorkflowExecution
from .workflow_options import WorkflowOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.context import ContextSettings
    from flyte_nb.context.states import CompilationState
    from flyte_nb.models import Options

    from .graph.node import Node
    from .workflow_options import WorkflowFailurePolicy

_DEFAULTS = WorkflowOptions()


class Workflow(Runnable):
    """A graph of calls; made by `workflow`, called like the function.

    Attributes:
        function: The function as it was written.
        name: Its module and name, as a cluster would register it.
        interface: Its inputs and outputs.
        options: What `@workflow` was given.
        failure_node: The call of what handles its failure, None for nothing.

    Raises:
        WorkflowDefinitionError: Its body does what only a task can do, or its parts do not fit.
        TypeTransformerFailedError: A task would be given a value of a wrong type.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        options: WorkflowOptions = _DEFAULTS,
    ) -> None:
        __tracebackhide__ = True
        self.interface = Interface(function, "workflow", pickle_untyped=options.pickle_untyped)
        if inspect.iscoroutinefunction(function):
            raise WorkflowDefinitionError(
                f"workflow {function.__name__} is a coroutine function",
                hint="write def: its body runs when it is declared",
            )
        for name, value in self.interface.defaults.items():
            self.interface.check_input(name, value)
        functools.update_wrapper(self, function, updated=())
        self.function = function
        self.name = entity_name(function)
        self.options = options
        self._compiled = self._compile()
        handler = options.on_failure
        self.failure_node = None if handler is None else failure_node(handler, self.interface)
        FlyteEntities.add(self)

    def _compile(self) -> Compiled:
        __tracebackhide__ = True
        what = f"workflow {self.interface.name}"

        def follow(graph: CompilationState) -> Any:
            __tracebackhide__ = True
            return self.function(**input_promises(graph, self.interface))

        try:
            compiled = compile_body(follow, self.interface, what)
        except NameError as error:
            if error.name == self.function.__name__:
                told = _calls_itself(what)
                told.place = traceback.extract_tb(error.__traceback__)[-1]
                raise told from error
            raise
        if any(isinstance(one, Workflow) and one.name == self.name for one in compiled.entities):
            raise _calls_itself(what)  # as it was when its cell was run before
        return compiled

    def _newest(self) -> Compiled:
        """Return the graph, of the tasks as they are now: a cell of one may have been run again."""
        if not all(map(FlyteEntities.is_newest, self._compiled.entities)):
            self._compiled = self._compile()
        return self._compiled

    @property
    def default_options(self) -> Options | None:
        """What its default launch plan has."""
        return self.options.default_options

    @property
    def failure_policy(self) -> WorkflowFailurePolicy | None:
        """What becomes of the other nodes when one has failed."""
        return self.options.failure_policy

    @property
    def interruptible(self) -> bool:
        """Whether its tasks may run where they can be preempted; kept for the cluster."""
        return self.options.interruptible

    @property
    def on_failure(self) -> Any:
        """What handles its failure."""
        return self.options.on_failure

    @property
    def docs(self) -> Any:
        """Its documentation, kept for the cluster."""
        return self.options.docs

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

    @property
    def most_retries(self) -> int | None:
        """The most that one of its calls has; what a dynamic task calls is not known."""
        return most_retries((*self.nodes, *filter(None, [self.failure_node])))

    def needs_environment(self, settings: ContextSettings) -> bool:
        """Return whether one of its tasks sets variables."""
        nodes = (*self.nodes, *filter(None, [self.failure_node]))
        return any(node.needs_environment(settings) for node in nodes)

    def run_as_node(self, inputs: dict[str, Any], within: WorkflowExecution) -> Any:
        """Run the workflow as a part of an execution, and return its value."""
        __tracebackhide__ = True
        inputs = {name: self.interface.check_input(name, one) for name, one in inputs.items()}
        # The start node's values are copied for each who takes them, defaults among them.
        given = {**self.interface.defaults, **inputs}
        try:
            return self._newest().run(given, within, fail_late=self.options.fails_late)
        except Exception as error:
            if self.failure_node is not None:
                handle(self.failure_node, error, given, within, self.name)
            raise

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
        if self.failure_node is not None:
            handler: Any = self.failure_node.entity
            text += f"\n{handler.name} {getattr(handler, 'version', '')}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]

    def __repr__(self) -> str:
        return f"<workflow {self.name}{inspect.signature(self.function)}, {len(self.nodes)} nodes>"

    def _repr_html_(self) -> str:
        from .workflow_view import workflow_table

        return workflow_table(self)._repr_html_()


def _calls_itself(what: str) -> WorkflowDefinitionError:
    return WorkflowDefinitionError(
        f"{what} calls itself: a graph that has itself in it has no end",
        hint="a @dynamic task can call itself, as it has values to stop by",
    )


@overload
def workflow(_workflow_function: Callable[..., Any]) -> Workflow: ...
@overload
def workflow(
    *,
    failure_policy: WorkflowFailurePolicy | None = None,
    interruptible: bool = False,
    on_failure: Any = None,
    docs: Any = None,
    pickle_untyped: bool = False,
    default_options: Options | None = None,
) -> Callable[[Callable[..., Any]], Workflow]: ...
@knows_its_names
def workflow(  # noqa: PLR0913, PLR0917 - flytekit's options, in its order
    _workflow_function: Callable[..., Any] | None = None,
    failure_policy: WorkflowFailurePolicy | None = None,
    interruptible: bool = False,  # noqa: FBT001, FBT002
    on_failure: Any = None,
    docs: Any = None,
    pickle_untyped: bool = False,  # noqa: FBT001, FBT002
    default_options: Options | None = None,
) -> Workflow | Callable[[Callable[..., Any]], Workflow]:
    """Make a workflow of a function (flytekit's ``workflow``).

    The function is followed once, now: each call of a task in it becomes a node, and what the
    task returns stands for a value that is not there yet.

    Args:
        failure_policy: What becomes of the other nodes when one has failed; no other one is begun
            by default.
        interruptible: Whether its tasks may run where they can be preempted, kept for the cluster.
        on_failure: A task or a workflow that is called when it has failed, with the workflow's
            inputs; an input ``err: FlyteError | None`` of its own is given what went wrong. The
            error is raised all the same.
        docs: Documentation, kept for the cluster.
        pickle_untyped: Whether an input or output without an annotation is of any type: pickled.
        default_options: Labels and annotations of its default launch plan.

    Raises:
        FlyteMissingTypeException: An input has no annotation.
        WorkflowDefinitionError: Its body does what only a task can do, or its parts do not fit.
        TypeTransformerFailedError: A task would be given a value of a wrong type.
        InvalidValueError: An option has a value that a cluster would refuse.
        UnknownArgumentError: There is no such option.

    Example:
        >>> @workflow
        ... def quadruple(a: int) -> int:
        ...     return double(a=double(a=a))
        >>> quadruple(a=2)
        8
    """
    options = WorkflowOptions(
        failure_policy=failure_policy,
        interruptible=interruptible,
        on_failure=on_failure,
        docs=docs,
        pickle_untyped=pickle_untyped,
        default_options=default_options,
    )
    __tracebackhide__ = True
    if _workflow_function is None:
        return functools.partial(Workflow, options=options)
    return Workflow(_workflow_function, options)
