"""Lines of a function, for errors about what it returned: it has ended, no frame is left."""

from __future__ import annotations

import ast
import inspect
import textwrap
from traceback import FrameSummary
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def line_of_return(function: Callable[..., Any]) -> FrameSummary | None:
    """Return the line where *function* returns, its ``def`` if it does so in several.

    None where there is no source.
    """
    inner = inspect.unwrap(function)
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


def _returns(node: ast.AST) -> Iterator[ast.Return]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Return):
            yield child
        elif not isinstance(child, _INNER):
            yield from _returns(child)
