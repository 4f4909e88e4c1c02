"""Interrupts that reach what blocks the main thread."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def raised_here() -> Iterator[None]:
    """Let the Stop button raise KeyboardInterrupt in the main thread, for the length of a block.

    For a cell that awaits something ipykernel has a handler of its own, which cancels the cell at
    its next ``await``: of a run that blocks the thread there is none.
    """
    is_main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT) if is_main else None
    if not (getattr(before, "__module__", None) or "").startswith("ipykernel"):
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
