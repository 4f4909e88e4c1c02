"""The logger that tasks write to, and how a notebook shows it."""

from __future__ import annotations

import logging
import sys
import warnings
from contextlib import suppress
from typing import Any

from flyte_nb.config import LocalSDK
from flyte_nb.errors import ConfigError, InvalidValueError

from .current import running
from .leak_guard import LEAK_GUARD
from .task_log import fields, shortened


class _OfTheTask(logging.Filter):
    """Lets every record pass, without secrets and with the run that it belongs to.

    Whichever handler writes it, and where to: ``flyte_execution``, ``flyte_task`` and
    ``flyte_attempt`` are attributes of the record.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if LEAK_GUARD.is_active:
            _mask(record)
        context = running()
        if context is not None:
            task = context.task_id
            record.flyte_execution = getattr(context.execution_id, "name", None)
            record.flyte_task = None if task is None else task.name
            record.flyte_attempt = context.attempt
            with suppress(Exception):  # a wrong format is for the handler to report
                context.log.add(record)
        return True


def _mask(record: logging.LogRecord) -> None:
    with suppress(Exception):
        text = record.getMessage()
        if (masked := LEAK_GUARD.mask(text)) != text:
            record.msg, record.args = masked, None
    if record.exc_info and not record.exc_text:
        trace = logging.Formatter().formatException(record.exc_info)
        if (masked := LEAK_GUARD.mask(trace)) != trace:
            record.exc_text = masked  # formatters take it as it is
    for name, value in fields(record).items():
        if (masked := LEAK_GUARD.mask(value)) != value:
            setattr(record, name, masked)


_of_the_task = _OfTheTask()


class _TaskLogger(logging.Logger):
    """A logger whose children's records are masked and kept too: filters do not see these."""

    def getChild(self, suffix: str) -> Any:  # noqa: N802 - the base's name
        child = super().getChild(suffix)
        child.addFilter(_of_the_task)  # adding it twice adds it once
        return child


def _task_logger() -> logging.Logger:
    kind = logging.getLoggerClass()
    logging.setLoggerClass(_TaskLogger)
    try:
        return logging.getLogger("flyte_nb.task")
    finally:
        logging.setLoggerClass(kind)


TASK_LOGGER = _task_logger()
TASK_LOGGER.addFilter(_of_the_task)


def task_level() -> int:
    """Return the least severe level that is shown; the default when the setting is wrong."""
    try:
        return int(LocalSDK.LOGGING_LEVEL.in_force())
    except (InvalidValueError, ConfigError) as error:
        warnings.warn(str(error), stacklevel=2)
        return int(LocalSDK.LOGGING_LEVEL.default)


class LevelFollower:
    """Keeps a logger at the level of the configuration; one that the user set stays."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._level = task_level()
        logger.setLevel(self._level)

    def update(self) -> None:
        """Take over a level that has changed in the configuration."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # said once; %flyte_config says it again
            level = task_level()
        if level != self._level:
            self._level = level
            self._logger.setLevel(level)


class _WithFields(logging.Formatter):
    """Writes what came by ``extra=`` behind the message, as ``name=value``."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the base's name
        pairs = (f"{name}={shortened(value)}" for name, value in fields(record).items())
        return " ".join([super().formatMessage(record), *pairs])


class CellHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Shows records under the cell that runs.

    Steps back while the root logger has handlers of its own: they show the records.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(_WithFields("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))

    def flush(self) -> None:
        """Leave it to the stream when it writes: a kernel takes half a millisecond for it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write to the `sys.stdout` of now: the kernel may replace it.

        Not to stderr, which notebooks paint red: most of what a task logs is no error.
        """
        if logging.getLogger().handlers:
            return
        self.setStream(sys.stdout)
        super().emit(record)
