"""`@task`: a function that runs as it would in a pod."""

from __future__ import annotations

import functools
import inspect
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from flyte_nb.context import SecretRules
from flyte_nb.context.current import await_in, run_in, running
from flyte_nb.context.entities import FlyteEntities
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.errors import InvalidValueError
from flyte_nb.models import Identifier, Resources, ResourceSpec, ResourceType, Secret

from .execution import Execution
from .interface import Interface
from .record import short_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flyte_nb.context import ContextSettings
    from flyte_nb.models import PodTemplate, SecurityContext, WorkflowExecutionIdentifier


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskOptions:
    """What `@task` was given; see `task`."""

    retries: int = 0
    enable_deck: bool | None = None
    secret_requests: tuple[Secret, ...] = ()
    requests: Resources | None = None
    limits: Resources | None = None
    pod_template: PodTemplate | None = None
    security_context: SecurityContext | None = None

    def __post_init__(self) -> None:
        if type(self.retries) is not int or self.retries < 0:
            raise InvalidValueError(f"@task(retries={self.retries!r}): not a number from 0 up")
        if self.enable_deck is not None and not isinstance(self.enable_deck, bool):
            raise InvalidValueError(f"@task(enable_deck={self.enable_deck!r}): not True or False")
        for secret in self.secret_requests:
            if not isinstance(secret, Secret):
                raise InvalidValueError(
                    f"@task(secret_requests=…): {secret!r} is not a Secret",
                    hint="write secret_requests=[Secret(group='my-group', key='my-key')]",
                )
        for name in ("requests", "limits"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, Resources):
                raise InvalidValueError(
                    f"@task({name}={value!r}): not Resources",
                    hint=f"write {name}=Resources(cpu='1', mem='1Gi')",
                )
        if self.pod_template is not None or self.security_context is not None:
            _check_kinds(self.pod_template, self.security_context)
        if self.requests is not None and self.limits is not None:
            ResourceSpec(_requests(self.requests), _requests(self.limits))


def _check_kinds(pod_template: object, security_context: object) -> None:
    """Refuse what is neither; looked up only where one is given."""
    from flyte_nb import models

    for name, value, kind in (
        ("pod_template", pod_template, models.PodTemplate),
        ("security_context", security_context, models.SecurityContext),
    ):
        if value is not None and not isinstance(value, kind):
            raise InvalidValueError(f"@task({name}={value!r}): not {kind.__name__}")


class Task:
    """A function with Flyte's runtime around it; made by `task`, called like the function.

    Attributes:
        function: The function as it was written.
        name: Its module and name, as a cluster would register it.
        interface: Its inputs and outputs.
        options: What `@task` was given.
    """

    def __init__(self, function: Callable[..., Any], options: TaskOptions) -> None:
        self.interface = Interface(function)
        # Not its __dict__: a decorator may have left an attribute there that we have too.
        functools.update_wrapper(self, function, updated=())
        self.function = function
        self.name = f"{function.__module__}.{function.__qualname__}"
        self.options = options
        self._is_async = inspect.iscoroutinefunction(inspect.unwrap(function))
        self._said_nested = False
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
        self.interface.check_inputs(args, kwargs)
        around = running()
        if around is not None and around.task_id is not None:  # else a context made by hand
            self._say_nested()
            return self.function(*args, **kwargs)
        if self._is_async:
            return self._run_async(args, kwargs)
        return self._run(args, kwargs)

    def _say_nested(self) -> None:
        if not self._said_nested:  # once: a recursive task would say it at every level
            self._said_nested = True
            TASK_LOGGER.warning(
                "%s is called inside a task: it runs in the same pod, with no retries of its own",
                short_name(self.name),
            )

    def __repr__(self) -> str:
        return f"<task {self.name}{inspect.signature(self.function)}>"

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
                task=short_name(self.name),
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

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        execution = Execution(self, args, kwargs)
        try:
            while True:
                context = execution.begin()
                try:
                    value = self._checked(run_in(context, self.function, *args, **kwargs))
                    execution.succeeded(value)
                except BaseException as error:
                    if not execution.failed(error):
                        raise
                else:
                    return value
        finally:
            try:
                execution.close()
            except KeyboardInterrupt:  # inside of it, or before its first line
                execution.close()
                raise

    async def _run_async(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        execution = Execution(self, args, kwargs)
        try:
            while True:
                context = execution.begin()
                try:
                    value = self._checked(await await_in(context, self.function(*args, **kwargs)))
                    execution.succeeded(value)
                except BaseException as error:
                    if not execution.failed(error):
                        raise
                else:
                    return value
        finally:
            try:
                execution.close()
            except KeyboardInterrupt:  # inside of it, or before its first line
                execution.close()
                raise

    def _checked(self, value: Any) -> Any:
        if self.interface.has_output:
            return self.interface.check_output(value)
        if value is not None:
            warnings.warn(
                f"{short_name(self.name)} returned a value but declares none, so nothing comes"
                " out of it: write -> and a type",
                stacklevel=4,
            )
        return None


@overload
def task(_task_function: Callable[..., Any]) -> Task: ...
@overload
def task(
    *,
    retries: int = 0,
    enable_deck: bool | None = None,
    secret_requests: Iterable[Secret] | None = None,
    requests: Resources | None = None,
    limits: Resources | None = None,
    pod_template: PodTemplate | None = None,
    security_context: SecurityContext | None = None,
) -> Callable[[Callable[..., Any]], Task]: ...
def task(  # noqa: PLR0913 - flytekit's options
    _task_function: Callable[..., Any] | None = None,
    *,
    retries: int = 0,
    enable_deck: bool | None = None,
    secret_requests: Iterable[Secret] | None = None,
    requests: Resources | None = None,
    limits: Resources | None = None,
    pod_template: PodTemplate | None = None,
    security_context: SecurityContext | None = None,
) -> Task | Callable[[Callable[..., Any]], Task]:
    """Make a task of a function (flytekit's ``task``).

    Args:
        retries: Attempts after the first, for an attempt that ends with
            `FlyteRecoverableException`. Anything else that is raised ends the run.
        enable_deck: Whether decks are shown. By default they are shown here, with a note that
            a cluster shows them only for ``True``.
        secret_requests: Secrets that the task reads.
        requests: Resources that the pod is given.
        limits: Resources that the pod may not exceed.
        pod_template: The pod as Kubernetes describes it, kept for the cluster.
        security_context: Identity for the cluster; its secrets are declared with the others.

    Raises:
        FlyteMissingTypeException: An input has no annotation.
        TaskDefinitionError: The function cannot be a task, e.g. it is a generator.
        InvalidValueError: An option has a value that a cluster would refuse.

    Example:
        >>> @task(retries=2)
        ... def double(a: int) -> int:
        ...     return 2 * a
        >>> double(a=2)
        4
    """
    options = TaskOptions(
        retries=retries,
        enable_deck=enable_deck,
        secret_requests=(
            *_as_tuple(secret_requests),
            *(getattr(security_context, "secrets", None) or ()),
        ),
        requests=requests,
        limits=limits,
        pod_template=pod_template,
        security_context=security_context,
    )
    if _task_function is None:
        return lambda function: Task(function, options)
    return Task(_task_function, options)


def _requests(resources: Resources) -> Resources:
    """Return the first amounts of *resources*, where a pair gives two."""
    return ResourceSpec.from_multiple_resource(resources).requests


def _as_tuple(secret_requests: Iterable[Secret] | None) -> tuple[Secret, ...]:
    if secret_requests is None:
        return ()
    try:
        return tuple(secret_requests)
    except TypeError:
        raise InvalidValueError(
            f"@task(secret_requests={secret_requests!r}): not a list",
            hint="write secret_requests=[Secret(group='my-group', key='my-key')]",
        ) from None
