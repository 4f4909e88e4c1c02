"""A run by the fork server, as its caller holds it."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import weakref
from typing import IO, TYPE_CHECKING, Protocol

from flyte_nb.run.isolation.wire.frames import Command, Frame, FrameReader, Kind
from flyte_nb.run.isolation.wire.plan import nameless_file, write_plan

from .fork_server import FORK_SERVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.run.isolation.wire.plan import Plan

    from .fork_server import ForkServer
    from .mailbox import Mailbox

_RECEIVE = 1 << 18
_START_S = 30.0  # a thousand times what it takes: to tell a hang
_TRIES = 2


class Launched(Protocol):
    """A run that was started."""

    @property
    def pid(self) -> int:
        """Id of its process."""

    @property
    def result(self) -> IO[bytes]:
        """Where its delivery is, once it has ended."""

    def tell(self, command: Command) -> None:
        """Say something to whoever watches it; does nothing when it has ended."""

    @property
    def close(self) -> Callable[[], object]:
        """Give up what it needs here, and end it at once if it goes on; again does nothing."""


class CannotStartError(Exception):
    """The process of a run could not be made; its text says why."""


class ForkedRun:
    """A run by the fork server.

    Args:
        plan: What it is told.
        call: The pickled call.
        mailbox: What comes of it goes there, from a thread of its own.
        server: Who starts it.
        patience_s: How long the server may take; then another one is asked, once.

    Raises:
        CannotStartError: It did not start.
        WorkspaceError: The server did not.
    """

    def __init__(
        self,
        plan: Plan,
        call: bytes,
        mailbox: Mailbox,
        server: ForkServer = FORK_SERVER,
        patience_s: float = _START_S,
    ) -> None:
        self.result: IO[bytes] = nameless_file()
        self._line, reader, begun = self._first_answer(plan, call, server, patience_s)
        self.pid = int(begun[0][1])
        for frame in begun[1:]:
            mailbox.put(frame)
        thread = threading.Thread(
            target=_receive,
            args=(self._line, reader, mailbox),
            name="flyte-isolated-run",
            daemon=True,
        )
        # Also when an interrupt comes before anybody knows this object, and at exit.
        self.close = weakref.finalize(self, _close, self._line, self.result, mailbox, thread)
        """Give up what it needs here, and end it at once if it goes on."""
        thread.start()

    def tell(self, command: Command) -> None:
        """Say something to whoever watches it; does nothing when it has ended."""
        with contextlib.suppress(OSError):
            self._line.send(command.value, socket.MSG_DONTWAIT)

    def _first_answer(
        self, plan: Plan, call: bytes, server: ForkServer, patience_s: float
    ) -> tuple[socket.socket, FrameReader, list[Frame]]:
        for _ in range(_TRIES):  # the server may be killed in between
            ours, theirs = socket.socketpair()
            reader = FrameReader()
            try:
                with theirs, nameless_file() as asked:
                    write_plan(asked, plan, call)
                    server.hand_over((theirs.fileno(), asked.fileno(), self.result.fileno()))
                ours.settimeout(patience_s)
                frames: list[Frame] = []
                while not frames and (data := _received(ours)):
                    frames = list(reader.feed(data))
                if frames and frames[0][0] == Kind.STARTED.value:
                    ours.settimeout(None)
                    return ours, reader, frames
            except BaseException:
                ours.close()
                self.result.close()
                raise
            ours.close()
            if frames:
                break
            server.close()  # it may be there, and do nothing
        self.result.close()
        words = frames[0][1].decode(errors="replace") if frames else "its server does not answer"
        raise CannotStartError(words)


def _close(
    line: socket.socket, result: IO[bytes], mailbox: Mailbox, thread: threading.Thread
) -> None:
    mailbox.is_abandoned = True
    try:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)  # closing alone would not wake the thread
        if thread.is_alive() and thread is not threading.current_thread():
            thread.join()
    finally:
        line.close()
        result.close()


def _received(line: socket.socket) -> bytes:
    try:
        return line.recv(_RECEIVE)
    except OSError:  # reset by who has gone, or a time-out
        return b""


def _receive(line: socket.socket, reader: FrameReader, mailbox: Mailbox) -> None:
    """Bring what comes to the mailbox, until the other end is closed."""
    while data := _received(line):
        for frame in reader.feed(data):
            mailbox.put_when_there_is_room(frame)
    mailbox.put(None)


def can_fork() -> bool:
    """Return whether this system has what the fork server needs."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds")
