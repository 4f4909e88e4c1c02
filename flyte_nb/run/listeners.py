"""Who is told that a run has ended."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flyte_nb.installed import Installed

if TYPE_CHECKING:
    from collections.abc import Callable

    from .record import TaskRun


_logger = logging.getLogger(__name__)


class Listeners:
    """Functions that are called with each run worth showing."""

    def __init__(self) -> None:
        self._functions: Installed[Callable[[TaskRun], None]] = Installed()
        self.subscribe = self._functions.add
        """Call a function from now on; what this returns ends that."""

    def __bool__(self) -> bool:
        return bool(self._functions.items)

    def tell(self, run: TaskRun) -> None:
        """Hand *run* to everybody."""
        for function in self._functions.items:
            try:
                function(run)
            except Exception:  # showing a run must not change what the run returns
                _logger.exception("a listener failed for the run of %s", run.task_name)


RUN_ENDED = Listeners()
