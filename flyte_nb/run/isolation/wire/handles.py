"""Pipes that a process started without fork is given: by descriptor, on Windows by handle."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class PipeToChild:
    """A pipe of which the child has the end to write to.

    Attributes:
        handle: That end, as the child is told of it.
    """

    handle: int
    _reading: int
    _is_kept: bool = False

    def keep(self) -> int:
        """Return the end to read from, which then is the caller's to close."""
        self._is_kept = True
        return self._reading


@contextmanager
def pipe_to_child() -> Iterator[PipeToChild]:
    """Open a pipe; afterwards the end to write to is closed here."""
    reading, writing = os.pipe()
    pipe = PipeToChild(_handle(writing), reading)
    try:
        yield pipe
    finally:
        os.close(writing)
        if not pipe._is_kept:  # noqa: SLF001 - of the same module
            with suppress(OSError):
                os.close(reading)


def inheriting(handles: tuple[int, ...]) -> dict[str, Any]:
    """Return options of `subprocess.Popen` for a child that has *handles* and no signal of ours."""
    if sys.platform == "win32":
        startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": list(handles)})
        flags = subprocess.CREATE_NEW_PROCESS_GROUP
        return {"startupinfo": startup, "creationflags": flags, "close_fds": True}
    return {"pass_fds": handles, "start_new_session": True}


def _handle(fd: int) -> int:
    if sys.platform == "win32":
        import msvcrt

        handle = msvcrt.get_osfhandle(fd)
        os.set_handle_inheritable(handle, True)  # noqa: FBT003 - its only form
        return handle
    return fd


def descriptor(handle: int) -> int:
    """Return the descriptor of *handle*, in the child."""
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.open_osfhandle(handle, os.O_APPEND)
    return handle
