"""A call whose value may be there already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .origin import origin

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .cache import CacheCall, CachedTask, Hit, Miss
    from .task import Task
    from .workflow_execution import WorkflowExecution

    Inputs = tuple[tuple[Any, ...], dict[str, Any]]


def cached_task(task: Task) -> CachedTask | None:
    """Return what knows which values of *task* are kept, None where none is.

    Raises:
        InvalidValueError: An input that is to be ignored is none, or a policy failed.
    """
    options = task.options
    if options.caching is None:
        return None
    from .cache import CachedTask

    return CachedTask(
        options.caching,
        name=task.name,
        function=task.function,
        interface=task.interface,
        origin=origin(task.function),
        container_image=options.container_image,
        pod_template=options.pod_template,
        pod_template_name=options.pod_template_name,
    )


def through_cache(
    cached: CachedTask, inputs: Inputs, within: WorkflowExecution, compute: Callable[[], Any]
) -> Any:
    """Return the value that is kept for *inputs*, else what *compute* returns, and keep it.

    Args:
        cached: Knows the task.
        inputs: By position and by name.
        within: The execution that the call is part of.
        compute: Runs the task.
    """
    __tracebackhide__ = True
    call = _call(cached, inputs, within)
    if call is None:
        return compute()
    from .cache import Hit, task_cache

    found = task_cache().lookup(call, overwrite_cache=within.overwrites_cache)
    if isinstance(found, Hit):
        return _taken(found, within)
    with found:
        value = compute()
        _keep(found, value, within)
    return value


async def through_cache_async(
    cached: CachedTask,
    inputs: Inputs,
    within: WorkflowExecution,
    compute: Callable[[], Awaitable[Any]],
) -> Any:
    """Do as `through_cache` for a task that is awaited."""
    __tracebackhide__ = True
    call = _call(cached, inputs, within)
    if call is None:
        return await compute()
    from .cache import Hit, task_cache

    found = await task_cache().lookup_async(call, overwrite_cache=within.overwrites_cache)
    if isinstance(found, Hit):
        return _taken(found, within)
    with found:
        value = await compute()
        _keep(found, value, within)
    return value


def _call(cached: CachedTask, inputs: Inputs, within: WorkflowExecution) -> CacheCall | None:
    if not within.how.cache:
        return None
    return cached.call(*inputs, execution=within.execution_id.name)


def _taken(hit: Hit, within: WorkflowExecution) -> Any:
    if within.progress is not None:
        within.progress.cached(within.path, hit.status)
    return hit.value


def _keep(miss: Miss, value: Any, within: WorkflowExecution) -> None:
    status = miss.store(value)
    if within.progress is not None:
        within.progress.cached(within.path, status)
