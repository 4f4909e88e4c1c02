"""The typed inputs and outputs of a task, and whether values are of these types."""

from __future__ import annotations

import inspect
import typing
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import (
    FlyteMissingTypeException,
    TaskDefinitionError,
    TypeTransformerFailedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# Flyte's primitives are taken exactly: a bool is no int, an int no float, a numpy.float64
# no float. Python would let them pass; the cluster refuses them.
_PRIMITIVES = (bool, int, float, str, datetime, timedelta)
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Interface:
    """Inputs and outputs of *function*, read from its annotations.

    Raises:
        FlyteMissingTypeException: An input has no annotation.
        TaskDefinitionError: The function cannot be a task.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        _refuse_what_cannot_be_a_task(function)
        self._function = function
        self.name = function.__name__
        parameters = inspect.signature(function).parameters
        for parameter in parameters.values():
            self._refuse_parameter(parameter)
        self._positional = tuple(
            n for n, p in parameters.items() if p.kind is not inspect.Parameter.KEYWORD_ONLY
        )
        self.inputs = tuple(parameters)
        self._required = tuple(
            n for n, p in parameters.items() if p.default is inspect.Parameter.empty
        )

    @cached_property
    def types(self) -> dict[str, Any]:
        """Input name to type; ``return`` to the output's, absent when nothing is returned.

        Read at the first call, not at the definition, so that an annotation may name
        something that a later cell defines.
        """
        function = inspect.unwrap(self._function)
        try:
            hints = typing.get_type_hints(function, include_extras=False)
        except (NameError, TypeError) as error:
            hints = _literal_hints(function, error, self.name)
        output = hints.get("return")
        if output in (None, type(None)):
            hints.pop("return", None)
        elif isinstance(output, tuple):  # flytekit's way to write several outputs
            hints["return"] = tuple.__class_getitem__(output)
        return hints

    def check_inputs(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Refuse inputs that are unknown, missing, given twice, or of a wrong type.

        Raises:
            TypeTransformerFailedError: The message names the input.
        """
        taken = self._positional[: len(args)]
        if (
            len(args) > len(taken)
            or any(name not in kwargs for name in self._required[len(args) :])
            or (args and not kwargs.keys().isdisjoint(taken))
        ):
            raise self._misfit(args, kwargs)
        types = self.types
        for name, value in (*zip(self._positional, args, strict=False), *kwargs.items()):
            if name not in types:
                raise self._unknown(name)
            expected = types[name]
            if type(value) is not expected and not is_of_type(value, expected):
                raise TypeTransformerFailedError(
                    f"{self.name}({name}=…): expected {show(expected)}, got {_shown(value)}",
                    hint=_conversion(value, expected),
                )

    def check_output(self, value: Any) -> Any:
        """Return the task's value.

        Raises:
            TypeTransformerFailedError: It is not of the declared type.
        """
        expected = self.types.get("return", None)
        if expected is None or type(value) is expected or is_of_type(value, expected):
            return value
        raise TypeTransformerFailedError(
            f"{self.name}() declares -> {show(expected)} and returned {_shown(value)}",
            hint=_conversion(value, expected),
        )

    @property
    def has_output(self) -> bool:
        """Whether the task declares that it returns something."""
        return "return" in self.types

    def _refuse_parameter(self, parameter: inspect.Parameter) -> None:
        if parameter.kind in _VARIADIC:
            raise TaskDefinitionError(
                f"task {self.name}: {parameter} is not an input that Flyte knows",
                hint="name each input; pass many values as one list or dict",
            )
        if parameter.annotation is inspect.Parameter.empty:
            raise FlyteMissingTypeException(
                f"task {self.name}: input {parameter.name!r} has no type",
                hint=f"annotate it, e.g. {parameter.name}: int",
            )

    def _misfit(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> TypeTransformerFailedError:
        taken = self._positional[: len(args)]
        missing = [name for name in self._required if name not in (*taken, *kwargs)]
        if twice := [name for name in taken if name in kwargs]:
            problem = f"got {', '.join(twice)} twice"
        elif len(args) > len(taken):
            problem = f"takes {len(taken)} inputs by position, got {len(args)}"
        else:
            problem = f"needs {', '.join(missing)}"
        return TypeTransformerFailedError(
            f"{self.name}() {problem}", hint=f"its inputs: {', '.join(self.inputs) or 'none'}"
        )

    def _unknown(self, name: str) -> TypeTransformerFailedError:
        import difflib

        near = difflib.get_close_matches(name, self.inputs, n=1)
        known = ", ".join(self.inputs) or "none"
        return TypeTransformerFailedError(
            f"{self.name}() has no input {name!r}",
            hint=f"did you mean {near[0]!r}?" if near else f"its inputs: {known}",
        )


def is_of_type(value: Any, expected: Any) -> bool:
    """Return whether *value* is of type *expected*, at a cost that its size does not change."""
    if expected in _PRIMITIVES:
        return type(value) is expected
    if expected is Any or expected is object:
        return True
    from beartype.door import is_bearable

    return is_bearable(value, expected)


def show(expected: Any) -> str:
    """Return a type as a user writes it."""
    is_class = isinstance(expected, type) and not typing.get_args(expected)
    return expected.__name__ if is_class else str(expected)


def _shown(value: Any) -> str:
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '…'}"  # noqa: PLR2004


def _conversion(value: Any, expected: Any) -> str:
    """Return how to make *value* fit, where that is one call."""
    if (expected in (int, float, str) and isinstance(value, (int, float))) or hasattr(
        value, "item"
    ):
        return f"convert it first: {show(expected)}(…); a cluster does not do it for you"
    return ""


def _literal_hints(function: Any, error: Exception, name: str) -> dict[str, Any]:
    """Return annotations that are objects already; `get_type_hints` refuses a tuple of types."""
    hints = dict(inspect.get_annotations(function))
    unresolved = [f"{k}: {v!r}" for k, v in hints.items() if isinstance(v, str)]
    if unresolved:
        raise TaskDefinitionError(
            f"task {name}: cannot make out the type of {', '.join(unresolved)} ({error})"
        ) from None
    return hints


def _refuse_what_cannot_be_a_task(function: Any) -> None:
    name = getattr(function, "__name__", repr(function))
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TaskDefinitionError(
            f"task {name} is a generator: a task returns its result once",
            hint="collect the values in a list and return that",
        )
    if not inspect.isfunction(function):
        raise TaskDefinitionError(
            f"@task goes on a function, not on {function!r}", hint="define it with def"
        )
