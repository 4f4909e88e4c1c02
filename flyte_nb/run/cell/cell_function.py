"""The function of a cell's task: compiled to run here, and written to stand in a file."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any

from .checks import is_async
from .last_value import LAST_VALUE
from .naming import Written
from .parts import SOURCE, CellSource
from .source import (
    compiled,
    decorator,
    definition,
    function_tree,
    keep_text,
    line_of_text,
    with_last_value,
)

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable

    from .parts import Cell, CellOptions
    from .typed import Typed

_KEEP = "_flyte_nb_keep"


class CellFunction:
    """Makes the function that a cell becomes.

    Args:
        options: What the first line of the cell says.
        cell: The cell.
        names: Those of the notebook.
        inputs: What it takes.
        outputs: What it returns.
    """

    def __init__(
        self,
        options: CellOptions,
        cell: Cell,
        names: dict[str, Any],
        inputs: list[Typed],
        outputs: list[Typed],
    ) -> None:
        self._options, self._cell, self._names = options, cell, names
        self._inputs, self._outputs = inputs, outputs
        self._source: CellSource | None = None
        self._returns: Any = None

    def make(self, imports: Iterable[str], helpers: Iterable[str]) -> Callable[..., Any]:
        """Return it, with the types that are known now.

        Args:
            imports: Lines that it needs in a file.
            helpers: What it uses of the notebook.
        """
        output, self._returns = self._output_type()
        above, needed = decorator(self._options.options)
        written = [(one.name, one.written(self._names)) for one in self._inputs]
        text = definition(
            name=self._options.name,
            above=above,
            inputs=[(name, kind.text) for name, kind in written],
            output=output.text,
            body="".join(self._cell.lines[self._cell.first_line - 1 :]),
            outputs=_names_of(self._outputs),
            is_async=is_async(self._cell.body),
        )
        lines = [*needed, *imports, *(line for _, kind in written for line in kind.imports)]
        of_options = (name for one in self._options.options for name in one.helpers)
        self._source = CellSource(
            text=text,
            imports=tuple(dict.fromkeys([*lines, *output.imports])),
            helpers=tuple(dict.fromkeys([*helpers, *of_options])),
            inputs=tuple(_names_of(self._inputs)),
            outputs=tuple(_names_of(self._outputs)),
            filename=keep_text(self._options.name, self._cell.lines, text),
            returns_at=self._cell.first_line - 1,
            asked_by=self._cell.lines[self._cell.first_line - 2].strip(),
        )
        self._cell.register(self._source.filename)
        return self._compiled(self.tree())

    def keeping(self, keep: Callable[[Any], Any]) -> Callable[..., Any] | None:
        """Return it as it hands the value of its last expression to *keep*; None without one.

        It wraps the function as the cell has it, for who looks at its code.
        """
        tree = with_last_value(self.tree(), _KEEP)
        if tree is None:
            return None
        function: Any = self._compiled(tree, {_KEEP: keep})
        function.__wrapped__ = self._compiled(self.tree())
        setattr(function, LAST_VALUE, keep)
        return function  # type: ignore[no-any-return]

    def tree(self) -> ast.FunctionDef | ast.AsyncFunctionDef:
        """Return its syntax tree, without types."""
        return function_tree(
            name=self._options.name,
            inputs=_names_of(self._inputs),
            body=self._cell.body,
            outputs=_names_of(self._outputs),
            is_async=is_async(self._cell.body),
            line=line_of_text(self._cell.lines),
            returns_at=self._cell.first_line - 1,
        )

    def _compiled(
        self, tree: ast.FunctionDef | ast.AsyncFunctionDef, around: dict[str, Any] | None = None
    ) -> Callable[..., Any]:
        assert self._source is not None  # noqa: S101 - it is made first
        function = compiled(
            tree,
            filename=self._source.filename,
            names=self._names,
            flags=self._cell.flags,
            around=around,
        )
        kinds = {one.name: one.kind for one in self._inputs}
        function.__annotations__ = {**kinds, "return": self._returns}
        setattr(function, SOURCE, self._source)
        return function

    def _output_type(self) -> tuple[Written, Any]:
        """Return what it returns, as code and as type."""
        if not self._outputs:
            return Written(""), None
        parts = [(one.name, one.written(self._names)) for one in self._outputs]
        if len(parts) == 1:
            return parts[0][1], self._outputs[0].kind
        name = "".join(part.capitalize() for part in self._options.name.split("_")) + "Outputs"
        fields = [(one.name, one.kind) for one in self._outputs]
        made: Any = typing.NamedTuple(name, fields)  # type: ignore[misc]  # made at run time
        made.__module__ = self._names.get("__name__", "__main__")
        inner = ", ".join(f'("{one}", {written.text})' for one, written in parts)
        imports = ["from typing import NamedTuple", *(i for _, w in parts for i in w.imports)]
        return Written(f'NamedTuple("{name}", [{inner}])', tuple(imports)), made


def _names_of(typed: list[Typed]) -> list[str]:
    return [one.name for one in typed]
