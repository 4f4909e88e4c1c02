"""The context of an attempt in a process of its own, and what it tells while it runs."""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import os
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyte_nb.context import AttemptParameters, RunScope, SecretsManager, TaggableStats, Workspace
from flyte_nb.context.checkpoint.attempts import Call, RunCheckpoints
from flyte_nb.context.current import install_base, run_in, running
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.context.stats.recorder import Recorder
from flyte_nb.context.task_log import fields
from flyte_nb.errors import SecretNotFoundError
from flyte_nb.run.outputs import describe_outputs
from flyte_nb.run.recovery import injected_failure, is_recoverable

from .decks import SentDecks

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from flyte_nb.context import ContextSettings, ExecutionParameters
    from flyte_nb.context.secrets.names import SecretName
    from flyte_nb.run.cell.last_value import SentValue
    from flyte_nb.run.isolation import Channel
    from flyte_nb.run.task import Task

    from .pod import Pod

LOG, STAT, CHECKPOINT, OUTPUTS, RECOVERABLE = "log", "stat", "checkpoint", "outputs", "recoverable"
LAST, SECRET = "last value", "secret"


class Body:
    """What is called in the process: the function of a task, whose value is checked there.

    Args:
        task: The task.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._given: tuple[tuple[Any, ...], dict[str, Any]] = (), {}
        functools.update_wrapper(self, task.function, updated=())

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as the task: by its name where that can be imported."""
        return Body, (self._task,)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it."""
        task, self._given = self._task, (args, kwargs)
        value = task.function(*args, **kwargs)
        if task.is_async:
            value = _run_to_end(value)
        return task.checked(value, running())

    def inputs(self) -> dict[str, Any]:
        """Return what it was called with, by name, defaults too."""
        args, kwargs = self._given
        inputs = inspect.signature(self._task.function).bind(*args, **kwargs)
        inputs.apply_defaults()
        return inputs.arguments


_NOT_THE_USERS = (os.path.dirname(asyncio.__file__), __file__)  # noqa: PTH120 - text is wanted


def _run_to_end(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run *coroutine*; what it raises has the frames of the loop taken away."""
    try:
        return asyncio.run(coroutine)
    except BaseException as error:  # noqa: BLE001 - raised again
        trace = error.__traceback__
        while trace and trace.tb_frame.f_code.co_filename.startswith(_NOT_THE_USERS):
            trace = trace.tb_next
        raise error.with_traceback(trace or error.__traceback__)  # noqa: B904 - the same one


class Inside:
    """Gives a call in the process of an attempt its context.

    Args:
        pod: Which attempt it is.
        body: What is called.
    """

    def __init__(self, pod: Pod, body: Body) -> None:
        self._pod = pod
        self._body = body

    def __call__(self, channel: Channel, call: Callable[[], Any]) -> Any:
        """Make *call*; what it leaves behind is told over *channel*."""
        pod = self._pod
        scope = _Scope(pod, channel, self._body.inputs)
        secrets = _Secrets(pod, channel)
        decks = SentDecks(channel.send)
        parameters = _Parameters(scope, pod.attempt, decks, secrets=secrets)
        install_base(_Session(pod.settings, parameters, scope.outputs))
        TASK_LOGGER.setLevel(pod.log_level)
        TASK_LOGGER.propagate = False
        TASK_LOGGER.addHandler(_ToCaller(channel))
        try:
            value = run_in(parameters, self._call, call, scope)
        except BaseException as error:
            channel.send(RECOVERABLE, is_recoverable(error))
            raise
        finally:
            decks.send_drawn()
        tracker = parameters.left_behind()[2]
        if tracker is not None:
            channel.send(OUTPUTS, describe_outputs(value, tracker, parameters))
        return value

    def _call(self, call: Callable[[], Any], scope: _Scope) -> Any:
        try:
            value = call()
        except BaseException:
            checkpoints = scope.run_checkpoints
            if checkpoints is not None and (failure := checkpoints.run_at_end()):
                TASK_LOGGER.warning("a checkpoint of this attempt was not saved: %s", failure)
            raise
        checkpoints = scope.run_checkpoints
        if checkpoints is not None and (failure := checkpoints.run_at_end()):
            raise failure
        if self._pod.fails:
            raise injected_failure(self._pod.attempt)
        return value


class _Scope(RunScope):
    """The run, in the process of one of its attempts."""

    __slots__ = ("_channel", "_lock", "_pod")

    def __init__(self, pod: Pod, channel: Channel, inputs: Callable[[], dict[str, Any]]) -> None:
        folder = Workspace(tempfile.gettempdir())
        super().__init__(
            settings=pod.settings,
            within=pod.execution_id,
            workspace=folder,
            outputs=folder,
            identify=lambda _: pod.task_id,
            started_at=pod.started_at,
            enable_deck=pod.enable_deck,
            secret_rules=pod.secret_rules,
            called=lambda: Call(
                task=pod.task_id.name,
                version=pod.task_id.version,
                origin=pod.origin,
                inputs=inputs(),
            ),
            path=pod.path,
            after_save=_fail_after_save if pod.fails else None,
            data_config=pod.data_config,
        )
        self._pod = pod
        self._channel = channel
        self._lock = threading.RLock()  # threads of the task may ask at once

    def checkpoints(self) -> RunCheckpoints:
        """Return the run's checkpoints: in their place on this machine, told to the caller."""
        with self._lock:
            if self.run_checkpoints is None:
                pod, send = self._pod, self._channel.send
                made = RunCheckpoints(
                    self,
                    root=Path(pod.checkpoints),
                    previous=pod.previous,
                    on_entry=lambda entry: send(CHECKPOINT, (entry.line, entry)),
                )
                send(CHECKPOINT, (made.line, None))
                self.run_checkpoints = made
            return self.run_checkpoints

    def send_value(self, value: SentValue) -> None:
        """Send the value of a cell's last expression."""
        self._channel.send(LAST, value)

    def new_stats(self) -> TaggableStats:
        """Return what takes metrics: they are counted by the caller."""
        return TaggableStats(Recorder(functools.partial(self._channel.send, STAT)))


class _Secrets(SecretsManager):
    """The secrets of the attempt, that tells which it has not declared, whoever catches that."""

    __slots__ = ("_channel",)

    def __init__(self, pod: Pod, channel: Channel) -> None:
        super().__init__(pod.secrets_config, pod.secret_rules)
        self._channel = channel

    def _check_declared(self, name: SecretName) -> None:
        try:
            super()._check_declared(name)
        except SecretNotFoundError:
            self._channel.send(SECRET, name.declaration)
            raise


class _Parameters(AttemptParameters):
    """The context of the attempt, whose folder is that which the process started in."""

    __slots__ = ("_folder",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._folder = os.getcwd()  # noqa: PTH109 - text is wanted

    @property
    def working_directory(self) -> str:
        """The folder that the process started in."""
        return self._folder


@dataclass(frozen=True, slots=True)
class _Session:
    """What stands under the task: threads that know no context see the attempt's too."""

    settings: ContextSettings
    parameters: ExecutionParameters
    outputs: Workspace


_SENT = (
    "created", "exc_text", "filename", "funcName", "levelname", "levelno", "lineno", "module",
    "msecs", "name", "pathname", "process", "processName", "relativeCreated", "stack_info",
    "thread", "threadName",
)  # fmt: skip


class _ToCaller(logging.Handler):
    """Sends what the task logs."""

    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self._channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        """Send *record* as text: what it was made of may not be known elsewhere."""
        try:
            if record.exc_info and not record.exc_text:
                record.exc_text = logging.Formatter().formatException(record.exc_info)
            sent = {name: getattr(record, name) for name in _SENT}
            self._channel.send(LOG, {**sent, "msg": record.getMessage(), **fields(record)})
        except Exception:  # noqa: BLE001 - how logging deals with it
            self.handleError(record)


def _fail_after_save(number: int) -> None:
    raise injected_failure(number, after_save=True)
