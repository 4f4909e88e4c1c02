"""A call whose value may be there already."""

from __future__ import annotations

import sys
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from .origin import origin

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .cache import CacheCall, CachedTask, Hit, Miss
    from .task import Task
    from .workflow_execution import WorkflowExecution

    Inputs = tuple[tuple[Any, ...], dict[str, Any]]

_MOST_LOOKED_AT = 10_000  # values in a collection


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
    if isinstance(found, Hit) and has_lost_files(found.value):
        found = task_cache().lookup(call, overwrite_cache=True)
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
    if isinstance(found, Hit) and has_lost_files(found.value):
        found = await task_cache().lookup_async(call, overwrite_cache=True)
    if isinstance(found, Hit):
        return _taken(found, within)
    with found:
        value = await compute()
        _keep(found, value, within)
    return value


def has_lost_files(value: Any) -> bool:
    """Return whether *value* names a file that is no more here, or was changed since it was kept.

    What a session kept goes with it; a task that writes to a file that it was given writes to the
    one that is kept, where a pod would have a copy of its own.

    Looked for in collections, in objects of dataclasses and in models of pydantic; one in a store
    is taken to be there.
    """
    places = sys.modules.get("flyte_nb.types.place")
    if places is None:
        return False  # a value that has one imports it
    from flyte_nb.types.kept import is_as_kept

    rest, seen = [value], 0
    while rest and seen < _MOST_LOOKED_AT:
        one, seen = rest.pop(), seen + 1
        if isinstance(one, places.Place):
            if not is_as_kept(one):
                return True
        elif isinstance(one, (list, tuple)):
            rest.extend(one[:_MOST_LOOKED_AT])
        elif isinstance(one, dict):
            rest.extend(islice(one.values(), _MOST_LOOKED_AT))
        elif is_dataclass(one) and not isinstance(one, type):
            rest.extend(getattr(one, field.name, None) for field in fields(one))
        elif hasattr(type(one), "model_fields"):
            rest.extend(vars(one).values())
    return False


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
