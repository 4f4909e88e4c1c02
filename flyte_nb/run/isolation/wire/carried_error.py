"""An exception on its way to another process: the object where it pickles, words in any case.

Pickling an exception can fail in many ways: its arguments cannot be pickled, its class wants
others than it keeps, its ``__str__`` raises. What was raised is told nevertheless.
"""

from __future__ import annotations

import contextlib
import pickle
import traceback
from dataclasses import dataclass
from typing import Any

import cloudpickle  # type: ignore[import-untyped]

from flyte_nb.run.describe import error_in_words

from .rebuilt_traceback import FrameFacts, frames_of, rebuild

_MOST_CAUSES = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class CarriedError:
    """What is left of an exception outside of its process.

    Attributes:
        summary: Type and message on one line.
        traceback: As Python would print it.
        pickled: The exception, or its class, arguments and attributes; empty when none of that
            can be pickled.
        frames: Where it was raised, the outermost frame first.
        cause: Its ``__cause__``.
        context: Its ``__context__``.
        suppress_context: Its ``__suppress_context__``.
    """

    summary: str
    traceback: str
    pickled: bytes
    frames: tuple[FrameFacts, ...]
    cause: CarriedError | None = None
    context: CarriedError | None = None
    suppress_context: bool = False

    def unpack(self) -> BaseException | None:
        """Return the exception with its traceback and its causes, None where that fails."""
        error = _loaded(self.pickled)
        if error is None:
            return None
        with contextlib.suppress(Exception):  # of an odd class
            error.__cause__ = self.cause.unpack() if self.cause else None
            error.__context__ = self.context.unpack() if self.context else None
            error.__suppress_context__ = self.suppress_context
            error.__traceback__ = rebuild(self.frames)
        return error


def carry(error: BaseException, _around: tuple[int, ...] = ()) -> CarriedError:
    """Return *error* as it can go to another process; never fails."""
    around = (*_around, id(error))
    inner = {
        "cause": error.__cause__,
        "context": error.__context__,
    }
    return CarriedError(
        summary=_in_words(error),
        traceback=_printed(error) if not _around else "",
        pickled=_pickled(error),
        frames=frames_of(error.__traceback__),
        suppress_context=error.__suppress_context__,
        **{
            name: carry(other, around)
            for name, other in inner.items()
            if other is not None and id(other) not in around and len(around) < _MOST_CAUSES
        },
    )


def _in_words(error: BaseException) -> str:
    try:
        return error_in_words(error)
    except BaseException:  # noqa: BLE001 - whatever its __str__ raises, and be it SystemExit
        return f"{type(error).__name__} (its message cannot be shown)"


def _printed(error: BaseException) -> str:
    try:
        return "".join(traceback.format_exception(error))
    except BaseException:  # noqa: BLE001 - as above
        frames = "".join(traceback.format_tb(error.__traceback__))
        return f"Traceback (most recent call last):\n{frames}{_in_words(error)}\n"


def _pickled(error: BaseException) -> bytes:
    """Return what `_loaded` makes an equal object of: as a whole, else from what of it pickles."""
    for parts in (_as_a_whole, _in_parts):
        with contextlib.suppress(BaseException):
            data: bytes = cloudpickle.dumps(parts(error))
            if type(_loaded(data)) is type(error):
                return data
    return b""


def _as_a_whole(error: BaseException) -> tuple[Any, ...]:
    return (error,)


def _in_parts(error: BaseException) -> tuple[Any, ...]:
    arguments = tuple(value if _can_go(value) else _shown(value) for value in error.args)
    state = {name: value for name, value in vars(error).items() if _can_go(value)}
    return (type(error), arguments, state)


def _loaded(data: bytes) -> BaseException | None:
    """Return the exception, None where there is none."""
    try:
        parts = pickle.loads(data)  # noqa: S301 - from a process that runs the user's own code
        if len(parts) == 1:
            (error,) = parts
        else:
            kind, arguments, state = parts
            error = kind.__new__(kind, *arguments)  # not __init__: it may want other ones
            error.args = arguments
            vars(error).update(state)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - an odd class may raise anything
        return None
    return error if isinstance(error, BaseException) else None


def _can_go(value: Any) -> bool:
    try:
        pickle.loads(cloudpickle.dumps(value))  # noqa: S301 - made here
    except BaseException:  # noqa: BLE001 - as above
        return False
    return True


def _shown(value: Any) -> str:
    try:
        return repr(value)
    except BaseException:  # noqa: BLE001 - as above
        return f"<{type(value).__name__}>"
