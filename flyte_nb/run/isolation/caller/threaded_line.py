"""What a run without fork prints and sends, read by a thread for each pipe."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte_nb.run.isolation.watch.link import Read
    from flyte_nb.run.isolation.wire.frames import Kind

    from .mailbox import Mailbox

_READ = 1 << 16
_MOST = 32  # pieces that wait to be looked at
_PAUSE_S = 0.005
_LAST_S = 2.0


class ThreadedLine:
    """A line of threads, for systems that cannot wait for several pipes at once.

    Args:
        mailbox: The caller's.
        ends: Name of each source, and what to read it from; closed by this.
    """

    def __init__(self, mailbox: Mailbox, ends: Mapping[str, int | IO[bytes]]) -> None:
        self._mailbox = mailbox
        self._heard: queue.Queue[tuple[str, bytes]] = queue.Queue(_MOST)
        self._commands: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
        self._ends = ends
        self._threads = [
            threading.Thread(
                target=self._listen, args=pair, name="flyte-isolated-pipe", daemon=True
            )
            for pair in ends.items()
        ]
        for thread in self._threads:
            thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether the caller does not keep up."""
        return self._mailbox.is_full and not self._mailbox.is_abandoned

    def hear(self, source: str, data: bytes) -> None:
        """Take in what the caller says."""
        self._commands.put((source, data))

    def send(self, kind: Kind, body: bytes) -> None:
        """Tell the caller something."""
        self._mailbox.put((kind.value, body))

    def read(self, timeout_s: float, *, without: frozenset[str] = frozenset()) -> Read:
        """Return what came within *timeout_s*; the threads themselves heed *without*."""
        del without
        found: Read = []
        with contextlib.suppress(queue.Empty):
            while True:
                found.append(self._commands.get_nowait())
        with contextlib.suppress(queue.Empty):
            found.append(self._heard.get(timeout=0 if found else min(timeout_s, _LOOK_S)))
            while len(found) < _MOST:
                found.append(self._heard.get_nowait())
        return found

    def drain(self) -> Read:
        """Return what is left, when nobody writes any more."""
        found: Read = []
        deadline = time.monotonic() + _LAST_S
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < deadline:
            found += self.read(_PAUSE_S)
        return found + self.read(0) + self.read(0)

    def flush(self) -> None:
        """Do nothing: what is sent is there at once."""

    def close(self) -> None:
        """End the threads, whose pipes nobody writes to any more."""
        deadline = time.monotonic() + _LAST_S
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < deadline:
            self.read(_PAUSE_S)
        for end in self._ends.values():
            with contextlib.suppress(OSError):
                os.close(end) if isinstance(end, int) else end.close()

    def _listen(self, name: str, end: int | IO[bytes]) -> None:
        fd = end if isinstance(end, int) else end.fileno()
        with contextlib.suppress(OSError):
            while data := os.read(fd, _READ):
                while name == "channel" and self.is_busy:
                    time.sleep(_PAUSE_S)
                self._heard.put((name, data))


_LOOK_S = 0.02  # how soon a command of the caller's is heeded
