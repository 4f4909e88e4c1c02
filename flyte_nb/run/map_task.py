"""`map_task`: one task for each item of a list."""

from __future__ import annotations

import copy
import inspect
import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Optional

from flyte_nb.context.current import compiling
from flyte_nb.context.entities import FlyteEntities
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.context.states import CompilationState
from flyte_nb.display import panel_html
from flyte_nb.errors import InvalidValueError, TypeTransformerFailedError

from .describe import error_in_words
from .dynamic import DynamicTask
from .graph import add_node
from .graph.bindings import in_words
from .graph.node import ItemNode
from .graph.promise import Promise
from .interface import Interface
from .launch_plan import LaunchPlan
from .permits import Permits
from .runnable import Runnable
from .scheduler import run_nodes
from .task import Task
from .task_options import TaskOptions
from .workflow_execution import WorkflowExecution

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.context import ContextSettings


class MapTask(Runnable):
    """A task or a launch plan for each item of its lists; made by `map_task`.

    Attributes:
        name: That of the task, with ``map_`` before it.
        interface: A list for each input that is not bound, a list for its output.
        target: What is run for each item.
        bound: Inputs that are the same for all, by name.
        concurrency: How many run at a time at most; None for as many as the execution allows.
        least: How many items have to succeed; a float is a part of all.
    """

    def __init__(
        self,
        target: Task | LaunchPlan,
        bound: dict[str, Any],
        concurrency: int | None,
        least: float,
        *,
        runs_all: bool,
    ) -> None:
        self.target = target
        self.bound = {n: v for n, v in bound.items() if not isinstance(v, Promise)}
        self._later = {n: v for n, v in bound.items() if isinstance(v, Promise)}
        self.concurrency = concurrency
        self.least = least
        self._runs_all = runs_all
        self.name = f"map_{target.name}"
        self.interface = Interface(_signature(self), "map task")
        FlyteEntities.add(self)

    @property
    def most_retries(self) -> int | None:
        """Those of its target."""
        return self.target.most_retries

    @property
    def may_fail(self) -> bool:
        """Whether some items may fail; they are None in the output then."""
        return type(self.least) is int or self.least < 1

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Run it for each item here, and return the list of values.

        Raises:
            TypeTransformerFailedError: An input is of a wrong type, or the lists differ in length.
        """
        __tracebackhide__ = True
        graph = compiling()
        if graph is not None:
            return add_node(graph, self._taking_all(), args, {**self._later, **kwargs})
        if self._later:
            raise InvalidValueError(
                f"{self.name}: what is the same for all is a value of a workflow"
            )
        args, kwargs = self.interface.check_inputs(args, kwargs)
        return self.run_as_node(self.interface.bind(args, kwargs), WorkflowExecution.begin())

    def _taking_all(self) -> MapTask:
        """Return one that takes as inputs also what is the same for all and has no value yet."""
        if not self._later:
            return self
        other = copy.copy(self)
        other.interface = Interface(_signature(other, also=tuple(self._later)), "map task")
        return other

    def with_options(self, options: TaskOptions) -> MapTask:
        """Return the same map of a task with other *options*, for one call in a workflow."""
        if not isinstance(self.target, Task):
            raise InvalidValueError(f"{self.name}: a launch plan has no options of a task")
        other = copy.copy(self)
        other.target = self.target.with_options(options)
        return other

    @property
    def options(self) -> TaskOptions:
        """Those of the task."""
        return getattr(self.target, "options", TaskOptions())

    def needs_environment(self, settings: ContextSettings) -> bool:
        """Return whether the task sets variables."""
        return self.target.needs_environment(settings)

    def run_as_node(self, inputs: dict[str, Any], within: WorkflowExecution) -> Any:
        """Run it for each item as a part of an execution, and return the list of values."""
        __tracebackhide__ = True
        bound = {
            **getattr(self.target, "default_inputs", {}),
            **self.bound,
            **{name: inputs.pop(name) for name in self._later},
        }
        count = self._count(inputs)
        graph = CompilationState(prefix="")
        for number in range(count):
            item = {name: values[number] for name, values in inputs.items()}
            graph.add_node(ItemNode(graph, f"n{number}", self.target, {**bound, **item}))
        if self.concurrency:
            within = replace(within, helpers=Permits(self.concurrency - 1, within.helpers))
        goes_on = self.may_fail or self._runs_all
        failures: dict[str, BaseException] | None = {} if goes_on else None
        values = run_nodes(graph.nodes, {}, within, kept=graph.nodes, failures=failures)
        if failures:
            self._judge(count, failures)
        if not self.interface.outputs:
            return None
        join = self.target.interface.join
        found = (values.get(node.id) for node in graph.nodes)
        return [None if one is None else join(list(one.values())) for one in found]

    def _count(self, inputs: dict[str, Any]) -> int:
        lengths = {name: len(values) for name, values in inputs.items()}
        if len(set(lengths.values())) > 1:
            said = ", ".join(f"{name} has {length}" for name, length in lengths.items())
            raise TypeTransformerFailedError(
                f"{self.interface.name}(): lists of the same length are wanted, {said}"
            )
        return next(iter(lengths.values()), 0)

    def _judge(self, count: int, failures: dict[str, BaseException]) -> None:
        """Raise the first failure where too many items failed."""
        is_ratio = isinstance(self.least, float)
        least = math.ceil(self.least * count) if is_ratio else self.least
        first = next(iter(failures.values()))
        if count - len(failures) < least or not isinstance(first, Exception):
            raise first
        TASK_LOGGER.warning(
            "%s: %d of %d failed, the first with %s",
            self.name,
            len(failures),
            count,
            error_in_words(first),
        )

    def __repr__(self) -> str:
        return f"<map task {self.name}>"

    def _repr_html_(self) -> str:
        return panel_html(f"map task {self.name}", list(self._rows()))

    def _rows(self) -> Iterator[tuple[str, str]]:
        """Yield what it does, as (label, value)."""
        yield "for each item", self.target.name
        yield from self.interface.rows()
        for name, value in (*self.bound.items(), *self._later.items()):
            yield f"the same for all: {name}", in_words(value)
        yield "at a time", str(self.concurrency or "as many as the execution allows")
        part = str(self.least) if type(self.least) is int else f"{self.least:.0%}"
        yield "have to succeed", part if self.may_fail else "all"
        yield from self.options.rows()


def map_task(
    target: Any,
    concurrency: int | None = None,
    min_successes: int | None = None,
    min_success_ratio: float = 1.0,
    *,
    run_all_sub_nodes: bool = False,
) -> MapTask:
    """Make a task that runs another for each item of a list (flytekit's ``map_task``).

    Args:
        target: A task with one output or none, or a launch plan; `functools.partial` of it gives
            inputs that are the same for all.
        concurrency: How many run at a time at most; 0 or None for as many as the execution
            allows.
        min_successes: How many items have to succeed; those that fail are None.
        min_success_ratio: Which part of them, from 0 to 1.
        run_all_sub_nodes: Whether items are begun also when too many have failed already.

    Raises:
        InvalidValueError: It is none of these, is dynamic, or a number is out of its range.
        TypeTransformerFailedError: What is the same for all is of a wrong type.

    Example:
        >>> map_task(double)(a=[1, 2, 3])
        [2, 4, 6]
    """
    bound: dict[str, Any] = {}
    if isinstance(target, partial):
        if target.args:
            raise InvalidValueError(
                f"map_task({target!r}): inputs that are the same for all are given by name"
            )
        target, bound = target.func, dict(target.keywords)
    if not isinstance(target, (Task, LaunchPlan)):
        raise InvalidValueError(f"map_task({target!r}): neither a task nor a launch plan")
    if isinstance(target, DynamicTask):
        raise InvalidValueError(
            f"map_task({target.name}): a cluster maps a plain task, not a dynamic one",
            hint="call the dynamic task for each item in another dynamic task",
        )
    if len(target.interface.outputs) > 1:
        raise InvalidValueError(f"map_task({target.name}): it has more than one output")
    _check_numbers(concurrency, min_successes, min_success_ratio)
    if isinstance(target, LaunchPlan):
        bound = {**target.fixed_inputs, **bound}
    for name, value in bound.items():
        if not isinstance(value, Promise):
            bound[name] = target.interface.check_input(name, value)
    least = float(min_success_ratio) if min_successes is None else min_successes
    return MapTask(target, bound, concurrency, least, runs_all=run_all_sub_nodes)


def _signature(mapped: MapTask, also: tuple[str, ...] = ()) -> Any:
    """Return a function that has the inputs and the output of *mapped*, for its interface.

    Args:
        mapped: The map task.
        also: Inputs that are the same for all and given when it is called.
    """
    inner = mapped.target.interface
    types = inner.types
    same = {*mapped.bound, *mapped._later}  # noqa: SLF001 - of this module
    names = [name for name in inner.inputs if name not in same]

    def function() -> None: ...

    function.__name__ = function.__qualname__ = mapped.name
    hints: dict[str, Any] = {name: list.__class_getitem__(types[name]) for name in names}
    hints.update({name: types[name] for name in also})
    names.extend(also)
    kinds = inspect.Parameter.POSITIONAL_OR_KEYWORD
    has_default = getattr(mapped.target, "default_inputs", {})  # a launch plan's
    names.sort(key=has_default.__contains__)
    parameters = [
        inspect.Parameter(
            name,
            kinds,
            default=None if name in has_default else inspect.Parameter.empty,
            annotation=hints[name],
        )
        for name in names
    ]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    outputs = list(inner.outputs.values())
    if outputs:
        item = Optional[outputs[0]] if mapped.may_fail else outputs[0]  # noqa: UP045
        hints["return"] = list.__class_getitem__(item)
    function.__annotations__ = hints
    return function


def _check_numbers(concurrency: Any, min_successes: Any, min_success_ratio: Any) -> None:
    for name, value in (("concurrency", concurrency), ("min_successes", min_successes)):
        if value is not None and (type(value) is not int or value < 0):
            raise InvalidValueError(f"map_task({name}={value!r}): not a number from 0 up")
    is_number = type(min_success_ratio) in (int, float)
    if not is_number or not 0 <= min_success_ratio <= 1:
        raise InvalidValueError(f"map_task(min_success_ratio={min_success_ratio!r}): not 0 to 1")
