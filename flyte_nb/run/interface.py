"""The typed inputs and outputs of a task, and whether values are of these types."""

from __future__ import annotations

import inspect
import typing
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import (
    FlyteMissingTypeException,
    TaskDefinitionError,
    TypeTransformerFailedError,
)

from .describe import conversion, input_in_words, type_name, value_in_words, wrong_type
from .type_check import check_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .type_check import Check

_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Interface:
    """Inputs and outputs of *function*, read from its annotations.

    Args:
        function: A plain function.
        kind: What it becomes, for messages.

    Attributes:
        inputs: Their names, in order.
        defaults: What inputs are where nothing is given, by name.

    Raises:
        FlyteMissingTypeException: An input has no annotation.
        TaskDefinitionError: The function cannot be a task.
    """

    def __init__(self, function: Callable[..., Any], kind: str = "task") -> None:
        _refuse_what_cannot_be_a_task(function, kind)
        self._function = function
        self._kind = kind
        self.name = function.__name__
        parameters = inspect.signature(function).parameters
        for parameter in parameters.values():
            self._refuse_parameter(parameter)
        self._positional = tuple(
            n for n, p in parameters.items() if p.kind is not inspect.Parameter.KEYWORD_ONLY
        )
        self.inputs = tuple(parameters)
        self.defaults = {
            n: p.default for n, p in parameters.items() if p.default is not inspect.Parameter.empty
        }
        self._required = tuple(n for n in self.inputs if n not in self.defaults)

    @cached_property
    def types(self) -> dict[str, Any]:
        """Input name to type; ``return`` to the output's, absent when nothing is returned.

        Read at the first call, not at the definition, so that an annotation may name
        something that a later cell defines.
        """
        function = inspect.unwrap(self._function)
        try:
            hints = typing.get_type_hints(function, include_extras=False)
        except (NameError, TypeError, SyntaxError, AttributeError, LookupError) as error:
            hints = _literal_hints(function, error, f"{self._kind} {self.name}")
        output = hints.get("return")
        if output in (None, type(None)):
            hints.pop("return", None)
        elif isinstance(output, tuple):  # flytekit's way to write several outputs
            hints["return"] = tuple.__class_getitem__(output)
        return hints

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """Name to type of each output: a tuple of types is several, a `NamedTuple` names them."""
        if "return" not in self.types:
            return {}
        output = self.types["return"]
        if fields := _named_fields(output):
            hints = typing.get_type_hints(output)
            return {name: hints.get(name, Any) for name in fields}
        several = typing.get_args(output) if _is_several(output) else (output,)
        return {f"o{number}": each for number, each in enumerate(several)}

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield inputs and outputs with their types, as (label, value)."""
        for name in self.inputs:
            default = f" = {input_in_words(self.defaults[name])}" if name in self.defaults else ""
            yield f"input {name}", type_name(self.types[name]) + default
        for name, kind in self.outputs.items():
            yield f"output {name}", type_name(kind)

    @cached_property
    def _output_class(self) -> type[tuple[Any, ...]] | None:
        """What several outputs are together, None for one output alone or none."""
        output: Any = self.types.get("return")
        if _named_fields(output):
            return output  # type: ignore[no-any-return]
        return tuple if _is_several(output) else None

    def split(self, value: Any) -> dict[str, Any]:
        """Return name to value of each output in what a call returned."""
        if self._output_class is None:
            return dict.fromkeys(self.outputs, value)
        return dict(zip(self.outputs, value, strict=True))

    def join(self, outputs: list[Any]) -> Any:
        """Return *outputs*, one for each name and in their order, as a call returns them."""
        kind = self._output_class
        if kind is None:
            return outputs[0] if outputs else None
        return kind(outputs) if kind is tuple else kind(*outputs)

    @cached_property
    def _checks(self) -> dict[str, Check]:
        return {name: check_for(expected) for name, expected in self.types.items()}

    def check_inputs(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Refuse inputs that are unknown, missing, given twice, or of a wrong type.

        Raises:
            TypeTransformerFailedError: The message names the input.
        """
        self._refuse_misfit(args, kwargs)
        checks = self._checks
        for name, value in (*zip(self._positional, args, strict=False), *kwargs.items()):
            if name not in checks or name == "return":
                raise self.unknown(name)
            if not checks[name](value):
                raise self._wrong_type(name, value)

    def check_input(self, name: str, value: Any) -> None:
        """Refuse *value* for the input *name*, where it is of a wrong type.

        Raises:
            TypeTransformerFailedError: It is, or there is no such input.
        """
        if name not in self.inputs:
            raise self.unknown(name)
        if not self._checks[name](value):
            raise self._wrong_type(name, value)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return name to value of inputs that are given, whatever their types.

        Raises:
            TypeTransformerFailedError: One is unknown, missing or given twice.
        """
        self._refuse_misfit(args, kwargs)
        given = {**dict(zip(self._positional, args, strict=False)), **kwargs}
        for name in given:
            if name not in self.inputs:
                raise self.unknown(name)
        return given

    def check_output(self, value: Any) -> Any:
        """Return the task's value.

        Raises:
            TypeTransformerFailedError: It is not of the declared type.
        """
        if type(value) is tuple and self._output_class not in (None, tuple):
            with suppress(TypeError):  # as many as it has fields
                value = self.join(list(value))
        if self._checks["return"](value):
            return value
        expected = self.types["return"]
        raise TypeTransformerFailedError(
            f"{self.name}() declares -> {type_name(expected)} and returned {value_in_words(value)}",
            hint=conversion(value, expected),
        )

    @property
    def has_output(self) -> bool:
        """Whether the task declares that it returns something."""
        return "return" in self._checks

    def _refuse_misfit(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        taken = self._positional[: len(args)]
        if (
            len(args) > len(taken)
            or any(name not in kwargs for name in self._required[len(args) :])
            or (args and not kwargs.keys().isdisjoint(taken))
        ):
            raise self._misfit(args, kwargs)

    def _wrong_type(self, name: str, value: Any) -> TypeTransformerFailedError:
        return wrong_type(f"{self.name}({name}=…)", self.types[name], value)

    def _refuse_parameter(self, parameter: inspect.Parameter) -> None:
        if parameter.kind in _VARIADIC:
            raise TaskDefinitionError(
                f"{self._kind} {self.name}: {parameter} is not an input that Flyte knows",
                hint="name each input; pass many values as one list or dict",
            )
        if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
            raise TaskDefinitionError(
                f"{self._kind} {self.name}: input {parameter.name!r} has no name for who calls",
                hint="take the / away: a cluster hands over inputs by name",
            )
        if parameter.annotation is inspect.Parameter.empty:
            raise FlyteMissingTypeException(
                f"{self._kind} {self.name}: input {parameter.name!r} has no type",
                hint=f"annotate it, e.g. {parameter.name}: int",
            )

    def _misfit(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> TypeTransformerFailedError:
        taken = self._positional[: len(args)]
        if unknown := [name for name in kwargs if name not in self.inputs]:
            return self.unknown(unknown[0])
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

    def unknown(self, name: str) -> TypeTransformerFailedError:
        """Return the error that says there is no input *name*, and which one is near."""
        import difflib

        near = difflib.get_close_matches(name, self.inputs, n=1)
        known = ", ".join(self.inputs) or "none"
        return TypeTransformerFailedError(
            f"{self.name}() has no input {name!r}",
            hint=f"did you mean {near[0]!r}?" if near else f"its inputs: {known}",
        )


def _named_fields(output: Any) -> tuple[str, ...]:
    """Return the fields of a named tuple, none for other types."""
    is_tuple = isinstance(output, type) and issubclass(output, tuple)
    return getattr(output, "_fields", ()) if is_tuple else ()


def _is_several(output: Any) -> bool:
    args = typing.get_args(output)
    return typing.get_origin(output) is tuple and bool(args) and args[-1] is not Ellipsis


def _literal_hints(function: Any, error: Exception, name: str) -> dict[str, Any]:
    """Return annotations that are objects already; `get_type_hints` refuses a tuple of types."""
    hints = dict(inspect.get_annotations(function))
    unresolved = [f"{k}: {v!r}" for k, v in hints.items() if isinstance(v, str)]
    if unresolved:
        raise TaskDefinitionError(
            f"{name}: cannot make out the type of {', '.join(unresolved)} ({error})"
        ) from None
    return hints


def _refuse_what_cannot_be_a_task(function: Any, kind: str) -> None:
    inner = inspect.unwrap(function) if callable(function) else function
    name = getattr(function, "__name__", repr(function))
    if inspect.isgeneratorfunction(inner) or inspect.isasyncgenfunction(inner):
        raise TaskDefinitionError(
            f"{kind} {name} is a generator: a {kind} returns its result once",
            hint="collect the values in a list and return that",
        )
    if not inspect.isfunction(function):
        raise TaskDefinitionError(
            f"@{kind} goes on a function, not on {function!r}", hint="define it with def"
        )
