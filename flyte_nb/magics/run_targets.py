"""What a namespace has that can be run: found by name, listed, explained."""

from __future__ import annotations

import difflib
import inspect
from types import ModuleType
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from flyte_nb.display import TableView, visible
from flyte_nb.run.describe import input_in_words, type_name
from flyte_nb.run.handle.progress import kind_of
from flyte_nb.run.launch_plan import LaunchPlan
from flyte_nb.run.runnable import Runnable
from flyte_nb.run.typed_text import example

from .run_line import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_DOC = 80  # characters


def targets(namespace: Mapping[str, Any]) -> dict[str, Runnable]:
    """Return what can be run, by the name that it has in *namespace*."""
    return {
        name: value
        for name, value in namespace.items()
        if isinstance(value, Runnable) and not name.startswith("_")
    }


def find(name: str, namespace: Mapping[str, Any]) -> Any:
    """Return what *name* is: a name, one in a module, or that of a launch plan.

    Raises:
        UsageError: It is nothing that can be run; the message says what it is.
    """
    first, *others = name.split(".")
    found = namespace.get(first, _NOTHING)
    for part in others:
        found = getattr(found, part, _NOTHING)
    if found is _NOTHING:
        found = LaunchPlan.CACHE.get(name, _NOTHING)
    if isinstance(found, Runnable):
        return found
    called = name.partition("(")[0]
    if found is _NOTHING and called != name and isinstance(namespace.get(called), Runnable):
        raise UsageError(f"inputs stand behind the name: %flyte_run {called} --input value")
    if found is _NOTHING:
        known = list(targets(namespace))
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "%flyte_run lists what there is"
        raise UsageError(f"there is no {name}: {hint}")
    if inspect.isfunction(found):
        raise UsageError(f"{name} is a plain function: write @task or @workflow above it")
    raise UsageError(
        f"{name} is of type {type_name(type(found))}: no task, workflow or launch plan"
    )


def listing(namespace: Mapping[str, Any]) -> TableView:
    """Return a table of what can be run."""
    found = targets(namespace)
    rows = [
        (name, kind_of(entity), ", ".join(_signature(entity)), _doc(entity)[:_MAX_DOC])
        for name, entity in found.items()
    ]
    if not rows:
        return TableView(
            "Nothing to run yet", (), (), ("write @task above a function with typed inputs",)
        )
    remarks = ("%flyte_run NAME --input value …; %flyte_run NAME -h explains its inputs",)
    return TableView("What can be run", ("name", "kind", "inputs", ""), tuple(rows), remarks)


def explained(name: str, entity: Any) -> TableView:
    """Return a table of the inputs of *entity*, with an example for each."""
    saved = _saved(entity)
    types = entity.interface.types
    fixed = getattr(entity, "fixed_inputs", {})
    rows = [
        (
            f"--{input_name}",
            type_name(types[input_name]),
            _default(saved[input_name]) if input_name in saved else "needed",
            example(input_name, types[input_name]),
        )
        for input_name in entity.interface.inputs
        if input_name not in fixed
    ]
    title = f"%flyte_run {name}: {kind_of(entity)}" + (f", {_doc(entity)}" if _doc(entity) else "")
    remarks = (
        *(f"{key} is fixed: {_default(value)}" for key, value in fixed.items()),
        f"options of the run, which %flyte_run -h explains: {' '.join(OPTIONS)}",
    )
    return TableView(title, ("input", "type", "default", "for example"), tuple(rows), remarks)


def names_in_modules(namespace: Mapping[str, Any], module: str) -> list[str]:
    """Return the dotted names of what can be run in a module of *namespace*."""
    found = namespace.get(module)
    if not isinstance(found, ModuleType):
        return []
    return [f"{module}.{name}" for name in targets(vars(found))]


def _signature(entity: Any) -> list[str]:
    saved, types = _saved(entity), entity.interface.types
    fixed = getattr(entity, "fixed_inputs", {})
    return [
        f"{name}: {type_name(types[name])}"
        + (f" = {_default(saved[name])}" if name in saved else "")
        for name in entity.interface.inputs
        if name not in fixed
    ]


def _saved(entity: Any) -> dict[str, Any]:
    return dict(getattr(entity, "saved_inputs", None) or entity.interface.defaults)


def _default(value: Any) -> str:
    return input_in_words(value)


def _doc(entity: Any) -> str:
    for owner in (entity, getattr(entity, "workflow", None), getattr(entity, "target", None)):
        function = getattr(owner, "function", None)
        if function is not None and function.__doc__:
            return visible(inspect.cleandoc(function.__doc__).partition("\n")[0])
    return ""


_NOTHING: Any = object()
