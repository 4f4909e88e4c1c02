"""The names of a cell that becomes a task: what it reads is sorted, what cannot be is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError, TaskDefinitionError

from .flow import flow_of, read_past_functions
from .sorting import is_code, sort_names

if TYPE_CHECKING:
    import ast

    from .flow import Flow
    from .parts import CellOptions
    from .sorting import Sorted


def names_of_cell(
    options: CellOptions, body: list[ast.stmt], names: dict[str, Any]
) -> tuple[Flow, Sorted]:
    """Return what *body* does with names, and what those are that it reads.

    Raises:
        TaskDefinitionError: Names are nowhere defined, or mean two things.
        InvalidValueError: An output cannot be called so.
    """
    flow = flow_of(body)
    outputs = [one.name for one in options.outputs]
    _check_outputs(options.name, outputs)
    listed = None if options.inputs is None else tuple(one.name for one in options.inputs)
    found = sort_names(options.name, flow, names, listed=listed, outputs=outputs)
    if options.name in (*flow.reads, *flow.bound):
        raise TaskDefinitionError(
            f"{options.name} is the name of the task, and its body uses that name too",
            hint="give the task another name",
        )
    for one in outputs:
        if one not in flow.bound and one not in found.inputs:
            raise TaskDefinitionError(
                f"--out {one}: the body of {options.name} does not assign it",
                hint=f"it assigns {', '.join(sorted(flow.bound)) or 'nothing'}",
            )
    _check_classes(options.name, body, flow, names)
    return flow, found


def _check_outputs(task: str, outputs: list[str]) -> None:
    for one in outputs:
        if one == task:
            raise InvalidValueError(
                f"--out {one}: the task itself has that name", hint="rename one of them"
            )
        if one.startswith("_"):
            raise InvalidValueError(f"--out {one}: the name of an output cannot begin with _")


def _check_classes(task: str, body: list[ast.stmt], flow: Flow, names: dict[str, Any]) -> None:
    for one, line in read_past_functions(body).items():
        if one in flow.bound or (one in names and not is_code(names[one])):
            raise TaskDefinitionError(
                f"{task}, line {line}: a class reads {one} and then sets its own {one}:"
                " inside of a function it cannot read the first",
                hint=f"give one of them another name, as by {one}_ = {one} before the class",
            )
