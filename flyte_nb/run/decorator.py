"""`@task`: make a task of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from flyte_nb.decks.field import ALL_FIELDS

from .near import knows_its_names
from .task import Task
from .task_options import TaskOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import timedelta

    from flyte_nb.decks.field import DeckField
    from flyte_nb.models import (
        Annotations,
        Labels,
        PodTemplate,
        Resources,
        Secret,
        SecurityContext,
    )
    from flyte_nb.models.accelerators import GPUAccelerator

    from .cache import Cache


@overload
def task(_task_function: Callable[..., Any]) -> Task: ...
@overload
def task(
    *,
    task_config: Any = None,
    cache: bool | Cache = False,
    retries: int = 0,
    interruptible: bool | None = None,
    deprecated: str = "",
    timeout: timedelta | float | None = None,
    container_image: Any = None,
    environment: Mapping[str, str] | None = None,
    docs: Any = None,
    disable_deck: bool | None = None,
    enable_deck: bool | None = None,
    deck_fields: Iterable[DeckField | str] | None = ALL_FIELDS,
    secret_requests: Iterable[Secret] | None = None,
    requests: Resources | None = None,
    limits: Resources | None = None,
    resources: Resources | None = None,
    accelerator: GPUAccelerator | None = None,
    shared_memory: bool | str | None = None,
    pod_template: PodTemplate | None = None,
    pod_template_name: str | None = None,
    security_context: SecurityContext | None = None,
    labels: Labels | dict[str, str] | None = None,
    annotations: Annotations | dict[str, str] | None = None,
    cache_version: str | None = None,
    cache_serialize: bool | None = None,
    cache_ignore_input_vars: Iterable[str] | None = None,
    pickle_untyped: bool = False,
    node_dependency_hints: Iterable[Any] | None = None,
    task_resolver: Any = None,
    execution_mode: Any = None,
) -> Callable[[Callable[..., Any]], Task]: ...
@knows_its_names
def task(  # noqa: PLR0913 - flytekit's options
    _task_function: Callable[..., Any] | None = None,
    *,
    task_config: Any = None,
    cache: bool | Cache = False,
    retries: int = 0,
    interruptible: bool | None = None,
    deprecated: str = "",
    timeout: timedelta | float | None = None,
    container_image: Any = None,
    environment: Mapping[str, str] | None = None,
    docs: Any = None,
    disable_deck: bool | None = None,
    enable_deck: bool | None = None,
    deck_fields: Iterable[DeckField | str] | None = ALL_FIELDS,
    secret_requests: Iterable[Secret] | None = None,
    requests: Resources | None = None,
    limits: Resources | None = None,
    resources: Resources | None = None,
    accelerator: GPUAccelerator | None = None,
    shared_memory: bool | str | None = None,
    pod_template: PodTemplate | None = None,
    pod_template_name: str | None = None,
    security_context: SecurityContext | None = None,
    labels: Labels | dict[str, str] | None = None,
    annotations: Annotations | dict[str, str] | None = None,
    cache_version: str | None = None,
    cache_serialize: bool | None = None,
    cache_ignore_input_vars: Iterable[str] | None = None,
    pickle_untyped: bool = False,
    node_dependency_hints: Iterable[Any] | None = None,
    task_resolver: Any = None,
    execution_mode: Any = None,
) -> Task | Callable[[Callable[..., Any]], Task]:
    """Make a task of a function (flytekit's ``task``).

    Args:
        task_config: Configuration of a plugin, kept for the cluster; here the function itself runs.
        cache: Whether, or by a `flyte_nb.Cache` how, values are kept for calls with equal inputs.
        retries: Attempts after the first, for an attempt that ends with
            `FlyteRecoverableException`. Anything else that is raised ends the run.
        interruptible: Whether the pod may run where it can be preempted; attempts that end so do
            not count as `retries`.
        deprecated: Why the task should no more be used; said when it is called.
        timeout: How long an attempt may take, in seconds or as a timedelta; one that takes longer
            fails, and is tried again like a recoverable one. 0 is none.
        environment: Variables that the task has, for the length of the run.
        container_image: Image of the pod, kept for the cluster.
        docs: Documentation, kept for the cluster.
        disable_deck: The older way to say ``enable_deck``, the other way round.
        enable_deck: Whether decks are shown. By default they are shown here, with a note that
            a cluster shows them only for ``True``.
        deck_fields: Which decks are made of the task itself, with ``enable_deck=True``: all by
            default, None for none.
        secret_requests: Secrets that the task reads.
        requests: Resources that the pod is given.
        limits: Resources that the pod may not exceed.
        resources: Both at once, where an amount can be a pair (request, limit).
        accelerator: A device, such as `flyte_nb.models.accelerators.T4`, kept for the cluster.
        shared_memory: Memory that the pod's processes share: True for as much as the task's
            memory, or its size; kept for the cluster.
        pod_template: The pod as Kubernetes describes it, kept for the cluster.
        pod_template_name: A pod template of the cluster, kept for it.
        security_context: Identity for the cluster; its secrets are declared with the others.
        labels: Labels of the pod, kept for the cluster.
        annotations: Annotations of the pod, kept for the cluster.
        cache_version: The older way to write ``cache=Cache(version=…)``.
        cache_serialize: The older way to write ``cache=Cache(serialize=…)``.
        cache_ignore_input_vars: The older way to write ``cache=Cache(ignored_inputs=…)``.
        pickle_untyped: Whether an input or output without an annotation is of any type: pickled.
        node_dependency_hints: Of a `dynamic` task alone: what it may call.
        task_resolver: What loads the task on the cluster, kept for it.
        execution_mode: Known by the decorator; flytekit's DEFAULT is taken and says nothing.

    Raises:
        UnknownArgumentError: There is no such option.
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
        task_config=task_config,
        cache=cache,
        cache_version=cache_version,
        cache_serialize=cache_serialize,
        cache_ignore_input_vars=cache_ignore_input_vars,  # type: ignore[arg-type]
        retries=retries,
        interruptible=interruptible,
        deprecated=deprecated,
        timeout=timeout,
        container_image=container_image,
        environment=environment,
        docs=docs,
        disable_deck=disable_deck,
        enable_deck=enable_deck,
        deck_fields=deck_fields,  # type: ignore[arg-type]  # becomes a tuple
        secret_requests=secret_requests,  # type: ignore[arg-type]  # becomes a tuple
        requests=requests,
        limits=limits,
        resources=resources,
        accelerator=accelerator,
        shared_memory=shared_memory,
        pod_template=pod_template,
        pod_template_name=pod_template_name,
        security_context=security_context,
        labels=labels,  # type: ignore[arg-type]  # becomes Labels
        annotations=annotations,  # type: ignore[arg-type]  # becomes Annotations
        pickle_untyped=pickle_untyped,
        node_dependency_hints=node_dependency_hints,  # type: ignore[arg-type]  # refused here
        task_resolver=task_resolver,
        execution_mode=execution_mode,
    )
    if _task_function is None:
        return lambda function: Task(function, options)
    return Task(_task_function, options)
