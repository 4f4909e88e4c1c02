"""Keeps runs in the history: when one begins, while it goes on, and when it is over."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.errors import FlyteNbError

from .describe_run import head_of, record_of
from .folder import HistoryFolder
from .keeper import Keeper

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.run.handle.run import Run

    from .journal import Journal
    from .record import RunRecord

_EVERY_S = 600.0
_EVERY_RUNS = 100


class Recorder:
    """Keeps runs; what cannot be written is one warning, and the run goes on.

    Args:
        folder: Returns where they are kept, asked for at each run.

    Attributes:
        running: Runs of this process that go on, by their ids.
    """

    def __init__(self, folder: Callable[[], HistoryFolder] = HistoryFolder) -> None:
        self._folder = folder
        self.running: dict[str, Run] = {}
        self._keeper = Keeper(self._warn)
        self._lock = threading.Lock()
        self._has_warned = False
        self._next_sweep = 0.0  # the first run of this process makes it look
        self._runs = 0

    def began(self, run: Run) -> Callable[[], None] | None:
        """Keep a run that begins; return what keeps its end, None where it cannot be kept."""
        try:
            folder = self._folder()
            journal = folder.journal(run)  # first: it heeds secrets that become known meanwhile
            folder.begin(record_of(run))
        except (OSError, FlyteNbError) as error:
            self._warn(error)
            return None
        try:
            self.running[run.id] = run
            self._keeper.add(journal)
            return lambda: self._ended(run, folder, journal)
        except KeyboardInterrupt:  # it has not begun, and nobody is told that it is over
            self.running.pop(run.id, None)
            folder.remove(run.id)
            raise

    def _ended(self, run: Run, folder: HistoryFolder, journal: Journal) -> None:
        try:
            try:
                self._keeper.remove(journal)
                folder.end(_whole(run))
            except KeyboardInterrupt:  # else the list said for ever that it goes on
                self._keeper.remove(journal)
                folder.end(_whole(run))
                raise
        except OSError as error:
            self._warn(error)
        finally:
            self.running.pop(run.id, None)
        self.sweep(folder)

    def _warn(self, error: Exception) -> None:
        with self._lock:
            has_warned, self._has_warned = self._has_warned, True
        if not has_warned:
            TASK_LOGGER.warning("runs are not kept in the history: %s", error)

    def sweep(self, folder: HistoryFolder) -> None:
        """Remove what is too much from time to time, in a thread, so that no run waits for it."""
        now = time.monotonic()
        with self._lock:
            self._runs += 1
            if now < self._next_sweep and self._runs < _EVERY_RUNS:
                return
            self._next_sweep, self._runs = now + _EVERY_S, 0
        with suppress(RuntimeError):  # the interpreter ends, or there are too many threads
            threading.Thread(target=folder.sweep, name="flyte-history", daemon=True).start()


def _whole(run: Run) -> RunRecord:
    """Return all of *run*; where a task left what cannot be read, its head: it is over."""
    try:
        return record_of(run)
    except Exception as error:  # noqa: BLE001 - decks are objects of the user
        TASK_LOGGER.warning(
            "of the run %s its nodes are not kept: %s: %s", run.id, type(error).__name__, error
        )
        return head_of(run)


RECORDER = Recorder()
