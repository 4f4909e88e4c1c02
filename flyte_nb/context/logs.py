"""The logger that tasks write to, and how a notebook shows it."""

from __future__ import annotations

import logging
import sys

from flyte_nb.config import LocalSDK

TASK_LOGGER = logging.getLogger("flyte_nb.task")


class CellHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Shows records under the cell that runs.

    Steps back while the root logger has handlers of its own: they show the records.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write to the `sys.stdout` of now: the kernel may replace it.

        Not to stderr, which notebooks paint red: most of what a task logs is no error.
        """
        if logging.getLogger().handlers or record.levelno < LocalSDK.LOGGING_LEVEL.read():
            return
        self.setStream(sys.stdout)
        super().emit(record)
