"""Looks at a run again and again while it goes on, at a bounded rate."""

from __future__ import annotations

import logging
import threading
import time
from contextvars import copy_context
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.run.handle.run import Run

SOONEST_S = 0.1
_IDLE_S = 0.25  # in which what is printed is noticed
_SHARE = 10  # of the time that a look takes, passes before the next one
_LATEST_S = 3.0  # in which who looks is told that the run goes on

_logger = logging.getLogger(__name__)


class Follower:
    """Calls *look* while *run* goes on, and *ended* when it has ended, in a thread of its own.

    Args:
        run: May begin later.
        look: Shows what is new; called at most ten times a second, and less often where it
            takes long.
        ended: Called once, after a last look.
    """

    def __init__(
        self, run: Run, look: Callable[[], object], ended: Callable[[], object] = lambda: None
    ) -> None:
        self._run = run
        self._look = look
        self._ended = ended
        self._changed = threading.Event()
        self._is_given_up = False
        self._is_over = threading.Event()  # nothing is slept through then
        self._stop = run.on_change(self._note)
        # In a copy of the context, by which a kernel knows the cell that this belongs to.
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._follow,), daemon=True, name="flyte_nb shows"
        )
        self._thread.start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until everything is shown; return whether it is."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def give_up(self) -> None:
        """Look no more: the run will not begin."""
        self._is_given_up = True
        self._is_over.set()
        self._changed.set()

    def _note(self, run: Run) -> None:
        if run.done:
            self._is_over.set()
        self._changed.set()

    def _follow(self) -> None:
        try:
            while not (self._run.done or self._is_given_up):
                self._changed.wait(_IDLE_S)
                self._changed.clear()
                began = time.monotonic()
                self._look()
                spent = time.monotonic() - began
                self._is_over.wait(max(SOONEST_S - spent, min(_SHARE * spent, _LATEST_S)))
            self._look()
        except Exception:  # showing a run must not change what it does
            _logger.exception("the run of %s cannot be shown any more", self._run.name)
        finally:
            self._stop()
            self._ended()
