"""`@dynamic`: a task that decides, by its inputs, which other tasks run."""

from __future__ import annotations

import inspect
from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from flyte_nb.display import panel_html
from flyte_nb.errors import TaskDefinitionError, UnknownArgumentError

from .graph.compiled import Compiled, compile_body
from .near import did_you_mean
from .task import Task
from .task_options import TaskOptions
from .workflow_execution import WorkflowExecution

if TYPE_CHECKING:
    from collections.abc import Callable

    from .execution import Execution


class DynamicTask(Task):
    """A task whose body is followed when it runs: with values for inputs, promises for calls.

    Also in an isolated run it is followed here: it makes a graph, and a graph of promises and
    tasks is not for another process. The tasks that it calls are isolated.
    """

    can_be_isolated = False

    def __init__(self, function: Callable[..., Any], options: TaskOptions) -> None:
        # As with flytekit: what a dynamic task calls is a graph, and no value in it is untyped.
        super().__init__(function, replace(options, pickle_untyped=False))
        if self.is_async:
            raise TaskDefinitionError(
                f"dynamic task {self.interface.name} is a coroutine function",
                hint="write def; the tasks that it calls may be asynchronous",
            )

    @property
    def most_retries(self) -> int | None:
        """None: those of the tasks that it calls are not known before it runs."""
        return None

    def _compute(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], within: WorkflowExecution | None
    ) -> Any:
        __tracebackhide__ = True
        execution = within or WorkflowExecution.begin()
        follow = partial(super()._compute, args, kwargs, execution)
        compiled: Compiled = execution.team.run_task(follow)
        return compiled.run({}, execution)

    def run_as_node(self, inputs: dict[str, Any], within: WorkflowExecution) -> Any:
        """Run the task, and what it calls, as a part of an execution, and return its value."""
        __tracebackhide__ = True
        return self._call((), inputs, within)

    def __repr__(self) -> str:
        return f"<dynamic {self.name}{inspect.signature(self.function)}>"

    def _repr_html_(self) -> str:
        return panel_html(f"dynamic {self.name}", [*self.interface.rows(), *self.options.rows()])

    def _body(self, execution: Execution) -> Callable[..., Compiled]:
        """Return what follows the function with the values of its inputs."""
        body = super()._body(execution)

        def follow(*args: Any, **kwargs: Any) -> Compiled:
            __tracebackhide__ = True
            what = f"dynamic {self.interface.name}"
            return compile_body(lambda _: body(*args, **kwargs), self.interface, what)

        return follow

    def checked(self, value: Any, context: Any = None) -> Any:  # noqa: D102 - the base's
        del context
        return value  # is a graph; what comes out of that is checked


def dynamic(
    _task_function: Callable[..., Any] | None = None, **options: Any
) -> DynamicTask | Callable[[Callable[..., Any]], DynamicTask]:
    """Make a task of a function that calls other tasks (flytekit's ``dynamic``).

    When it runs, its inputs have values, so that it can loop and choose; what the tasks that it
    calls return has not, as in a workflow. They run when it has ended, in pods of their own.

    Args:
        options: As for `task`; and ``node_dependency_hints``, what it may call, kept for the
            cluster. Every input has to have a type, whatever ``pickle_untyped`` says.

    Raises:
        UnknownArgumentError: There is no such option.
        FlyteMissingTypeException: An input has no annotation.
        TaskDefinitionError: The function cannot be a task.
        InvalidValueError: An option has a value that a cluster would refuse.

    Example:
        >>> @dynamic
        ... def double_all(xs: list[int]) -> list[int]:
        ...     return [double(a=x) for x in xs]
        >>> double_all(xs=[1, 2])
        [2, 4]
    """
    known = [field.name for field in fields(TaskOptions) if field.name != "is_dynamic"]
    if unknown := [name for name in options if name not in known]:
        raise UnknownArgumentError(
            f"dynamic() has no {unknown[0]!r}", hint=did_you_mean(unknown[0], known)
        )
    given = TaskOptions(**options, is_dynamic=True)
    if _task_function is None:
        return lambda function: DynamicTask(function, given)
    return DynamicTask(_task_function, given)
