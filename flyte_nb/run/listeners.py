"""Who is told that a run has ended."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .record import Run


_logger = logging.getLogger(__name__)


class Listeners:
    """Functions that are called with each run worth showing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._functions: tuple[Callable[[Run], None], ...] = ()

    def __bool__(self) -> bool:
        return bool(self._functions)

    def subscribe(self, function: Callable[[Run], None]) -> Callable[[], None]:
        """Call *function* from now on; return what ends that."""
        with self._lock:
            self._functions = (*self._functions, function)
        return lambda: self._remove(function)

    def tell(self, run: Run) -> None:
        """Hand *run* to everybody."""
        for function in self._functions:
            try:
                function(run)
            except Exception:  # showing a run must not change what the run returns
                _logger.exception("a listener failed for the run of %s", run.task_name)

    def _remove(self, function: Callable[[Run], None]) -> None:
        with self._lock:
            self._functions = tuple(f for f in self._functions if f is not function)


RUN_ENDED = Listeners()
