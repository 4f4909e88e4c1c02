"""What a task returns, on its way out."""

from __future__ import annotations

import pathlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flyte_nb.context.current import run_in, running
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.errors import TypeTransformerFailedError

from .describe import conversion, type_name, value_in_words, wrong_item, wrong_type
from .types.gate import Gate
from .types.problem import ConversionError, Way

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.context import ExecutionParameters
    from flyte_nb.types.table_form import TableForm


class Outgoing:
    """The outputs of a task.

    Args:
        name: Of the task.
        function: Whose line an error names.
        declared: The type that the function declares.
        outputs: Name to type of each output.
        forms: What is said of tables beside their types, by output.
    """

    def __init__(
        self,
        name: str,
        function: Callable[..., Any],
        declared: Any,
        outputs: dict[str, Any],
        forms: dict[str, TableForm],
    ) -> None:
        self._name = name
        self._function = function
        self._declared = declared
        self._outputs = outputs
        self._forms = forms
        self._told_of_path = False

    @cached_property
    def _gates(self) -> dict[str, Gate]:
        return {name: Gate(kind, self._forms.get(name)) for name, kind in self._outputs.items()}

    @cached_property
    def _whole(self) -> Gate:
        return Gate(self._declared, self._forms.get("o0") if not self._is_several else None)

    @cached_property
    def _converts(self) -> bool:
        return any(gate.convert is not None for gate in self._gates.values())

    @cached_property
    def _is_several(self) -> bool:
        return list(self._outputs.values()) != [self._declared]

    @cached_property
    def _pickled(self) -> tuple[str, ...]:
        return tuple(name for name, gate in self._gates.items() if gate.is_pickled)

    def passed(self, value: Any, context: ExecutionParameters | None) -> Any:
        """Return what becomes of *value*.

        Raises:
            TypeTransformerFailedError: It is not of the declared type.
        """
        if self._converts:
            value = self._converted(value, context)
        if not self._whole.check(value):
            raise self._wrong(value)
        if self._is_several:
            for (name, gate), one in zip(self._gates.items(), value, strict=True):
                if not gate.check(one):
                    raise self._placed(
                        wrong_type(f"{self._name}(), output {name}", gate.expected, one)
                    )
        return value

    def _converted(self, value: Any, context: ExecutionParameters | None) -> Any:
        try:
            if context is None:  # what a workflow gives was kept by its tasks
                return self._convert(value, Way.IN if running() is None else Way.OUT)
            return run_in(context, self._convert, value, Way.OUT)
        except TypeTransformerFailedError as error:
            raise self._placed(error) from error.__cause__

    def _convert(self, value: Any, way: Way) -> Any:
        if not self._is_several:
            return self._whole.converted(value, way, f"{self._name}() returned")
        if not isinstance(value, tuple) or len(value) != len(self._gates):
            return value
        found = [
            gate.converted(one, way, f"{self._name}(), output {name}")
            for (name, gate), one in zip(self._gates.items(), value, strict=True)
        ]
        kind: Any = type(value)
        return tuple(found) if kind is tuple else kind(*found)

    def check_pickled(self, outputs: dict[str, Any]) -> None:
        """Refuse outputs that a cluster could not hand on.

        Raises:
            TypeTransformerFailedError: One cannot be pickled.
        """
        for name in self._pickled:
            from .types.pickled import check_picklable

            value = outputs[name]
            try:
                check_picklable(value)
            except ConversionError as error:
                which = "its output" if name == "o0" else f"output {name}"
                raise self._placed(
                    TypeTransformerFailedError(
                        f"{self._name}(), {which}: {error.reason}", hint=error.hint
                    )
                ) from error.__cause__
            self._tell_of_path(value)

    def _tell_of_path(self, value: Any) -> None:
        if isinstance(value, pathlib.Path) and not self._told_of_path:
            self._told_of_path = True
            TASK_LOGGER.warning(
                "%s returns a Path: a cluster hands on the path alone, and there is no such file"
                " in the next pod; declare FlyteFile or FlyteDirectory",
                self._name,
            )

    def _wrong(self, value: Any) -> TypeTransformerFailedError:
        from .types.anew import defined_anew

        name = defined_anew(value, self._declared)
        what = f"{self._name}() declares -> {type_name(self._declared)}"
        item = wrong_item(value, self._declared)
        again = f": {name} was defined anew" if name else f": {item}" if item else ""
        hint = f"run the cell again that defines {self._name}, then what made the value"
        return self._placed(
            TypeTransformerFailedError(
                f"{what} and returned {value_in_words(value)}{again}",
                hint=hint if name else conversion(value, self._declared),
            )
        )

    def _placed(self, error: TypeTransformerFailedError) -> TypeTransformerFailedError:
        """Let *error* name the line that returns the value, not the one that called."""
        from .lines import line_of_return

        error.place = line_of_return(self._function)
        return error
