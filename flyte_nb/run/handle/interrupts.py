"""Interrupts of what blocks the main thread: that they reach it, and that others know."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from flyte_nb.run.team import start_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.run.team import Team

_TICK_S = 0.2  # between two tries to end what was forced to end
# Neither opens a descriptor, and `poll` takes those above 1,023; on Windows `select` does.
_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
_written_to: set[int] = set()  # descriptors, of this process alone


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


class _OwnSocket(socket.socket):
    """A socket that is read, watched and closed as long as it is ours.

    A task may close every descriptor; its number is then that of whatever is opened next.
    """

    def __init__(self, made: socket.socket) -> None:
        super().__init__(made.family, made.type, made.proto, made.detach())
        self._made = self._look()
        self.settimeout(0)

    def is_ours(self) -> bool:
        """Return whether it is open, and was never closed by anybody else."""
        found = self._look()
        if found is None or self._made is None:
            return found is self._made and self.fileno() != -1
        return os.path.samestat(found, self._made)

    def close(self) -> None:
        """Close it, unless somebody else has."""
        if not self.is_ours():
            self.detach()
        super().close()

    def _look(self) -> os.stat_result | None:
        try:
            return os.fstat(self.fileno())
        except OSError:  # it is closed; on Windows sockets have no such facts
            return None


def _hear_for_nobody() -> None:
    """Keep a child that is forked from telling this process of its interrupts.

    A Stop reaches all processes of a kernel: this one would hear of it once for each child.
    """
    if _written_to and (found := signal.set_wakeup_fd(-1)) not in _written_to:
        signal.set_wakeup_fd(found)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_hear_for_nobody)


class HeardInterrupts:
    """Tells *team* of each interrupt, also of those of which the task makes nothing.

    A task may catch KeyboardInterrupt and go on, or be in C code, where none is raised. For the
    length of a block, in the main thread; the signal handlers stay as they are. Where an event
    loop wants to be told of signals in the same way, that is left to it.

    Args:
        team: The threads of what runs in the block.
    """

    def __init__(self, team: Team) -> None:
        self._team = team
        self._reader: _OwnSocket | None = None
        self._writer: _OwnSocket | None = None
        self._count = 0

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            try:
                self._begin()
            except KeyboardInterrupt:
                self._end()
                raise

    def __exit__(self, *_: object) -> None:
        try:
            self._end()
        except KeyboardInterrupt:  # inside of it, or before its first line
            self._end()
            raise

    def _begin(self) -> None:
        self._reader, self._writer = map(_OwnSocket, socket.socketpair())
        _written_to.add(self._writer.fileno())
        before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        if before != -1:
            signal.set_wakeup_fd(before)
        self._team.listen(self._look)
        watcher = threading.Thread(
            target=self._watch, args=(self._reader,), daemon=True, name="flyte_nb hears interrupts"
        )
        start_thread(watcher, lambda _: None)  # then one that is looked for is heard all the same

    def _end(self) -> None:
        if self._reader is None or self._writer is None:
            return
        self._look()  # the last chance
        self._team.listen(None)
        found = signal.set_wakeup_fd(-1)
        _written_to.discard(self._writer.fileno())
        if found not in {-1, self._writer.fileno()}:
            with suppress(OSError, ValueError):  # whose it was has closed it
                signal.set_wakeup_fd(found)
        self._writer.close()  # which ends the watcher

    def _watch(self, reader: _OwnSocket) -> None:
        with reader, _Selector() as selector:
            selector.register(reader, selectors.EVENT_READ)
            while self._writer is not None and self._writer.is_ours() and reader.is_ours():
                selector.select(_TICK_S)
                self._look()
                if self._count > 1:
                    self._team.force()

    def _look(self) -> None:
        """Take in what has come; called in any thread, by who begins something before he does."""
        try:
            reader = self._reader
            came = reader.recv(1_024) if reader is not None and reader.is_ours() else b""
        except OSError:  # nothing has come, or the block is over
            return
        for _ in range(came.count(signal.SIGINT)):
            self._count += 1
            if self._count == 1:
                self._team.interrupt()
            else:
                self._team.interrupt_again()
