"""One run, for whoever asked for it: start it, follow it to its end, cancel it."""

from __future__ import annotations

import contextlib
import pickle
import queue
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flyte_nb.context import Workspace
from flyte_nb.errors import WorkspaceError

from .caller.conclude import conclude, lost
from .caller.environment import (
    import_paths,
    is_read_at_start,
    users_home,
    whole_environment,
    working_directory,
)
from .caller.launched import CannotStartError, ForkedRun, can_fork
from .caller.mailbox import Mailbox
from .events import Event, Message, Output
from .wire.chunks import ChunkReader
from .wire.frames import Command, Frame, Kind
from .wire.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path

    from .caller.launched import Launched
    from .request import IsolatedRequest
    from .result import IsolatedResult

OnEvent = Callable[[Event], None]
_LOOK_S = 0.5
_BEYOND_S = 10.0  # after the grace, for the end to be told: then it is given up
_AT_ONCE_S = 5.0


def _nothing() -> None: ...


class IsolatedProcess:
    """A function that runs in a process of its own.

    `start` and `wait` belong to one thread; `cancel` and `kill` may be called from any.

    Args:
        request: What to run, and where.

    Attributes:
        result: How it ended, None so far.

    Example:
        >>> process = IsolatedProcess(IsolatedRequest(call=pack_call(pow, (2, 10)))).start()
        >>> process.wait().value
        1024
    """

    def __init__(self, request: IsolatedRequest) -> None:
        self._request = request
        self._mailbox = Mailbox()
        self._chunks = ChunkReader()
        self._workspace: Workspace | None = None
        self._launched: Launched | None = None
        self._command: Command | None = None
        self._failure = "was killed"
        self.result: IsolatedResult | None = None

    def __enter__(self) -> IsolatedProcess:  # noqa: PYI034 - not made for subclasses
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Id of its process while it runs."""
        launched = self._launched
        return launched.pid if launched is not None and self.result is None else None

    def start(self) -> IsolatedProcess:
        """Start it; return when its process is there.

        Raises:
            WorkspaceError: There can be no folder for it, or no process.
        """
        request = self._request
        if request.folder is None:
            self._workspace = Workspace()
            folder = self._workspace.directory("run")
        else:
            folder = request.folder.absolute()
        try:
            self._launched = _launch(_plan(request, folder), request, self._mailbox)
        except CannotStartError as error:
            self.result = lost(f"the process could not be started: {error}")
        except BaseException:
            self.close()
            raise
        if self._command is not None and self._launched is not None:
            self._launched.tell(self._command)
        return self

    def wait(
        self, on_event: OnEvent | None = None, on_interrupt: Callable[[], None] = _nothing
    ) -> IsolatedResult:
        """Follow it to its end and return how it ended.

        What it prints comes about 20 times in a second at most. An interrupt, and anything that
        *on_event* raises, cancels it and is raised when it has ended; a second interrupt kills it.

        Args:
            on_event: Called in this thread with each `Output` and `Message`, in their order.
            on_interrupt: Called at each interrupt, before it has its effect.
        """
        __tracebackhide__ = True
        if self.result is not None:
            self.close()
            return self.result
        try:
            return self._follow(on_event, None)
        except BaseException as error:
            self._end(on_interrupt if isinstance(error, KeyboardInterrupt) else _nothing)
            raise
        finally:
            self.close()

    def cancel(self) -> None:
        """Ask it to end: SIGTERM, and SIGKILL when the grace is over. From any thread."""
        self._tell(Command.CANCEL)

    def kill(self) -> None:
        """End it at once. From any thread."""
        self._tell(Command.KILL)

    def close(self) -> None:
        """End it at once if it goes on, and leave nothing of it behind."""
        try:
            if self._launched is not None:
                self._launched.close()
        finally:
            if self._workspace is not None:
                self._workspace.close()

    def _tell(self, command: Command) -> None:
        self._command = command
        launched = self._launched
        if launched is not None:
            launched.tell(command)

    def _end(self, on_interrupt: Callable[[], None]) -> None:
        """Bring it to an end after an interrupt; another one kills it."""
        __tracebackhide__ = True
        if self.result is not None:
            return
        self.cancel()
        try:
            on_interrupt()
            self._follow(None, self._request.limits.grace_s + _BEYOND_S)
        except KeyboardInterrupt:
            self.kill()
            on_interrupt()
            self._follow(None, _AT_ONCE_S)

    def _follow(self, on_event: OnEvent | None, timeout_s: float | None) -> IsolatedResult:
        __tracebackhide__ = True
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while self.result is None:
            # In turns: Windows lets no interrupt through while a thread waits.
            with contextlib.suppress(queue.Empty):
                self._take_in(self._mailbox.get(_LOOK_S), on_event)
            if deadline is not None and time.monotonic() > deadline:
                self.result = lost("it did not end in time, and was given up")
        return self.result

    def _take_in(self, frame: Frame | None, on_event: OnEvent | None) -> None:
        launched = self._launched
        assert launched is not None  # noqa: S101 - there are frames of a started run only
        if frame is None:
            self.result = lost(f"whoever watched the process {self._failure}, and it with it")
            return
        kind, body = frame
        if kind == Kind.FAILED.value:
            self._failure = f"failed ({body.decode(errors='replace')})"
        elif kind == Kind.ENDED.value:
            report = pickle.loads(body)  # noqa: S301 - of our own supervisor
            self.result = conclude(report, launched.result, self._request.limits)
        elif on_event is None:
            return
        elif kind == Kind.STDOUT.value:
            on_event(Output(stream="stdout", text=body.decode()))
        elif kind == Kind.STDERR.value:
            on_event(Output(stream="stderr", text=body.decode()))
        elif kind == Kind.CHUNKS.value:
            for name, message in self._chunks.feed(body):
                on_event(_message(name, message))


def run_isolated(request: IsolatedRequest, on_event: OnEvent | None = None) -> IsolatedResult:
    """Run *request* in a process of its own and return how it ended.

    Args:
        request: What to run, and where.
        on_event: Called with what it prints and sends while it runs; see `IsolatedProcess.wait`.

    Raises:
        WorkspaceError: There can be no folder for it, or no process.
    """
    return IsolatedProcess(request).start().wait(on_event)


def _launch(plan: Plan, request: IsolatedRequest, mailbox: Mailbox) -> Launched:
    spawn = not can_fork() if request.spawn is None else request.spawn
    if spawn:
        from .caller.spawned import SpawnedRun

        return SpawnedRun(plan, request.call, mailbox)
    return ForkedRun(plan, request.call, mailbox)


def _plan(request: IsolatedRequest, folder: Path) -> Plan:
    try:
        for name in ("work", "home", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(
            f"no folder for a run can be made in {str(folder)!r}: {error.strerror}",
            hint="give a folder that can be written",
        ) from None
    declared = dict(request.environment)
    return Plan(
        environment=whole_environment(declared, folder, request.limits.cpu_count),
        declared=frozenset(declared),
        folder=str(folder),
        work=str(folder / "work"),
        sys_path=import_paths() if request.sys_path is None else request.sys_path,
        limits=request.limits,
        # macOS: its libraries may start threads, which a copy of a process has not.
        fresh=request.fresh or is_read_at_start(declared) or sys.platform == "darwin",
        home=users_home(),
        origin=working_directory(),
        of_pod=request.of_pod,
    )


def _message(kind: str, body: bytes) -> Message:
    try:
        payload: Any = pickle.loads(body)  # noqa: S301 - of the user's own code
    except Exception as error:  # noqa: BLE001 - as odd as its class
        return Message(kind=kind, payload=None, problem=f"{type(error).__name__} when rebuilt")
    return Message(kind=kind, payload=payload)
