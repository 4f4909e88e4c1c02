"""Writes what is known of runs while they go on: all of this process, in one thread."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from flyte_nb.run.team import start_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from .journal import Journal

_FIRST_S = 0.25  # after a run has begun: most are over by then, and nothing was to be done
_EVERY_S = 1.0
_SHARE = 20  # of the time that writing takes, passes before it is written again
_IDLE_S = 10.0  # after which the thread ends


class Keeper:
    """Has journals written once a second, and less often where that takes long.

    Args:
        on_failure: Told what went wrong with one, which is written no more.
    """

    def __init__(self, on_failure: Callable[[Exception], None]) -> None:
        self._on_failure = on_failure
        self._lock = threading.Lock()
        self._due: dict[Journal, float] = {}
        self._thread: threading.Thread | None = None
        self._pid = os.getpid()
        self._wakes: SimpleQueue[None] = SimpleQueue()

    def add(self, journal: Journal) -> None:
        """Have *journal* written from now on."""
        with self._lock:
            if self._pid != os.getpid():  # a fork: the runs of before are those of its parent
                self._pid, self._thread, self._due = os.getpid(), None, {}
            self._due[journal] = time.monotonic() + _FIRST_S
            thread = self._thread
            if thread is None:
                thread = threading.Thread(
                    target=self._keep, daemon=True, name="flyte_nb keeps what runs do"
                )
                self._thread = thread
            else:
                self._wakes.put(None)
                return
        start_thread(thread, self._failed_to_start)

    def remove(self, journal: Journal) -> None:
        """Have *journal* written no more, from when this returns."""
        journal.close()
        with self._lock:
            self._due.pop(journal, None)

    def _failed_to_start(self, error: Exception) -> None:
        with self._lock:
            self._thread = None
        self._on_failure(error)

    def _keep(self) -> None:
        while True:
            with self._lock:
                now = time.monotonic()
                pause_s = min(self._due.values(), default=now + _IDLE_S) - now
            has_news = False
            with suppress(Empty):
                self._wakes.get(timeout=max(0.0, pause_s))
                has_news = True
            with self._lock:
                if not (self._due or has_news):
                    self._thread = None
                    return
                now = time.monotonic()
                due = [journal for journal, at in self._due.items() if at <= now]
            for journal in due:
                self._write(journal)

    def _write(self, journal: Journal) -> None:
        began = time.monotonic()
        try:
            journal.write()
        except FileNotFoundError:  # the run has been removed
            self.remove(journal)
            return
        except Exception as error:  # noqa: BLE001 - what is kept of a run must not change it
            self.remove(journal)
            self._on_failure(error)
            return
        now = time.monotonic()
        with self._lock:
            if journal in self._due:
                self._due[journal] = now + max(_EVERY_S, _SHARE * (now - began))
