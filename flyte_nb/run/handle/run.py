"""A run of a task, a workflow or a launch plan, as whoever started it holds it."""

from __future__ import annotations

import logging
import threading
from contextvars import copy_context
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError
from flyte_nb.installed import Installed
from flyte_nb.run.describe import error_in_words
from flyte_nb.run.lines import beginning_of
from flyte_nb.run.listeners import RUN_BEGAN
from flyte_nb.run.record import Phase, phase_of
from flyte_nb.run.team import start_thread
from flyte_nb.run.workflow_execution import WorkflowExecution

from .followed import Followed
from .interrupts import HeardInterrupts, raised_here
from .latch import Latch
from .progress import Progress, kind_of
from .run_id import RUN_IDS
from .tee import KeptOutput
from .traced import traced
from .values import described

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from flyte_nb.models import WorkflowExecutionIdentifier
    from flyte_nb.run.run_options import RunOptions

_AT_MOST_S = 5.0
_LEFT = "left behind in a call that no interrupt ends: it goes on until that returns"
_logger = logging.getLogger(__name__)


class Run:
    """One run: where it is, how to wait for it, how to end it.

    Made by the ``run`` of a task, a workflow or a launch plan, or by `%flyte_run`.

    Args:
        entity: What is run.
        inputs: Its inputs by name, checked.
        how: How it is run.

    Attributes:
        id: Its own, sorted by time, whatever the execution is called.
        entity: What is run.
        how: How it is run.
        inputs: What it was given, by name, in words.
        outputs: What came out, by name, in words; empty so far.
        progress: Its nodes and where they are.
        started_at: When it was begun, in UTC.
        ended_at: When it ended, None so far.
        error: What it raised, the user's own object; None for nothing so far.
        traceback: The same as Python prints it, without secrets and frames of this package.
        is_shown: Whether something shows it in its end, or has: then nothing else shows its decks.

    Example:
        >>> run = double.run(a=2)
        >>> run.result()
        4
    """

    def __init__(self, entity: Any, inputs: dict[str, Any], how: RunOptions) -> None:
        self.entity = entity
        self.how = how
        taken = {**entity.interface.defaults, **inputs}
        self.inputs = {
            name: described(taken[name]) for name in entity.interface.inputs if name in taken
        }
        self.outputs: dict[str, str] = {}
        self._given: dict[str, Any] | None = inputs  # let go when it has ended
        self._listeners: Installed[Callable[[Run], None]] = Installed()
        self.on_change = self._listeners.add
        """Call a function with this run after each change; what this returns ends that.

        It is called in the thread in which something changed, and has to be quick.
        """
        self.progress = Progress(self._tell)
        self._execution = WorkflowExecution.begin(
            getattr(entity, "options_of_runs", None), how=how, progress=self.progress
        )
        self.started_at: datetime = self._execution.started_at
        self.id = RUN_IDS.new(self.started_at)
        self.ended_at: datetime | None = None
        self.phase = Phase.QUEUED
        self.error: BaseException | None = None
        self.traceback = ""
        self.is_shown = False
        self._value: Any = None
        self._tell_over: Callable[[], None] | None = None
        self._lock = threading.Lock()  # held by `with` alone, which an interrupt cannot break
        self._ended_by: int | None = None  # the thread
        self._heard = HeardInterrupts(self._execution.team)
        self._end = Latch()

    @property
    def name(self) -> str:
        """Name of what is run."""
        return str(self.entity.name)

    @property
    def kind(self) -> str:
        """``task``, ``workflow``, ``launch plan`` and so on."""
        return kind_of(self.entity)

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._end.is_released

    @property
    def execution_id(self) -> WorkflowExecutionIdentifier:
        """The execution that it is."""
        return self._execution.execution_id

    @property
    def is_cancelling(self) -> bool:
        """Whether it is to end, by `cancel` or an interrupt, and has not ended so far."""
        return not self.phase.is_over and self._execution.team.is_stopped

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return ((self.ended_at or datetime.now(timezone.utc)) - self.started_at).total_seconds()

    def start(self) -> Run:
        """Begin it in the background and return at once."""
        thread = threading.Thread(
            target=copy_context().run, args=(self._lead,), daemon=True, name=f"run of {self.name}"
        )
        try:
            self._begin()
            start_thread(thread, lambda error: self._finish(error=error))
        except KeyboardInterrupt as error:  # its caller does not get it, and could not end it
            self._execution.team.begin_nothing()
            self._finish(error=error)
            raise
        return self

    def run_here(self) -> Run:
        """Run it in this thread to its end, whatever that is.

        Raises:
            KeyboardInterrupt: It was interrupted; it is ABORTED then.
        """
        __tracebackhide__ = True
        try:
            with raised_here(), self._heard:
                self._begin()
                self._lead()
        except KeyboardInterrupt as error:  # of what is around the tasks
            self._finish(error=error)
            raise
        if isinstance(self.error, KeyboardInterrupt):
            raise self.error
        return self

    def wait(self, timeout: float | None = None) -> Run:
        """Wait for its end, whatever that is; an interrupt cancels it, the next one forces that.

        Args:
            timeout: Seconds, after which it goes on unwatched.

        Raises:
            KeyboardInterrupt: It was interrupted, and has ended.
        """
        __tracebackhide__ = True
        try:
            self._end.wait(timeout)
        except KeyboardInterrupt as error:
            self.cancel()
            try:
                self._end.wait(None)
            except KeyboardInterrupt:
                self.cancel(force=True)
            raise error.with_traceback(beginning_of(self.entity))  # noqa: B904 - the same
        return self

    def result(self, timeout: float | None = None) -> Any:
        """Wait for its end and return its value.

        Args:
            timeout: Seconds to wait.

        Raises:
            BaseException: What it raised, the user's own exception.
            TimeoutError: It goes on still.
        """
        __tracebackhide__ = True
        self.wait(timeout)
        if not self.done:
            raise TimeoutError(f"{self.name} runs still, after {timeout:g} s")
        if self.error is not None:
            raise self.error
        return self._value

    def cancel(self, *, force: bool = False) -> None:
        """Ask it to end: what runs is interrupted, nothing more is begun. Returns at once.

        A call to the system cannot be taken out of its thread: where nothing else goes on after
        some seconds, the run ends without it.

        Args:
            force: Do not wait for anything that does not end. Isolated tasks are killed.
        """
        if self.done:
            return
        self._execution.team.begin_nothing()  # seen at once, whenever the thread gets to it
        self._tell()
        threading.Thread(target=self._stop, daemon=True).start()
        if force:
            self._execution.team.interrupt_again()
            self._finish(error=KeyboardInterrupt("forced to end"))
            self._end.wait(_AT_MOST_S)  # where it ends in its own thread just now, that is written

    def _stop(self) -> None:
        self._execution.team.stop()
        if self._execution.team.has_left:
            self._finish(error=KeyboardInterrupt(_LEFT))

    def __await__(self) -> Generator[Any, None, Any]:
        from .awaited import awaited

        return awaited(self).__await__()

    def _begin(self) -> None:
        with self._lock:
            if self.phase is not Phase.QUEUED:
                raise InvalidValueError(
                    f"the run of {self.name} has begun already", hint="make another one"
                )
            self.phase = Phase.RUNNING
        self._tell_over = RUN_BEGAN.tell(self)
        self._tell()

    def _lead(self) -> None:
        """Run it in this thread, and note how that ended."""
        __tracebackhide__ = True
        output = KeptOutput()
        try:
            output.begin()
            followed = Followed(self.entity, self._execution, self.inputs)
            value, outputs = followed.run(dict(self._given or {}))
            self._execution.team.check()  # it may have made nothing of an interrupt
        except BaseException as error:  # noqa: BLE001 - kept for who asks for the result
            self._finish(error=error)
        else:
            self._finish(value, outputs)
        finally:
            try:
                output.end()
            except KeyboardInterrupt:  # inside of it, or before its first line
                output.end()
                raise
            finally:
                self._execution.team.leave(threading.current_thread())

    def _finish(
        self,
        value: Any = None,
        outputs: dict[str, str] | None = None,
        error: BaseException | None = None,
    ) -> None:
        with self._lock:
            # It was forced to end before, or is just now: that is told to the end by who began.
            if self.done or self._ended_by not in (None, threading.get_ident()):
                return
            self._ended_by = threading.get_ident()
            if not self.phase.is_over:
                self._note_end(value, outputs or {}, error)
            tell_over, self._tell_over = self._tell_over, None
        try:
            if tell_over is not None:
                tell_over()
        finally:  # whoever waits goes on, also when that was interrupted
            self._end.release()
            self._tell()

    def _note_end(self, value: Any, outputs: dict[str, str], error: BaseException | None) -> None:
        phase = Phase.SUCCEEDED
        if error is not None:
            # Whatever was made of an interrupt, that is why it ended.
            phase = Phase.ABORTED if self._execution.team.is_stopped else phase_of(error)
        why = _LEFT if self._execution.team.has_left else ""
        self.progress.close(phase if phase is not Phase.SUCCEEDED else Phase.ABORTED, why)
        self.ended_at = datetime.now(timezone.utc)
        self._value, self.error, self._given = value, error, None
        self.outputs = outputs
        if error is not None:
            self.traceback = traced(error)
        self.phase = phase

    def _tell(self) -> None:
        for function in self._listeners.items:
            try:
                function(self)
            except Exception:  # who looks must not change what the run does
                _logger.exception("a function that follows the run of %s failed", self.name)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Show it as it is now, as the history shows it."""
        from flyte_nb.run.history.describe_run import record_of

        self.is_shown = self.is_shown or self.phase.is_over
        return record_of(self).shown()

    def __repr__(self) -> str:
        said = f": {error_in_words(self.error)}" if self.error is not None else ""
        phase = "cancelling" if self.is_cancelling else self.phase.value
        return f"<run of {self.kind} {self.name}, {phase}{said}>"
