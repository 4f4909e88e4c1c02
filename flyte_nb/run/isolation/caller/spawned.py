"""A run without fork, as on Windows: a new interpreter, watched by threads of this process.

It takes a few hundred milliseconds more. A process that the run leaves behind is found only where
it was seen before, or kept the run's session.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

import psutil  # type: ignore[import-untyped]

from flyte_nb.run.isolation.server.renew import boot
from flyte_nb.run.isolation.watch.link import PARENT
from flyte_nb.run.isolation.watch.supervisor import Supervisor
from flyte_nb.run.isolation.watch.tree import Tree
from flyte_nb.run.isolation.wire.handles import inheriting, pipe_to_child
from flyte_nb.run.isolation.wire.plan import write_plan

from .launched import CannotStartError
from .threaded_line import ThreadedLine

if TYPE_CHECKING:
    from flyte_nb.run.isolation.wire.frames import Command
    from flyte_nb.run.isolation.wire.plan import Plan

    from .mailbox import Mailbox

_CHILD = "flyte_nb.run.isolation.inside.spawned"
_JOIN_S = 10.0


class SpawnedRun:
    """A run in a new interpreter.

    Args:
        plan: What it is told.
        call: The pickled call.
        mailbox: What comes of it goes there, from threads.

    Raises:
        CannotStartError: It did not start.
    """

    def __init__(self, plan: Plan, call: bytes, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._folder = Path(tempfile.mkdtemp(prefix="flyte-isolated-"))
        try:
            self.result: IO[bytes] = (self._folder / "result").open("w+b")
            with (self._folder / "request").open("wb") as request:
                write_plan(request, plan, call)
            started = time.monotonic()
            self._process, ends = _start(plan, self._folder)
        except OSError as error:
            self._remove()
            raise CannotStartError(str(error)) from None
        except BaseException:
            self._remove()
            raise
        self.pid = self._process.pid
        self._line = ThreadedLine(mailbox, ends)
        tree = Tree(self.pid, None)
        supervisor = Supervisor(plan, _Process(self._process), tree, self._line, started)
        self._thread = threading.Thread(
            target=self._watch, args=(supervisor,), name="flyte-isolated-run", daemon=True
        )
        self._thread.start()

    def tell(self, command: Command) -> None:
        """Say something to whoever watches it; does nothing when it has ended."""
        self._line.hear(PARENT, command.value)

    def close(self) -> None:
        """Give up what it needs here, and end it at once if it goes on."""
        self._mailbox.is_abandoned = True
        self._line.hear(PARENT, b"")
        self._thread.join(_JOIN_S)
        self._line.close()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._remove()

    def _watch(self, supervisor: Supervisor) -> None:
        try:
            supervisor.watch()
        finally:
            self._mailbox.put(None)

    def _remove(self) -> None:
        with contextlib.suppress(AttributeError):  # it failed before there was one
            self.result.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class _Process:
    """The process as the supervisor sees it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._cpu_s = 0.0
        self.pid = process.pid

    def poll(self) -> int | None:
        """Return its exit code, minus the signal that ended it; None while it lives."""
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(self.pid).cpu_times()
            self._cpu_s = times.user + times.system
        return self._process.poll()

    def usage(self) -> tuple[float, int]:
        """Return the CPU seconds that were seen; of the largest size nothing is known."""
        return self._cpu_s, 0


def _start(plan: Plan, folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, int | IO[bytes]]]:
    with contextlib.ExitStack() as stack:
        pipes = {name: stack.enter_context(pipe_to_child()) for name in ("channel", "status")}
        handles = tuple(pipe.handle for pipe in pipes.values())
        paths = tuple(str(folder / name) for name in ("request", "result"))
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, *boot(_CHILD, "main", (*paths, *handles), plan.sys_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=plan.environment,
            cwd=plan.work,
            **inheriting(handles),
        )
        assert process.stdout is not None  # noqa: S101 - asked for above
        assert process.stderr is not None  # noqa: S101
        ends: dict[str, int | IO[bytes]] = {"stdout": process.stdout, "stderr": process.stderr}
        return process, {**ends, **{name: pipe.keep() for name, pipe in pipes.items()}}
