"""The process of a run that was started without fork."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]

from flyte_nb.run.isolation.watch.linux import prefer_to_be_killed
from flyte_nb.run.isolation.wire.handles import descriptor
from flyte_nb.run.isolation.wire.plan import read_plan

from .main import run

if TYPE_CHECKING:
    from typing import NoReturn


def main(request: str, result: str, channel: int, status: int) -> NoReturn:
    """Run what is asked for, and end with the process that asked.

    Args:
        request: File with the plan and the call.
        result: File for the delivery.
        channel: Handle that messages go to.
        status: Handle that is told when the delivery is complete.
    """
    prefer_to_be_killed()
    _end_with_parent()
    asked, delivery = Path(request).open("rb"), Path(result).open("r+b")  # noqa: SIM115
    run(read_plan(asked), asked, delivery, descriptor(channel), descriptor(status))


def _end_with_parent() -> None:
    """Make stdin empty; what it was tells when the parent is no more."""
    parent = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(target=_wait_for_end, args=(parent,), name="parent", daemon=True).start()


def _wait_for_end(parent: int) -> None:
    with contextlib.suppress(OSError):
        while os.read(parent, 1):
            pass
    with contextlib.suppress(psutil.Error):
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                process.kill()
    os._exit(1)
