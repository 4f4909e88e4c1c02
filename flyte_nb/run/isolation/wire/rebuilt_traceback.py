"""The traceback of an exception that was raised in another process.

A traceback cannot be pickled. An equal one is made here, of frames that have the same files,
lines, columns and names and nothing else, so that IPython and `traceback` show the user's lines.
"""

from __future__ import annotations

import ast
import contextlib
import itertools
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType, FrameType, FunctionType, TracebackType

_OURS = str(Path(__file__).parents[3])
_MOST_FRAMES = 1000  # as many as Python's own limit of recursion
Position = tuple[int, int, int, int]  # line, last line, column, last column


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """What a traceback shows of a frame.

    Attributes:
        file: File of its code.
        name: Name of its function.
        qualified_name: With the names of what is around it.
        first_line: Where the function begins.
        position: Where in it something was raised.
    """

    file: str
    name: str
    qualified_name: str
    first_line: int
    position: Position


def frames_of(trace: TracebackType | None) -> tuple[FrameFacts, ...]:
    """Return where the frames of *trace* are, without those of ours that it begins with."""
    whole = trace
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_OURS):
        trace = trace.tb_next
    frames, trace = [], trace or whole
    while trace is not None:
        code = trace.tb_frame.f_code
        qualified_name = getattr(code, "co_qualname", code.co_name)  # from Python 3.11 on
        frames.append(
            FrameFacts(
                code.co_filename,
                code.co_name,
                qualified_name,
                code.co_firstlineno,
                _position(trace),
            )
        )
        trace = trace.tb_next
    return tuple(frames[-_MOST_FRAMES:])


def rebuild(frames: tuple[FrameFacts, ...]) -> TracebackType | None:
    """Return a traceback that shows *frames*."""
    trace = None
    for facts in reversed(frames):
        with contextlib.suppress(Exception):  # compiled code may name lines that there cannot be
            frame = _frame(facts)
            trace = TracebackType(trace, frame, frame.f_lasti, facts.position[0])
    return trace


def _position(trace: TracebackType) -> Position:
    line = trace.tb_lineno or 1
    if sys.version_info >= (3, 11):
        positions = trace.tb_frame.f_code.co_positions()
        found = next(itertools.islice(positions, trace.tb_lasti // 2, None), ())
        if found and None not in found:
            return found  # type: ignore[return-value]  # its four numbers were looked at
    return line, line, 0, 0


@lru_cache(maxsize=256)  # of a recursion all frames are the same
def _frame(facts: FrameFacts) -> FrameType:
    """Return a frame of a function that does nothing, and that where it was asked to."""
    line, last_line, column, last_column = facts.position
    at = {
        "lineno": line,
        "end_lineno": last_line,
        "col_offset": column,
        "end_col_offset": last_column,
    }
    call = ast.Call(ast.Name("_take", ast.Load(), **at), [], [], **at)
    # A real function, for its first line: IPython looks for the source from there on.
    module = ast.parse("def function(): pass")
    definition = module.body[0]
    assert isinstance(definition, ast.FunctionDef)  # noqa: S101 - see above
    definition.lineno, definition.end_lineno = facts.first_line, max(facts.first_line, last_line)
    definition.body = [ast.Expr(call, **at)]
    compiled = compile(module, facts.file, "exec")
    code = next(constant for constant in compiled.co_consts if isinstance(constant, CodeType))
    code = code.replace(co_name=facts.name)
    if sys.version_info >= (3, 11):
        code = code.replace(co_qualname=facts.qualified_name)
    taken: list[FrameType] = []
    names = {"_take": lambda: taken.append(sys._getframe(1)), "__name__": facts.name}  # noqa: SLF001
    FunctionType(code, names)()
    return taken[0]
