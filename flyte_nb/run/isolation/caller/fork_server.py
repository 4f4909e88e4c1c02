"""Starts the server of runs, when one is needed and there is none, and hands runs to it."""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from flyte_nb.errors import WorkspaceError

from .environment import import_paths, server_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

_START_S = 60.0  # a hundred times what it takes: to tell a hang
_END_S = 2.0
FORK = b"f"
_MOST_WORDS = 2000
_TRIES = 3


class ForkServer:
    """A process that copies itself for each run. It starts when first needed, and again.

    It is a fresh interpreter: of this process it has neither memory nor threads nor variables.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._owner = 0
        self._ends_at_exit = False

    @property
    def pid(self) -> int | None:
        """Id of the server's process, None while there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def warm_up(self) -> None:
        """Start the server, so that the first run need not wait for it.

        Raises:
            WorkspaceError: It does not start; it says why.
        """
        if self._is_there:
            return
        failures: list[Exception] = []
        # In a thread, where no interrupt comes: it would leave half a server behind.
        thread = threading.Thread(
            target=self._start_unless_there, args=(failures,), name="flyte-isolated-server"
        )
        thread.start()
        thread.join()
        if failures:
            raise failures[0]

    def hand_over(self, descriptors: Sequence[int]) -> None:
        """Let the server start a run.

        Args:
            descriptors: What the run needs, see `server.main`; they stay open here.

        Raises:
            WorkspaceError: The server does not start; it says why.
        """
        for _ in range(_TRIES):
            self.warm_up()
            with self._lock:
                if self._line is None:
                    continue
                try:
                    socket.send_fds(self._line, [FORK], list(descriptors))
                except OSError:  # it was killed, or is about to end
                    self._forget()
                else:
                    return
        raise WorkspaceError("processes for isolated runs end as soon as they are started")

    def close(self) -> None:
        """End the server; runs go on. The next one starts another server."""
        with self._lock:
            self._forget()

    @property
    def _is_there(self) -> bool:
        return self.pid is not None and self._owner == os.getpid()

    def _start_unless_there(self, failures: list[Exception]) -> None:
        try:
            with self._lock:
                if not self._is_there:
                    self._start()
        except Exception as error:  # noqa: BLE001 - raised by who asked
            failures.append(error)

    def _start(self) -> None:
        from flyte_nb.run.isolation.server.renew import boot

        self._forget()
        ours, theirs = socket.socketpair()
        process = None
        try:
            with theirs:
                arguments = boot(_SERVER, "main", (theirs.fileno(),), import_paths())
                process = subprocess.Popen(  # noqa: S603 - our own interpreter
                    [sys.executable, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    pass_fds=[theirs.fileno()],
                    env=server_environment(),
                    cwd="/",
                    start_new_session=True,  # an interrupt of the kernel's group is not for it
                )
            _wait_until_ready(ours, process)
        except BaseException:
            ours.close()
            if process is not None:
                _end(process)
            raise
        self._process, self._line, self._owner = process, ours, os.getpid()
        if not self._ends_at_exit:
            self._ends_at_exit = True
            atexit.register(self.close)  # it would end by itself, and Python complain of that

    def _forget(self) -> None:
        process, line, is_ours = self._process, self._line, self._owner == os.getpid()
        self._process = self._line = None
        if line is not None:
            line.close()
        if process is None:
            return
        if is_ours:
            _end(process)
        else:
            process.returncode = 0  # it is our parent's: nothing to wait for


_SERVER = "flyte_nb.run.isolation.server.main"


def _wait_until_ready(line: socket.socket, process: subprocess.Popen[bytes]) -> None:
    line.settimeout(_START_S)
    try:
        is_ready = bool(line.recv(1))
    except OSError:
        is_ready = False
    if not is_ready:
        process.kill()
        words = process.stderr.read().decode(errors="replace") if process.stderr else ""
        raise WorkspaceError(
            "no process for isolated runs can be started",
            hint=words.strip()[-_MOST_WORDS:] or f"is {sys.executable} a Python interpreter?",
        )
    line.settimeout(None)
    if process.stderr is not None:
        process.stderr.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End *process*, whose line is closed already, and take leave of it."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_END_S)
    if process.returncode is None:
        process.kill()
        process.wait()
    if process.stderr is not None:
        process.stderr.close()


FORK_SERVER = ForkServer()
"""That of this process."""
