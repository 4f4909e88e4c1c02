"""A function that runs as it would in a pod."""

from __future__ import annotations

import functools
import inspect
import warnings
from typing import TYPE_CHECKING, Any, SupportsIndex

from flyte_nb.context import SecretRules
from flyte_nb.context.current import await_in, compiling, run_in, running
from flyte_nb.context.entities import FlyteEntities
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.display import panel_html
from flyte_nb.models import Identifier, ResourceType

from .cached import cached_task, through_cache, through_cache_async
from .execution import Execution
from .interface import Interface
from .origin import entity_name
from .runnable import Runnable
from .types.problem import Way

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.context import ContextSettings, ExecutionParameters
    from flyte_nb.models import (
        WorkflowExecutionIdentifier,
    )

    from .cache import CachedTask
    from .task_options import TaskOptions
    from .workflow_execution import WorkflowExecution


class Task(Runnable):
    """A function with Flyte's runtime around it; made by `task`, called like the function.

    Attributes:
        function: The function as it was written.
        name: Its module and name, as a cluster would register it.
        interface: Its inputs and outputs.
        options: What `@task` was given.
        is_async: Whether the function is a coroutine function.
        can_be_isolated: Whether an attempt may run in a process of its own.
    """

    can_be_isolated = True

    def __init__(self, function: Callable[..., Any], options: TaskOptions) -> None:
        self.interface = Interface(function, pickle_untyped=options.pickle_untyped)
        # Not its __dict__: a decorator may have left an attribute there that we have too.
        functools.update_wrapper(self, function, updated=())
        self.function = function
        self.name = entity_name(function)
        self.options = options
        # Not of what it wraps: a wrapper may wait for that, and return the value.
        self.is_async = inspect.iscoroutinefunction(function)
        self._cached = cached_task(self) if options.caching else None
        self._said_nested = self._said_deprecated = False
        self._secret_rules: tuple[ContextSettings, SecretRules] | None = None
        FlyteEntities.add(self)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Run the task and return its value.

        A coroutine function gives a coroutine. Inside another task this is a plain call in
        that task's context, as in its pod.

        Raises:
            TypeTransformerFailedError: An input or the value is not of the declared type.
        """
        __tracebackhide__ = True
        graph = compiling()
        if graph is not None:
            from .graph import add_node

            return add_node(graph, self, args, kwargs)
        return self._call(args, kwargs, None)

    @property
    def most_retries(self) -> int | None:
        """Its own retries: no other task runs."""
        return self.options.retries

    def needs_environment(self, settings: ContextSettings) -> bool:
        """Return whether a run sets variables: there is one environment for all threads."""
        has_own = self.wants_injection or bool(self.options.environment)
        return has_own or settings.mode == "pod"

    def run_as_node(self, inputs: dict[str, Any], within: WorkflowExecution) -> Any:
        """Run the task as a part of an execution, and return its value."""
        __tracebackhide__ = True
        return within.team.run_task(functools.partial(self._run_to_end, inputs, within))

    def _run_to_end(self, inputs: dict[str, Any], within: WorkflowExecution) -> Any:
        __tracebackhide__ = True
        value = self._call((), inputs, within)
        if not self._is_awaited(within):
            return value
        from .coroutines import run_to_end

        return run_to_end(value)

    def _call(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], within: WorkflowExecution | None
    ) -> Any:
        __tracebackhide__ = True
        way = Way.IN if within is None else Way.IN_RUN
        args, kwargs = self.interface.check_inputs(args, kwargs, way)
        around = running()
        if around is not None and around.task_id is not None:  # else a context made by hand
            self._say_nested()
            return self.function(*args, **kwargs)
        if self.options.deprecated:
            self._say_deprecated()
        if self._cached is not None:
            return self._through_cache(self._cached, args, kwargs, within)
        return self._compute(args, kwargs, within)

    def _compute(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], within: WorkflowExecution | None
    ) -> Any:
        """Run the task, whatever is kept of earlier runs."""
        __tracebackhide__ = True
        execution = Execution(self, args, kwargs, within)
        if self._is_awaited(within):
            return self._run_async(execution, args, kwargs)
        return self._run(execution, args, kwargs)

    def _through_cache(
        self,
        cached: CachedTask,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        within: WorkflowExecution | None,
    ) -> Any:
        __tracebackhide__ = True
        from .workflow_execution import WorkflowExecution

        whole = within or WorkflowExecution.begin()
        through = through_cache_async if self._is_awaited(whole) else through_cache
        return through(
            cached, (args, kwargs), whole, functools.partial(self._compute, args, kwargs, whole)
        )

    def _is_awaited(self, within: WorkflowExecution | None) -> bool:
        """Return whether a call gives a coroutine: another process runs its own to the end."""
        return self.is_async and not (within is not None and within.how.isolates)

    def _say_deprecated(self) -> None:
        if not self._said_deprecated:
            self._said_deprecated = True
            TASK_LOGGER.warning("%s is deprecated: %s", self.name, self.options.deprecated)

    def _say_nested(self) -> None:
        if not self._said_nested:  # once: a recursive task would say it at every level
            self._said_nested = True
            TASK_LOGGER.warning(
                "%s is called inside a task: it runs in the same pod, with no retries of its own",
                self.name,
            )

    @property
    def task_function(self) -> Callable[..., Any]:
        """The function as it was written; flytekit's name for it."""
        return self.function

    def with_options(self, options: TaskOptions) -> Task:
        """Return the same task with other *options*, for one call of it in a workflow."""
        other = object.__new__(type(self))  # copy.copy looks at how it travels: by name, as itself
        vars(other).update(vars(self))
        original = getattr(self, "original", self)
        vars(other).update(options=options, _secret_rules=None, original=original)
        vars(other).pop("wants_injection", None)
        vars(other).update(_cached=cached_task(other) if options.caching else None)
        return other

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        """Travel by name where the task can be imported, as functions do; else by value."""
        from .by_name import global_name

        return global_name(self) or super().__reduce_ex__(protocol)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_cached": None, "_secret_rules": None}

    def __repr__(self) -> str:
        return f"<task {self.name}{inspect.signature(self.function)}>"

    def _repr_html_(self) -> str:
        return panel_html(f"task {self.name}", [*self.interface.rows(), *self.options.rows()])

    @functools.cached_property
    def wants_injection(self) -> bool:
        """Whether a pod has one of its secrets as a variable or a file of its own."""
        if not self.options.secret_requests:
            return False
        from flyte_nb.context.secrets.injection import needs_injection

        return any(map(needs_injection, self.options.secret_requests))

    def secret_rules(self, settings: ContextSettings) -> SecretRules:
        """Return which secrets a run may have; one object for all runs under one *settings*."""
        known = self._secret_rules
        if known is None or known[0] is not settings:
            rules = SecretRules(
                task=self.name,
                declared=self.options.secret_requests,
                is_pod=settings.mode == "pod",
                dotenv=settings.dotenv,
            )
            known = self._secret_rules = (settings, rules)
        return known[1]

    def identify(self, execution: WorkflowExecutionIdentifier) -> Identifier:
        """Return this task's identifier in the project and domain of *execution*."""
        return Identifier(
            ResourceType.TASK, execution.project, execution.domain, self.name, self.version
        )

    @functools.cached_property
    def version(self) -> str:
        """A hash of the source, of the bytecode where there is no source."""
        import hashlib

        code = self.function.__code__
        try:
            content = inspect.getsource(self.function).encode()
        except (OSError, TypeError):
            content = code.co_code + repr((code.co_names, code.co_varnames)).encode()
        return hashlib.sha256(content).hexdigest()[:12]

    def _run(self, execution: Execution, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        try:
            while True:
                context = execution.begin()
                try:
                    given, named = execution.own_inputs(args, kwargs)
                    value = run_in(context, self._body(execution), *given, **named)
                    if not execution.is_isolated:  # else it was where it was made
                        value = self.checked(value, context)
                    execution.succeeded(value)
                except BaseException as error:
                    if not execution.failed(error):
                        raise
                else:
                    return value
                if pause_s := execution.pause_s:
                    from .deadline import pause

                    pause(pause_s)
        finally:
            try:
                execution.close()
            except KeyboardInterrupt:  # inside of it, or before its first line
                execution.close()
                raise

    async def _run_async(
        self, execution: Execution, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        __tracebackhide__ = True
        try:
            while True:
                context = execution.begin()
                try:
                    given, named = execution.own_inputs(args, kwargs)
                    value = await await_in(context, self._body(execution)(*given, **named))
                    value = self.checked(value, context)
                    execution.succeeded(value)
                except BaseException as error:
                    if not execution.failed(error):
                        raise
                else:
                    return value
                if pause_s := execution.pause_s:
                    import asyncio

                    await asyncio.sleep(pause_s)
        finally:
            try:
                execution.close()
            except KeyboardInterrupt:  # inside of it, or before its first line
                execution.close()
                raise

    def _body(self, execution: Execution) -> Callable[..., Any]:
        """Return what an attempt of *execution* calls."""
        if execution.is_isolated:
            from .isolated.attempt import IsolatedAttempt

            return IsolatedAttempt(self, execution)
        timeout: Any = self.options.timeout
        function = self.function
        if self.interface.gives_iterator:
            from .types.iterators import gone_through

            function = gone_through(function)
        if timeout is None:
            return execution.around(function)
        from .deadline import await_until, call_until

        seconds = timeout.total_seconds()
        if self.is_async:
            return execution.around(
                lambda *args, **kwargs: await_until(seconds, function(*args, **kwargs))
            )
        return execution.around(functools.partial(call_until, seconds, function))

    def checked(self, value: Any, context: ExecutionParameters | None) -> Any:
        """Return what becomes of the value of an attempt, which is of the declared type.

        Raises:
            TypeTransformerFailedError: It is not.
        """
        if self.interface.has_output:
            return self.interface.check_output(value, context)
        if value is not None:
            warnings.warn(
                f"{self.name} returned a value but declares none, so nothing comes"
                " out of it: write -> and a type",
                stacklevel=4,
            )
        return None
