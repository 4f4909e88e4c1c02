"""A cell's body as a task: planned by what the notebook has, defined, and given its types."""

from __future__ import annotations

import typing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError, TaskDefinitionError
from flyte_nb.run.task import Task, task

from .checks import check_body, is_async
from .declared import evaluated
from .flow import flow_of, read_past_functions
from .naming import Written, written_type
from .parts import SOURCE, Cell, CellOptions, CellSource
from .sorting import dotted_imports, is_code, sort_names
from .source import (
    compiled,
    decorator,
    definition,
    function_tree,
    keep_text,
    line_of_text,
    with_last_value,
)
from .value_types import type_of

if TYPE_CHECKING:
    from collections.abc import Callable

_KEEP = "_flyte_nb_keep"


@dataclass(slots=True)
class _Typed:
    """An input or an output: its name, its type, and why that says no more."""

    name: str
    kind: Any
    why: str = ""
    is_known: bool = True


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
    _inputs: list[_Typed] = field(init=False)
    _outputs: list[_Typed] = field(init=False)
    _helpers: tuple[str, ...] = field(init=False)
    _imports: list[str] = field(init=False)
    _annotations: dict[str, Any] = field(init=False)
    _source: CellSource = field(init=False)

    def __post_init__(self) -> None:
        name, body = self.options.name, self.cell.body
        check_body(name, body)
        tree = self._tree([], [])
        compiled(tree, filename=self.cell.filename, names=self.names, flags=self.cell.flags)
        flow = flow_of(body)
        outputs = [one.name for one in self.options.outputs]
        for one in outputs:
            if one.startswith("_") or one == name:
                rule = "it begins with _" if one != name else "so is the task called"
                raise InvalidValueError(f"--out {one}: no output can be called so: {rule}")
        listed = tuple(one.name for one in self.options.inputs or ())
        is_strict = self.options.inputs is not None
        sort = sort_names(
            name, flow, self.names, listed=listed if is_strict else None, outputs=outputs
        )
        if name in (*sort.inputs, *flow.bound):
            raise TaskDefinitionError(
                f"{name} is the name of the task, and of a value in its body",
                hint="call the task otherwise",
            )
        for one in outputs:
            if one not in flow.bound and one not in sort.inputs:
                raise TaskDefinitionError(
                    f"--out {one}: the body of {name} does not assign it",
                    hint=f"it assigns {', '.join(sorted(flow.bound)) or 'nothing'}",
                )
        for one, line in read_past_functions(body).items():
            if one in flow.bound or (one in self.names and not is_code(self.names[one])):
                raise TaskDefinitionError(
                    f"{name}, line {line}: a class reads {one} and has its own {one}: in a"
                    " function it would not find the first",
                    hint=f"give one of them another name, as by {one}_ = {one} before the class",
                )
        self._helpers = tuple(sort.helpers)
        self._imports = [*sort.imports, *dotted_imports(body, self.names)]
        self._inputs = self._typed_inputs(sort.inputs)
        self._outputs = [
            _Typed(one.name, evaluated("--out", one, self.names))
            if one.text
            else _Typed(one.name, Any, is_known=False)
            for one in self.options.outputs
        ]
        self._remark(flow.reads, flow.bound)
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
        tree = with_last_value(self._tree(self._input_names, self._output_names), _KEEP)
        if tree is None:
            return self.task
        function = self._function(tree, {_KEEP: keep})
        # copy.copy looks at how it travels, which is without what knows its kept values.
        other = object.__new__(type(self.task))
        vars(other).update(vars(self.task), function=function)
        return other

    def take(self, value: Any) -> dict[str, Any]:
        """Return outputs by their names in what a run returned; learn their types from it."""
        if not self._outputs:
            return {}
        several = len(self._outputs) > 1
        found = dict(zip(self._output_names, value if several else (value,), strict=True))
        unknown = [one for one in self._outputs if not one.is_known]
        for one in unknown:
            told = type_of(found[one.name])
            one.kind, one.why, one.is_known = told.kind, told.why, True
        if unknown:
            self._define()
        return found

    def rows(self) -> list[tuple[str, str]]:
        """Return what it takes and gives, as (label, value)."""
        rows = [
            ("inputs", self._listing(self._inputs)),
            ("outputs", self._listing(self._outputs)),
            ("used from the notebook", ", ".join(self._helpers)),
            ("imports", "; ".join(dict.fromkeys(self._imports))),
        ]
        notes = [
            f"{one.name} is {self._written(one.kind).text}: {one.why}"
            for one in (*self._inputs, *self._outputs)
            if one.why
        ]
        return [(label, value) for label, value in rows if value] + [
            ("note", note) for note in (*notes, *self.remarks)
        ]

    @property
    def _input_names(self) -> list[str]:
        return [one.name for one in self._inputs]

    @property
    def _output_names(self) -> list[str]:
        return [one.name for one in self._outputs]

    def _listing(self, typed: list[_Typed]) -> str:
        return ", ".join(
            f"{one.name}: {self._written(one.kind).text if one.is_known else '?'}" for one in typed
        )

    def _written(self, kind: Any) -> Written:
        return written_type(kind, self.names)

    def _typed_inputs(self, names: list[str]) -> list[_Typed]:
        written = {one.name: one for one in self.options.inputs or () if one.text}
        found = []
        for name in names:
            if name in written:
                found.append(_Typed(name, evaluated("--in", written[name], self.names)))
            elif name not in self.names:
                raise InvalidValueError(
                    f"--in {name}: there is no {name} here to tell its type from",
                    hint=f"write --in {name}:int",
                )
            elif is_code(self.names[name]):
                raise InvalidValueError(
                    f"--in {name}: it is a {type(self.names[name]).__name__}, and no value",
                    hint="leave it out: it comes along by itself",
                )
            else:
                told = type_of(self.names[name])
                found.append(_Typed(name, told.kind, told.why))
        return found

    def _remark(self, reads: dict[str, Any], bound: frozenset[str]) -> None:
        for one in self.options.inputs or ():
            if one.name not in reads:
                self.remarks.append(f"the body does not read its input {one.name}")
        names = sorted(n for n in bound if not n.startswith("_"))
        if names and not self._outputs:
            self.remarks.append(
                f"it returns nothing of what it assigns; --out {','.join(names)} would"
            )
        if not self.options.runs and not all(one.is_known for one in self._outputs):
            self.remarks.append("the types of its outputs are told by its first run as a cell")

    def _define(self) -> None:
        """Make the task of what is known now."""
        kinds = {one.name: one.kind for one in self._inputs}
        written = [(one.name, self._written(one.kind)) for one in self._inputs]
        output, returns = self._output_type()
        line, imports = decorator(self.options.options)
        text = definition(
            name=self.options.name,
            above=line,
            inputs=[(name, one.text) for name, one in written],
            output=output.text,
            body="".join(self.cell.lines[self.cell.first_line - 1 :]),
            outputs=self._output_names,
            is_async=is_async(self.cell.body),
        )
        lines = [*imports, *self._imports, *(i for _, w in written for i in w.imports)]
        source = CellSource(
            text=text,
            imports=tuple(dict.fromkeys([*lines, *output.imports])),
            helpers=self._helpers,
            inputs=tuple(self._input_names),
            outputs=tuple(self._output_names),
            filename=keep_text(self.options.name, self.cell.lines, text),
        )
        self.cell.register(source.filename)
        self._annotations = {**kinds, "return": returns}
        self._source = source
        function = self._function(self._tree(self._input_names, self._output_names))
        given = {option.keyword: option.value for option in self.options.options}
        self.task = task(**given)(function)

    def _output_type(self) -> tuple[Written, Any]:
        """Return what the function returns, as code and as type."""
        if not self._outputs:
            return Written(""), None
        if len(self._outputs) == 1:
            kind = self._outputs[0].kind
            return self._written(kind), kind
        name = "".join(part.capitalize() for part in self.options.name.split("_")) + "Outputs"
        fields = [(one.name, one.kind) for one in self._outputs]
        made: Any = typing.NamedTuple(name, fields)  # type: ignore[misc]  # made at run time
        made.__module__ = self.names.get("__name__", "__main__")
        parts = [(one.name, self._written(one.kind)) for one in self._outputs]
        inner = ", ".join(f'("{one}", {written.text})' for one, written in parts)
        imports = ["from typing import NamedTuple", *(i for _, w in parts for i in w.imports)]
        return Written(f'NamedTuple("{name}", [{inner}])', tuple(imports)), made

    def _tree(self, inputs: list[str], outputs: list[str]) -> Any:
        return function_tree(
            name=self.options.name,
            inputs=inputs,
            body=self.cell.body,
            outputs=outputs,
            is_async=is_async(self.cell.body),
            line=line_of_text(self.cell.lines),
        )

    def _function(self, tree: Any, around: dict[str, Any] | None = None) -> Callable[..., Any]:
        function = compiled(
            tree,
            filename=self._source.filename,
            names=self.names,
            flags=self.cell.flags,
            around=around,
        )
        function.__annotations__ = dict(self._annotations)
        setattr(function, SOURCE, self._source)
        return function
