"""Calls of tasks that left decks: kept as runs are, once their cell has shown them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.errors import FlyteNbError

from .folder import HistoryFolder
from .recorder import RECORDER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .record import RunRecord


class KeptCalls:
    """Keeps calls, in a thread of its own: no cell waits for the disk.

    Args:
        folder: Returns where they are kept, asked for each time.
    """

    def __init__(self, folder: Callable[[], HistoryFolder] = HistoryFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._writing: list[threading.Thread] = []
        self._has_warned = False

    def keep(self, records: Sequence[RunRecord]) -> None:
        """Keep *records* of calls that have ended."""
        if not records:
            return
        thread = threading.Thread(target=self._write, args=(records,), name="flyte-decks")
        with self._lock:  # tasks of any thread may end, while another one looks for their decks
            thread.start()  # first: one that has not begun cannot be waited for
            self._writing = [*(one for one in self._writing if one.is_alive()), thread]

    def wait(self) -> None:
        """Wait until everything is written."""
        with self._lock:
            writing = self._writing
        for thread in writing:
            thread.join()

    def _write(self, records: Sequence[RunRecord]) -> None:
        try:
            folder = self._folder()
            for record in records:
                folder.keep(record)
            RECORDER.sweep(folder)
        except (OSError, FlyteNbError) as error:
            if not self._has_warned:
                self._has_warned = True
                TASK_LOGGER.warning("decks are not kept in the history: %s", error)


KEPT_CALLS = KeptCalls()
