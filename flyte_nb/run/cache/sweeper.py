"""Keeping the folder of values within its limits, beside what a run does."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .folder import CacheFolder

_EVERY_S = 600.0
_PART = 10  # of what may be there: when this has been added, too, it is looked at


class Sweeper:
    """Sweeps a folder from time to time, in a thread, so that no call waits for it.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: CacheFolder) -> None:
        self._folder = folder
        self._next = 0.0  # the first value that this process stores makes it look
        self._added = 0

    def note(self, size_bytes: int) -> None:
        """Note that a value was stored."""
        self._added += size_bytes
        now = time.monotonic()
        if now < self._next and self._added < self._folder.limits.size_bytes // _PART:
            return
        self._next, self._added = now + _EVERY_S, 0
        with suppress(RuntimeError):  # the interpreter ends, or there are too many threads
            threading.Thread(target=self._folder.sweep, name="flyte-cache", daemon=True).start()
