"""The traceback of an exception that was raised in another process.

A traceback cannot be pickled. An equal one is made here, of frames that have the same files,
lines, columns and names and nothing else, so that IPython and `traceback` show the user's lines.
"""

from __future__ import annotations

import ast
import itertools
import sys
from functools import lru_cache
from pathlib import Path
from types import FrameType, TracebackType

_OURS = str(Path(__file__).parents[3])
_MOST_FRAMES = 1000  # as many as Python's own limit of recursion
Position = tuple[int, int, int, int]
FrameFacts = tuple[str, str, Position]  # file, function, (line, last line, column, last column)


def frames_of(trace: TracebackType | None) -> tuple[FrameFacts, ...]:
    """Return where the frames of *trace* are, without those of ours that it begins with."""
    whole = trace
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_OURS):
        trace = trace.tb_next
    frames, trace = [], trace or whole
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append((code.co_filename, code.co_name, _position(trace)))
        trace = trace.tb_next
    return tuple(frames[-_MOST_FRAMES:])


def rebuild(frames: tuple[FrameFacts, ...]) -> TracebackType | None:
    """Return a traceback that shows *frames*."""
    trace = None
    for file, name, position in reversed(frames):
        frame = _frame(file, name, position)
        trace = TracebackType(trace, frame, frame.f_lasti, position[0])
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
def _frame(file: str, name: str, position: Position) -> FrameType:
    """Return a frame of a function that does nothing, and that where it was asked to."""
    line, last_line, column, last_column = position
    places = {
        "lineno": line,
        "end_lineno": last_line,
        "col_offset": column,
        "end_col_offset": last_column,
    }
    call = ast.Call(ast.Name("_take", ast.Load(), **places), [], [], **places)
    module = ast.Module([ast.Expr(call, **places)], [])
    code = compile(module, file, "exec").replace(co_name=name)
    if sys.version_info >= (3, 11):
        code = code.replace(co_qualname=name)
    taken: list[FrameType] = []
    names = {"_take": lambda: taken.append(sys._getframe(1)), "__name__": name}  # noqa: SLF001
    exec(code, names)  # noqa: S102 - the code is the one above
    return taken[0]
