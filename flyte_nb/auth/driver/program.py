"""Running the program that says what the token is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from flyte_nb.auth.flows.steps import Ran
from flyte_nb.auth.masked import without_tokens
from flyte_nb.config.mask import without_passwords
from flyte_nb.context.leak_guard import LEAK_GUARD

if TYPE_CHECKING:
    from threading import Event

    from flyte_nb.auth.flows.steps import Run

_MOST = 64 * 1024  # bytes that are read of what it prints
_LOOK_S = 0.05


def run_program(step: Run, stop: Event) -> Ran:
    """Run a program without a shell and without a terminal.

    Args:
        step: What to run.
        stop: Ends it.
    """
    # Into files: a child of the program may hold the pipes open for ever.
    with TemporaryFile() as output, TemporaryFile() as error:
        try:
            process = subprocess.Popen(  # noqa: S603 - a list, as configured
                step.argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=error,
                start_new_session=True,
            )
        except (OSError, ValueError) as problem:
            reason = getattr(problem, "strerror", None) or "cannot be started"
            return Ran(None, problem=f"cannot be started: {reason}")
        try:
            code = _wait(process, step.limit_s, stop)
        finally:
            _end(process)
        if code is None:
            return Ran(None, problem=f"did not end in {step.limit_s:.0f} s")
        return Ran(code, output=_read(output), error=_last_line(_read(error)))


def _wait(process: subprocess.Popen[bytes], limit_s: float, stop: Event) -> int | None:
    until = time.monotonic() + limit_s
    while (code := process.poll()) is None and time.monotonic() < until:
        if stop.wait(_LOOK_S):
            break
    return code


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program, with what it has started where it goes on by itself."""
    if process.returncode is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(_MOST).decode(errors="replace")


def _last_line(text: str) -> str:
    """Return what a program said last, without what may be a secret."""
    lines = text.strip().splitlines()
    last = LEAK_GUARD.mask(lines[-1].strip()) if lines else ""
    return without_tokens(without_passwords(last))
