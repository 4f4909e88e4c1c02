"""Who is told that a run has ended."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from flyte_nb.installed import Installed

if TYPE_CHECKING:
    from collections.abc import Callable

    from .handle.run import Run
    from .record import TaskRun

    Beginning = Callable[["Run"], Callable[[], None] | None]

T = TypeVar("T")
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


class Observers:
    """Functions that are called with each run that is held, once it has begun.

    What one returns is called when the run is over, before those go on who wait for that.
    """

    def __init__(self) -> None:
        self._functions: Installed[Beginning] = Installed()
        self.subscribe = self._functions.add
        """Call a function from now on; what this returns ends that."""

    def tell(self, run: Run) -> Callable[[], None]:
        """Hand *run* to everybody; return what tells them that it is over."""
        found = [_safely(run, partial(function, run)) for function in self._functions.items]
        endings = [ending for ending in found if ending is not None]

        def tell_over() -> None:
            for ending in endings:
                _safely(run, ending)

        return tell_over


def _safely(run: Run, function: Callable[[], T]) -> T | None:
    try:
        return function()
    except Exception:  # what looks at a run must not change it
        _logger.exception("an observer failed for the run of %s", run.name)
        return None


RUN_ENDED = Listeners()
RUN_BEGAN = Observers()
