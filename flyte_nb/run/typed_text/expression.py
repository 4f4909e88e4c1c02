"""A Python expression in a line: its value, or its own error without what is around it."""

from __future__ import annotations

import hashlib
import linecache
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    from types import TracebackType

_BEGIN = "<--"


def is_expression(text: str) -> bool:
    """Return whether *text* is ``=`` and an expression."""
    return text.startswith("=") and not text.startswith("==")


def evaluate(code: str, names: dict[str, Any], option: str) -> Any:
    """Return the value of *code*.

    Args:
        code: The expression.
        names: Those of the notebook.
        option: What the value is for, as ``--rate``.

    Raises:
        InvalidValueError: It is no expression.
        BaseException: What the expression raises, with its code as the first line of interest;
            see `of_expression`.
    """
    # One file for each: a function that it makes keeps its own line.
    digest = hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()
    filename = f"{_BEGIN}{option.lstrip('-')} #{digest[:8]}>"
    linecache.cache[filename] = (len(code), None, [f"{code}\n"], filename)
    try:
        compiled = compile(code, filename, "eval", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise InvalidValueError(
            f"{option}: this is no Python expression: {_pointed_at(code, error)}"
        ) from None
    return eval(compiled, names)  # noqa: S307 - the user's own code, as in a cell


def of_expression(trace: TracebackType | None) -> TracebackType | None:
    """Return the part of *trace* that begins in an expression, all of it where none does."""
    part = trace
    while part is not None and not part.tb_frame.f_code.co_filename.startswith(_BEGIN):
        part = part.tb_next
    return part or trace


def _pointed_at(code: str, error: Exception) -> str:
    """Return what Python says of *code*, and the place in it."""
    if not code:
        return "nothing follows the =, where no space can be"
    if not isinstance(error, SyntaxError):
        return str(error)
    begin = error.offset or len(code) + 1  # 0 where more should follow
    width = max((error.end_offset or 0) - begin, 1)
    return f"{error.msg}\n    {code}\n    {' ' * (begin - 1)}{'^' * width}"
