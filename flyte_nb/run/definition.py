"""Functions that cannot be tasks: refused where they are defined."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import (
    FlyteMissingTypeException,
    TaskDefinitionError,
    UnsupportedTypeError,
)

from .types.refusals import refuse_type

if TYPE_CHECKING:
    from collections.abc import Callable

_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def refuse_what_is_no_function(function: Any, kind: str) -> None:
    """Refuse what cannot be a task or a workflow.

    Raises:
        TaskDefinitionError: It is a generator, or no function.
    """
    inner = inspect.unwrap(function) if callable(function) else function
    name = getattr(function, "__name__", repr(function))
    is_generator = inspect.isgeneratorfunction(inner) and not (
        kind == "task" and _gives_iterator(inner)
    )
    if is_generator or inspect.isasyncgenfunction(inner):
        raise TaskDefinitionError(
            f"{kind} {name} is a generator: a {kind} returns its result once",
            hint="declare -> Iterator[int], or return a list of the values"
            if kind == "task"
            else "collect the values in a list and return that",
        )
    if not inspect.isfunction(function):
        raise TaskDefinitionError(
            f"@{kind} goes on a function, not on {function!r}", hint="define it with def"
        )


def _gives_iterator(function: Any) -> bool:
    """Return whether *function* declares that it gives an ``Iterator``, as far as is known now."""
    try:
        declared = typing.get_type_hints(function).get("return")
    except Exception:  # noqa: BLE001 - names something that a later cell defines
        return "Iterator[" in str(function.__annotations__.get("return"))
    return typing.get_origin(declared) is Iterator


def refuse_parameter(parameter: inspect.Parameter, what: str, *, may_be_untyped: bool) -> None:
    """Refuse a parameter of the task *what* that is no input.

    Args:
        parameter: The parameter.
        what: Whose it is.
        may_be_untyped: Whether it needs no annotation.

    Raises:
        FlyteMissingTypeException: It has no annotation.
        TaskDefinitionError: Nobody could give it by its name.
    """
    if parameter.kind in _VARIADIC:
        raise TaskDefinitionError(
            f"{what}: {parameter} is not an input that Flyte knows",
            hint="name each input; pass many values as one list or dict",
        )
    if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
        raise TaskDefinitionError(
            f"{what}: input {parameter.name!r} has no name for who calls",
            hint="take the / away: a cluster hands over inputs by name",
        )
    if parameter.annotation is inspect.Parameter.empty and not may_be_untyped:
        raise FlyteMissingTypeException(
            f"{what}: input {parameter.name!r} has no type",
            hint=f"annotate it, e.g. {parameter.name}: int",
        )


def refuse_types(function: Callable[..., Any], what: str) -> None:
    """Refuse types of inputs and outputs that a cluster has not, as far as they are known now.

    Raises:
        TaskDefinitionError: There is one.
    """
    try:
        hints = typing.get_type_hints(inspect.unwrap(function), include_extras=False)
    except Exception:  # noqa: BLE001 - names something that a later cell defines; said when called
        return
    for name, kind in hints.items():
        is_output = name == "return"
        try:
            found = refuse_type(kind, is_output=is_output)
        except NameError:
            continue
        if found is not None:
            where = "output" if is_output else f"input {name!r}"
            raise UnsupportedTypeError(f"{what}, {where}: {found[0]}", hint=found[1])


def literal_hints(function: Any, error: Exception, name: str) -> dict[str, Any]:
    """Return annotations that are objects already; `get_type_hints` refuses a tuple of types.

    Raises:
        TaskDefinitionError: One is a text that nobody can make out.
    """
    hints = dict(inspect.get_annotations(function))
    unresolved = [f"{k}: {v!r}" for k, v in hints.items() if isinstance(v, str)]
    if unresolved:
        raise TaskDefinitionError(
            f"{name}: cannot make out the type of {', '.join(unresolved)} ({error})"
        ) from None
    return hints
