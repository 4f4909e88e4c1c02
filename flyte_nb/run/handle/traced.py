"""What a run raised as Python prints it, without the frames between the user and the user."""

from __future__ import annotations

import traceback
from pathlib import Path

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.errors import FlyteNbError
from flyte_nb.run.describe import error_in_words

_OURS = str(Path(__file__).parents[2])  # the package: an error of ours names the user's line, too


def traced(error: BaseException) -> str:
    """Return the traceback of *error* and of what led to it, masked; its frames are the user's."""
    try:
        found = traceback.TracebackException.from_exception(error)
        if isinstance(error, (FlyteNbError, KeyboardInterrupt)) and not _of_the_user(found):
            text = "".join(found.format_exception_only())  # it says all there is
        else:
            _leave_out(found, set())
            text = "".join(found.format())
    except Exception:  # noqa: BLE001 - a user's exception may fail to describe itself
        return error_in_words(error)
    return LEAK_GUARD.mask(text)


def _of_the_user(found: traceback.TracebackException) -> list[traceback.FrameSummary]:
    return [frame for frame in found.stack if not frame.filename.startswith(_OURS)]


def _leave_out(found: traceback.TracebackException | None, seen: set[int]) -> None:
    if found is None or id(found) in seen:
        return
    seen.add(id(found))
    if frames := _of_the_user(
        found
    ):  # what is ours alone is a fault of ours: then all of it counts
        found.stack = traceback.StackSummary.from_list(frames)
        if found.__context__ is not None and not _of_the_user(found.__context__):
            found.__context__ = None  # what we were handling while an interrupt arrived
    for other in (found.__cause__, found.__context__, *(getattr(found, "exceptions", None) or ())):
        _leave_out(other, seen)
