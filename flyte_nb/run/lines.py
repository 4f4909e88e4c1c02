"""Lines of a function, for errors of which no frame of it is left, or none is known."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from traceback import FrameSummary
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import is_of_the_user

from .cell.parts import SOURCE, CellSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType, TracebackType

_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def line_of_return(function: Callable[..., Any]) -> FrameSummary | None:
    """Return the line where *function* returns, its ``def`` if it does so in several.

    That of a cell returns where its first line asks for it. None where there is no source.
    """
    inner = inspect.unwrap(function)
    source = getattr(inner, SOURCE, None)
    if isinstance(source, CellSource):
        return FrameSummary(
            source.filename,
            source.returns_at,
            inner.__name__,
            lookup_line=False,
            line=source.asked_by,
        )
    try:
        lines, first = inspect.getsourcelines(inner)
        module = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError):
        return None
    if not module.body or not isinstance(module.body[0], (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    definition = module.body[0]
    returns = list(_returns(definition))
    line = (returns[0] if len(returns) == 1 else definition).lineno
    number = max(first, 1) + line - 1
    name, text = inner.__name__, lines[line - 1].strip()
    return FrameSummary(inner.__code__.co_filename, number, name, lookup_line=False, line=text)


def line_of_caller() -> FrameSummary | None:
    """Return the line of the user that is being run; its text is read when it is asked for."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the cheap way: one for each call
    while frame is not None and not is_of_the_user(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return None
    code = frame.f_code
    return FrameSummary(code.co_filename, frame.f_lineno, code.co_name, lookup_line=False)


def beginning_of(entity: Any) -> TracebackType | None:
    """Return a traceback that ends where the function of *entity* begins.

    An interrupt of a run in another process or thread is raised where that is waited for, in
    code of ours; this says what was interrupted. None where *entity* has no function.
    """
    from .isolation.wire.rebuilt_traceback import FrameFacts, rebuild

    owners = (entity, getattr(entity, "workflow", None), getattr(entity, "target", None))
    functions = (getattr(one, "function", None) for one in owners)
    found: Any = next(filter(None, functions), None)
    if found is None:
        return None
    inner = inspect.unwrap(found)
    code, source = inner.__code__, getattr(inner, SOURCE, None)
    line = source.returns_at if isinstance(source, CellSource) else _line_of_def(inner)
    at = (line, line, 0, 0)
    return rebuild((FrameFacts(code.co_filename, code.co_name, inner.__qualname__, line, at),))


def _line_of_def(function: Callable[..., Any]) -> int:
    """Return the line of the ``def``; its code begins with the first decorator."""
    first: int = function.__code__.co_firstlineno
    try:
        lines, _ = inspect.getsourcelines(function)
        definition = ast.parse(textwrap.dedent("".join(lines))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        return first
    return first + definition.lineno - 1


def _returns(node: ast.AST) -> Iterator[ast.Return]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Return):
            yield child
        elif not isinstance(child, _INNER):
            yield from _returns(child)
