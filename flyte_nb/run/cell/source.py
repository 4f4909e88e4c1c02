"""The function that a body becomes: as text that a file could have, and as code that runs here."""

from __future__ import annotations

import ast
import copy
import hashlib
import linecache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .flags import Option

_WIDTH = 100
_INDENT = "    "
_GAP = 8
"""Blank lines between a cell and the text of its function: a traceback shows a few of them."""


def definition(  # noqa: PLR0913 - the parts of a definition, each by its name
    *,
    name: str,
    above: str,
    inputs: Sequence[tuple[str, str]],
    output: str,
    body: str,
    outputs: Sequence[str],
    is_async: bool,
) -> str:
    """Return the text of a task.

    Args:
        name: What the function is called.
        above: Its decorator.
        inputs: Names and types as they are written.
        output: Type of what it returns, empty for nothing.
        body: Its statements, not indented.
        outputs: Names that it returns.
        is_async: Whether it awaits.
    """
    keyword = "async def" if is_async else "def"
    parameters = [f"{one}: {kind}" for one, kind in inputs]
    arrow = f" -> {output}:" if output else ":"
    head = f"{keyword} {name}({', '.join(parameters)}){arrow}"
    if len(head) > _WIDTH and parameters:
        lines = "".join(f"{_INDENT}{parameter},\n" for parameter in parameters)
        head = f"{keyword} {name}(\n{lines}){arrow}"
    end = f"{_INDENT}return {', '.join(outputs)}\n" if outputs else ""
    return f"{above}\n{head}\n{indented(body)}{end}"


def decorator(options: tuple[Option, ...]) -> tuple[str, list[str]]:
    """Return the line above the function, and what it needs."""
    imports = [line for option in options for line in option.imports]
    begin = "from flyte_nb import "
    ours = sorted({"task", *(i.removeprefix(begin) for i in imports if i.startswith(begin))})
    others = [line for line in imports if not line.startswith(begin)]
    lines = [f"{begin}{', '.join(ours)}", *others]
    parts = [f"{option.keyword}={option.text}" for option in options]
    text = f"@task({', '.join(parts)})" if parts else "@task"
    if len(text) > _WIDTH:
        text = "@task(\n" + "".join(f"    {part},\n" for part in parts) + ")"
    return text, lines


def indented(body: str) -> str:
    """Return statements with each line indented that begins outside of a text."""
    body = body.strip("\n")
    inside: set[int] = set()
    for node in ast.walk(ast.parse(body)):
        if isinstance(node, ast.JoinedStr | ast.Constant) and node.end_lineno is not None:
            inside.update(range(node.lineno + 1, node.end_lineno + 1))
    lines = [
        line if number in inside or not line.strip() else _INDENT + line
        for number, line in enumerate(body.split("\n"), 1)
    ]
    return "\n".join(lines) + "\n"


def function_tree(  # noqa: PLR0913 - as above
    *,
    name: str,
    inputs: Sequence[str],
    body: list[ast.stmt],
    outputs: Sequence[str],
    is_async: bool,
    line: int,
    returns_at: int,
) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """Return the function without types: its statements where the cell has them.

    Args:
        name: What it is called.
        inputs: Names of its parameters.
        body: Its statements.
        outputs: Names that it returns.
        is_async: Whether it awaits.
        line: Where its text begins, for `inspect.getsource`.
        returns_at: The line of the cell that asks for the outputs: one that is not there when
            the body ends is an error of that line.
    """
    keyword = "async def" if is_async else "def"
    function = ast.parse(f"{keyword} {name}({', '.join(inputs)}): pass").body[0]
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)  # noqa: S101 - just written
    ast.increment_lineno(function, line - 1)
    function.body = [*body]
    if outputs:
        end = ast.parse(f"def _(): return {', '.join(outputs)}").body[0].body[0]  # type: ignore[attr-defined]
        ast.increment_lineno(end, returns_at - 1)
        function.body.append(end)
    return function


def with_last_value(
    function: ast.FunctionDef | ast.AsyncFunctionDef, keep: str
) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """Return *function* where the value of its last expression is handed to *keep*.

    None where its body ends in another statement.
    """
    position = -2 if isinstance(function.body[-1], ast.Return) else -1
    last = function.body[position] if len(function.body) >= -position else None
    if not isinstance(last, ast.Expr):
        return None
    changed = copy.copy(function)
    call = ast.Call(func=ast.Name(id=keep, ctx=ast.Load()), args=[last.value], keywords=[])
    statement = ast.copy_location(ast.Expr(value=call), last)
    changed.body = [*function.body]
    changed.body[position] = ast.fix_missing_locations(statement)
    return changed


def compiled(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    *,
    filename: str,
    names: dict[str, Any],
    flags: int,
    around: dict[str, Any] | None = None,
) -> Callable[..., Any]:
    """Return *function* as a function whose module is the notebook.

    Args:
        function: Its tree.
        filename: Of the cell.
        names: Those of the notebook: what it reads when it is called.
        flags: Of the compiler, for what a cell has imported from ``__future__``.
        around: Values that it reads besides, under names of their own.

    Raises:
        SyntaxError: Python cannot compile it.
    """
    maker: ast.FunctionDef = ast.parse(f"def make({', '.join(around or ())}): pass").body[0]  # type: ignore[assignment]
    leave = ast.parse(f"def _(): return {function.name}").body[0].body[0]  # type: ignore[attr-defined]
    maker.body = [function, leave]
    statement: ast.stmt = maker if around else function
    module = ast.fix_missing_locations(ast.Module(body=[statement], type_ignores=[]))
    made: dict[str, Any] = {}
    # Two namespaces: nothing but the function is made, and that not in the notebook's.
    exec(compile(module, filename, "exec", flags, dont_inherit=True), names, made)  # noqa: S102 - the cell itself
    found: Callable[..., Any] = made["make"](**(around or {})) if around else made[function.name]
    found.__qualname__ = function.name
    return found


def line_of_text(cell: list[str]) -> int:
    """Return the line where `keep_text` has the text of the *cell*'s function, from 1."""
    return len(cell) + _GAP + 1


def keep_text(name: str, cell: list[str], text: str) -> str:
    """Keep the lines of the *cell*, and *text* below, where Python's tools look; return the file.

    Tracebacks show the cell's own lines, and `inspect.getsource` the function's text. It is a
    file of its own: below the cell's name there is nothing but the cell, and IPython's short
    way to show a frame takes its first line for a neighbour of the one that failed.
    """
    lines = [*cell, *["\n"] * _GAP, *text.splitlines(keepends=True)]
    digest = hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
    filename = f"<flyte_task {name}-{digest[:12]}>"
    linecache.cache[filename] = (sum(map(len, lines)), None, lines, filename)
    return filename
