"""A cell's body as a task: planned by what the notebook has, defined, and given its types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import TaskDefinitionError
from flyte_nb.run.decorator import task

from .cell_function import CellFunction
from .checks import check_body
from .names_of_cell import names_of_cell
from .sorting import dotted_imports
from .source import compiled
from .typed import Typed, listing, typed_inputs, typed_outputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.run.task import Task

    from .flow import Flow
    from .parts import Cell, CellOptions


@dataclass(slots=True, eq=False)
class CellTask:
    """The task that *cell* becomes.

    Args:
        options: What its first line says.
        cell: The cell.
        names: Those of the notebook.

    Attributes:
        task: The task, as far as its types are known.
        remarks: What the user should know of it.

    Raises:
        TaskDefinitionError: The body cannot be a task; names are nowhere defined.
        InvalidValueError: An option or a type is wrong.
    """

    options: CellOptions
    cell: Cell
    names: dict[str, Any]
    task: Task = field(init=False)
    remarks: list[str] = field(init=False, default_factory=list)
    _inputs: list[Typed] = field(init=False)
    _outputs: list[Typed] = field(init=False)
    _helpers: list[str] = field(init=False)
    _imports: list[str] = field(init=False)
    _function: CellFunction = field(init=False)

    def __post_init__(self) -> None:
        options, cell, names = self.options, self.cell, self.names
        check_body(options.name, cell.body)
        tree = CellFunction(options, cell, names, [], []).tree()
        compiled(tree, filename=cell.filename, names=names, flags=cell.flags)
        flow, found = names_of_cell(options, cell.body, names)
        self._helpers = found.helpers
        self._imports = [*found.imports, *dotted_imports(cell.body, names)]
        self._inputs = typed_inputs(found.inputs, options.inputs or (), names)
        self._outputs = typed_outputs(options.outputs, names)
        self._function = CellFunction(options, cell, names, self._inputs, self._outputs)
        self._remark(flow)
        self._define()

    def values(self) -> dict[str, Any]:
        """Return what the inputs are in the notebook.

        Raises:
            TaskDefinitionError: One has no value.
        """
        for one in self._inputs:
            if one.name not in self.names:
                raise TaskDefinitionError(
                    f"{self.options.name} cannot run: its input {one.name} has no value here",
                    hint="give it one in a cell before, or write --no-run",
                )
        return {one.name: self.names[one.name] for one in self._inputs}

    def with_last_value(self, keep: Callable[[Any], Any]) -> Task:
        """Return the task for one run that hands the value of its last expression to *keep*."""
        function = self._function.keeping(keep)
        if function is None:
            return self.task
        # copy.copy looks at how it travels, which is without what knows its kept values.
        other = object.__new__(type(self.task))
        vars(other).update(vars(self.task), function=function)
        return other

    def take(self, value: Any) -> dict[str, Any]:
        """Return outputs by their names in what a run returned; learn their types from it."""
        if not self._outputs:
            return {}
        values = value if len(self._outputs) > 1 else (value,)
        found = {one.name: part for one, part in zip(self._outputs, values, strict=True)}
        unknown = [one for one in self._outputs if not one.is_known]
        for one in unknown:
            one.learn(found[one.name])
        if unknown:
            self._define()
        return found

    def rows(self) -> list[tuple[str, str]]:
        """Return what it takes and gives, as (label, value)."""
        rows = [
            ("inputs", listing(self._inputs, self.names)),
            ("outputs", listing(self._outputs, self.names)),
            ("used from the notebook", ", ".join(self._helpers)),
            ("imports", "; ".join(dict.fromkeys(self._imports))),
        ]
        notes = [
            f"{one.name} is {one.written(self.names).text}: {one.why}"
            for one in (*self._inputs, *self._outputs)
            if one.why
        ]
        return [(label, value) for label, value in rows if value] + [
            ("note", note) for note in (*notes, *self.remarks)
        ]

    def _remark(self, flow: Flow) -> None:
        for one in self.options.inputs or ():
            if one.name not in flow.reads:
                self.remarks.append(f"the body does not read its input {one.name}")
        names = sorted(n for n in flow.bound if not n.startswith("_"))
        if names and not self._outputs:
            self.remarks.append(
                f"nothing that it assigns is an output; --out {','.join(names)} would return it"
            )
        if not self.options.runs and not all(one.is_known for one in self._outputs):
            self.remarks.append("the types of its outputs are known after its first run as a cell")

    def _define(self) -> None:
        """Make the task of what is known now."""
        function = self._function.make(self._imports, self._helpers)
        given = {option.keyword: option.value for option in self.options.options}
        self.task = task(**given)(function)
