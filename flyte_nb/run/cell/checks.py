"""What the body of a cell cannot have when it becomes a task, said before it runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flyte_nb.errors import TaskDefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_OWN_CELL = "run it in a cell of its own, before this one"
_HINTS = {
    "system": "write subprocess.run(…, shell=True, check=True)",
    "getoutput": "write subprocess.run(…, shell=True, capture_output=True, text=True).stdout",
    "run_line_magic": _OWN_CELL,
    "run_cell_magic": _OWN_CELL,
}


def check_body(name: str, body: list[ast.stmt]) -> None:
    """Refuse what the body of the task *name* cannot have.

    Raises:
        TaskDefinitionError: It says the line, and what to write.
    """
    if not body:
        raise TaskDefinitionError(
            f"%%flyte_task {name}: there is nothing in the cell below this line",
            hint="write there what the task does",
        )
    for node in directly_in(body):
        _check(name, node)
    for node in (node for statement in body for node in ast.walk(statement)):
        if isinstance(node, ast.Global):
            names = ", ".join(node.names)
            raise TaskDefinitionError(
                f"{name}, line {node.lineno}: global {names}: it cannot set the notebook's names",
                hint=f"leave global out, or write nonlocal {names}; --out {names} returns it",
            )
        if isinstance(node, ast.Call) and _is_ipython(node.func):
            raise _magic(name, node)


def _check(name: str, node: ast.AST) -> None:
    if isinstance(node, ast.Return):
        raise TaskDefinitionError(
            f"{name}, line {node.lineno}: return: it has no place in a cell",
            hint="give the value a name, and ask for it by --out in the first line",
        )
    if isinstance(node, ast.Yield | ast.YieldFrom):
        raise TaskDefinitionError(
            f"{name}, line {node.lineno}: yield: a task returns its outputs once",
            hint="collect the values in a list",
        )
    if isinstance(node, ast.ImportFrom):
        if node.module == "__future__":
            raise TaskDefinitionError(
                f"{name}, line {node.lineno}: from __future__: it has to be first in a file",
                hint=_OWN_CELL,
            )
        if node.names[0].name == "*":
            raise TaskDefinitionError(
                f"{name}, line {node.lineno}: import *: it hides which names the body reads",
                hint=f"import each by its name: from {node.module} import a, b",
            )


def directly_in(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield what is in *body*, but nothing inside of a function or a class."""
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def is_async(body: list[ast.stmt]) -> bool:
    """Return whether *body* awaits."""
    waits = (ast.Await, ast.AsyncFor, ast.AsyncWith)
    return any(
        isinstance(node, waits) or getattr(node, "is_async", 0) for node in directly_in(body)
    )


def _is_ipython(function: ast.expr) -> bool:
    """Return whether *function* is a method of the shell: what a magic has become."""
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Call)
        and isinstance(function.value.func, ast.Name)
        and function.value.func.id == "get_ipython"
    )


def _magic(name: str, node: ast.Call) -> TaskDefinitionError:
    assert isinstance(node.func, ast.Attribute)  # noqa: S101 - as _is_ipython found
    method, args = node.func.attr, [getattr(a, "value", "") for a in node.args]
    shown = {
        "system": "!{}",
        "getoutput": "!{}",
        "run_line_magic": "%{} {}",
        "run_cell_magic": "%%{} {}",
    }.get(method, "get_ipython()")
    wanted = shown.count("{}")
    text = shown.format(*map(str, args[:wanted])) if len(args) >= wanted else method
    return TaskDefinitionError(
        f"{name}, line {node.lineno}: {text.strip()}: a pod has no IPython",
        hint=_HINTS.get(method, "leave it out: a task cannot use the notebook's shell"),
    )
