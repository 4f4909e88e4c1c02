"""The connection to whoever asked for a run, and what it reads besides."""

from __future__ import annotations

import os
import selectors
from typing import TYPE_CHECKING, Protocol

from flyte_nb.run.isolation.wire.frames import Kind, frame

if TYPE_CHECKING:
    from collections.abc import Mapping

_READ = 1 << 20  # bytes: all that a pipe holds
_MOST_WAITING = 1 << 20  # bytes: what is kept for a caller that does not keep up
_MOST_READS = 64  # at the end: somebody else may have been handed a pipe, and write for ever
PARENT = "parent"
PARENTS_END = "parent's end"  # told in another way: a copy of it may hold its socket open
_PARENTS = (PARENT, PARENTS_END)


class Line(Protocol):
    """What a supervisor reads from and tells its news to."""

    @property
    def is_busy(self) -> bool:
        """Whether the caller does not keep up."""

    def send(self, kind: Kind, body: bytes) -> None:
        """Tell the caller something."""

    def read(self, timeout_s: float, *, without: frozenset[str] = frozenset()) -> Read:
        """Wait for something to read, in any source but those *without*; empty means its end."""

    def drain(self) -> Read:
        """Return what is still to be read, when nobody writes any more."""

    def flush(self) -> None:
        """Bring everything to the caller, unless it has gone."""


Read = list[tuple[str, bytes]]


class Link:
    """A line of descriptors: sources are pipes, the caller is at the other end of a socket.

    Args:
        socket: The caller.
        sources: Name and descriptor of each source; none of them may block.
        wake: Descriptors that only end the waiting.
    """

    def __init__(self, socket: int, sources: Mapping[str, int], wake: tuple[int, ...] = ()) -> None:
        self._socket = socket
        self._waiting = bytearray()
        self._fds = {PARENT: socket, **sources}
        self._wake = wake
        self._selector = selectors.DefaultSelector()
        self._events: dict[str, int] = {}
        self._is_alone = False
        for fd in (*self._fds.values(), *wake):
            os.set_blocking(fd, False)
        for fd in wake:
            self._selector.register(fd, selectors.EVENT_READ, "")

    @property
    def is_busy(self) -> bool:
        """Whether the caller does not keep up."""
        return len(self._waiting) > _MOST_WAITING

    def send(self, kind: Kind, body: bytes) -> None:
        """Tell the caller something, as soon as it listens."""
        self._waiting += frame(kind, body)
        self._write()

    def read(self, timeout_s: float, *, without: frozenset[str] = frozenset()) -> Read:
        """Return what came within *timeout_s*, by source; empty means its end."""
        self._select(without)
        found: Read = []
        for key, events in self._selector.select(timeout_s):
            if events & selectors.EVENT_WRITE:
                self._write()
            if not events & selectors.EVENT_READ:
                continue
            data = _read(key.fd)
            if key.data and data is not None:
                found.append((key.data, data))
                if not data:
                    self._selector.unregister(key.fd)
                    self._events.pop(key.data)
                    del self._fds[key.data]
                    self._is_alone |= key.data in _PARENTS
        return found

    def drain(self) -> Read:
        """Return what is left in the sources."""
        found: Read = []
        for name, fd in tuple(self._fds.items()):
            for _ in range(0 if name in _PARENTS else _MOST_READS):
                if not (data := _read(fd)):
                    break
                found.append((name, data))
        return found

    def flush(self) -> None:
        """Wait until the caller has everything, or has gone."""
        sources = frozenset(self._fds).difference(_PARENTS)
        while self._waiting and not self._is_alone:
            self.read(1.0, without=sources)

    def _select(self, without: frozenset[str]) -> None:
        for name, fd in self._fds.items():
            events = 0 if name in without else selectors.EVENT_READ
            if name == PARENT and self._waiting:
                events |= selectors.EVENT_WRITE
            if events == self._events.get(name, 0):
                continue
            if name not in self._events:
                self._selector.register(fd, events, name)
            elif events:
                self._selector.modify(fd, events, name)
            else:
                self._selector.unregister(fd)
            if events:
                self._events[name] = events
            else:
                self._events.pop(name)

    def _write(self) -> None:
        try:
            while self._waiting:
                del self._waiting[: os.write(self._socket, self._waiting)]
        except BlockingIOError:
            return
        except OSError:
            self._waiting.clear()  # it has gone, which reading will tell


def _read(fd: int) -> bytes | None:
    """Return what is there, None where there is nothing yet."""
    try:
        return os.read(fd, _READ)
    except BlockingIOError:
        return None
    except OSError:
        return b""
