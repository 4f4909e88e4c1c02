"""What a cell says, what it is, and what goes with the task that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.run.run_options import AS_DECLARED, RunOptions

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from .declared import Declared
    from .flags import Option

SOURCE = "__flyte_cell__"
"""Attribute of a function that was a cell."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CellOptions:
    """What the first line of the cell says.

    Attributes:
        name: What the task is called.
        inputs: Its inputs; None for those that the body reads.
        outputs: Its outputs.
        options: Those of `@task`.
        how: How it is run.
        runs: Whether it is run at all.
    """

    name: str
    inputs: tuple[Declared, ...] | None = None
    outputs: tuple[Declared, ...] = ()
    options: tuple[Option, ...] = ()
    how: RunOptions = AS_DECLARED
    runs: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """The cell itself.

    Attributes:
        body: Its statements, without the first line.
        lines: All of its lines, as Python reads them.
        first_line: Where the body begins, from 1.
        filename: What Python calls the cell.
        flags: Of the compiler, for what a cell has imported from ``__future__``.
        register: Called with the name of the file that a function of the cell has.
    """

    body: list[ast.stmt]
    lines: list[str]
    first_line: int
    filename: str
    flags: int = 0
    register: Callable[[str], Any] = lambda _: None


@dataclass(frozen=True, kw_only=True, slots=True)
class CellSource:
    """What goes with the function of a cell's task: what a file needs to have the same.

    Attributes:
        text: The function with its decorator.
        imports: Lines above it.
        helpers: Functions, classes and tasks of the notebook that it uses, and what its options
            name there.
        inputs: Names of its inputs.
        outputs: Names that it returns.
        filename: Where Python's tools find the cell's lines, and the text.
        returns_at: The line there that asks for the outputs, from 1.
        asked_by: That line.
    """

    text: str
    imports: tuple[str, ...]
    helpers: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    filename: str
    returns_at: int
    asked_by: str


def cell_source(entity: Any) -> CellSource | None:
    """Return what *entity* was made of, None where that is no cell.

    Example:
        >>> print(cell_source(train).text)
        @task(retries=3)
        def train(epochs: int) -> float:
            ...
    """
    found = getattr(getattr(entity, "function", None), SOURCE, None)
    return found if isinstance(found, CellSource) else None
