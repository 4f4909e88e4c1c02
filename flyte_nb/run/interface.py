"""The typed inputs and outputs of a task, and whether values are of these types."""

from __future__ import annotations

import collections.abc
import inspect
import typing
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import TypeTransformerFailedError

from .definition import literal_hints, refuse_parameter, refuse_types, refuse_what_is_no_function
from .describe import input_in_words, type_name, wrong_type
from .outgoing import Outgoing
from .types.gate import Gate, are_plain
from .types.problem import Way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from traceback import FrameSummary

    from flyte_nb.context import ExecutionParameters
    from flyte_nb.types.table_form import TableForm


class Interface:
    """Inputs and outputs of *function*, read from its annotations.

    Args:
        function: A plain function.
        kind: What it becomes, for messages.
        pickle_untyped: Whether what has no annotation is of any type.

    Attributes:
        inputs: Their names, in order.
        defaults: What inputs are where nothing is given, by name.

    Raises:
        FlyteMissingTypeException: An input has no annotation.
        TaskDefinitionError: The function cannot be a task.
    """

    def __init__(
        self, function: Callable[..., Any], kind: str = "task", *, pickle_untyped: bool = False
    ) -> None:
        refuse_what_is_no_function(function, kind)
        self._function = function
        self._kind = kind
        self._pickle_untyped = pickle_untyped
        self.name = function.__name__
        parameters = inspect.signature(function).parameters
        for parameter in parameters.values():
            refuse_parameter(parameter, f"{kind} {self.name}", may_be_untyped=pickle_untyped)
        self._positional = tuple(
            n for n, p in parameters.items() if p.kind is not inspect.Parameter.KEYWORD_ONLY
        )
        self.inputs = tuple(parameters)
        self.defaults = {
            n: p.default for n, p in parameters.items() if p.default is not inspect.Parameter.empty
        }
        self._required = tuple(n for n in self.inputs if n not in self.defaults)
        self._required_by_name = frozenset(self._required).difference(self._positional)
        refuse_types(function, f"{kind} {self.name}")

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
            hints = literal_hints(function, error, f"{self._kind} {self.name}")
        if self._pickle_untyped:
            hints = {**dict.fromkeys((*self.inputs, "return"), Any), **hints}
        output = hints.get("return")
        if output in (None, type(None)):
            hints.pop("return", None)
        elif isinstance(output, tuple):  # flytekit's way to write several outputs
            hints["return"] = tuple.__class_getitem__(output)
        return hints

    @cached_property
    def gives_iterator(self) -> bool:
        """Whether what the function returns is gone through before it is handed on."""
        return typing.get_origin(self.types.get("return")) is collections.abc.Iterator

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
        """Return name to value of each output in what a call in a workflow returned.

        Raises:
            TypeTransformerFailedError: A cluster could not hand it on.
        """
        if self._output_class is None:
            found = dict.fromkeys(self.outputs, value)
        else:
            found = dict(zip(self.outputs, value, strict=True))
        if self.outputs:
            self._outgoing.check_pickled(found)
        return found

    def join(self, outputs: list[Any]) -> Any:
        """Return *outputs*, one for each name and in their order, as a call returns them."""
        kind = self._output_class
        if kind is None:
            return outputs[0] if outputs else None
        return kind(outputs) if kind is tuple else kind(*outputs)

    @cached_property
    def _forms(self) -> tuple[dict[str, TableForm], dict[str, TableForm]]:
        """What is said of tables beside their types, by input and by output."""
        if are_plain(self.types.values()):
            return {}, {}
        from .types.forms import forms_of

        inputs = {name: self.types[name] for name in self.inputs}
        return forms_of(self._function, inputs, self.outputs)

    @cached_property
    def _gates(self) -> dict[str, Gate]:
        forms = self._forms[0]
        return {name: Gate(self.types[name], forms.get(name)) for name in self.inputs}

    @cached_property
    def _taken(self) -> tuple[str, ...]:
        """The inputs that do not arrive as they are."""
        return tuple(name for name, gate in self._gates.items() if not gate.is_plain)

    def check_inputs(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], way: Way = Way.IN
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the inputs as the function is to get them: converted, and its own.

        Args:
            args: Those by position.
            kwargs: Those by name.
            way: Whether they go into a task of a run.

        Raises:
            TypeTransformerFailedError: One is unknown, missing, given twice, or of a wrong type;
                the message names it.
        """
        self._refuse_misfit(args, kwargs)
        gates = self._gates
        given = kwargs
        if self._taken:
            args, given = self._enter(args, kwargs, way)
        for name, value in (*zip(self._positional, args, strict=False), *kwargs.items()):
            if name not in gates:
                raise self.unknown(name)
            one = given.get(name, value)
            if not gates[name].check(one):
                raise wrong_type(f"{self.name}({name}=…)", self.types[name], one)
        return args, given

    def _enter(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], way: Way
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the inputs converted, and with them defaults that a task could change."""
        given = {**dict(zip(self._positional, args, strict=False)), **kwargs}
        for name in self._taken:
            value = given.get(name, self.defaults.get(name))
            if value is not None:
                given[name] = self._gates[name].entering(value, f"{self.name}({name}=…)", way)
        taken = tuple(given.pop(name) for name in self._positional[: len(args)])
        return taken, given

    def check_input(self, name: str, value: Any) -> Any:
        """Return *value* as an input *name* of that type.

        Raises:
            TypeTransformerFailedError: It is of a wrong type, or there is no such input.
        """
        if name not in self._gates:
            raise self.unknown(name)
        return self._gates[name].passed(value, Way.IN, f"{self.name}({name}=…)")

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

    @property
    def returns_at(self) -> FrameSummary | None:
        """The line that returns, for errors about what comes out; None where nothing tells."""
        from .lines import line_of_return

        return line_of_return(self._function)

    @cached_property
    def _outgoing(self) -> Outgoing:
        return Outgoing(
            self.name, self._function, self.types.get("return"), self.outputs, self._forms[1]
        )

    def check_output(self, value: Any, context: ExecutionParameters | None = None) -> Any:
        """Return the task's value as who called it is to get it.

        Args:
            value: What the function returned.
            context: That of the attempt, whose files are kept.

        Raises:
            TypeTransformerFailedError: It is not of the declared type.
        """
        if type(value) is tuple and self._output_class not in (None, tuple):
            with suppress(TypeError):  # as many as it has fields
                value = self.join(list(value))
        return self._outgoing.passed(value, context)

    @property
    def has_output(self) -> bool:
        """Whether the task declares that it returns something."""
        return "return" in self.types

    def _refuse_misfit(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        taken = self._positional[: len(args)]
        if (
            len(args) > len(taken)
            or any(name not in kwargs for name in self._required[len(args) :])
            or not kwargs.keys() >= self._required_by_name
            or (args and not kwargs.keys().isdisjoint(taken))
        ):
            raise self._misfit(args, kwargs)

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
