"""Shows the decks of running tasks, and what tasks left when their cell has ended."""

from __future__ import annotations

import logging
import threading
import time
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from IPython.display import display

from flyte_nb.context.decks import on_deck
from flyte_nb.run.history.calls import KEPT_CALLS
from flyte_nb.run.listeners import RUN_BEGAN, RUN_ENDED

from .deck_cell import CellDecks

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from contextlib import ExitStack

    from IPython.core.interactiveshell import InteractiveShell

    from flyte_nb.context.decks import DeckCollection
    from flyte_nb.context.scope import RunScope
    from flyte_nb.run import TaskRun
    from flyte_nb.run.handle.run import Run

_SOONEST_S = 0.1
_LATEST_S = 5.0  # also where a deck that is drawn anew each time takes long
_SHARE = 4  # times as long as a look took passes before the next one
_logger = logging.getLogger(__name__)


class CellDisplay:
    """Shows what the tasks of a cell make: decks while they grow, a report in the end.

    One thread looks at the decks, as long as there are tasks that run and have some.

    Args:
        shell: Where it is shown.
        undo: Takes it away.
    """

    def __init__(self, shell: InteractiveShell, undo: ExitStack) -> None:
        self._shell = shell
        self._lock = threading.Lock()  # for what follows, and never for long
        self._cell = CellDecks(shell, copy_context())  # the one with %load_ext
        self._earlier: tuple[CellDecks, ...] = ()  # whose tasks go on
        self._runs: dict[Hashable, CellDecks] = {}  # that go on, by execution: where they began
        self._thread: threading.Thread | None = None
        self._views = threading.RLock()  # one at a time shows something
        undo.callback(RUN_ENDED.subscribe(self._add_run))
        if hasattr(shell, "kernel"):
            undo.callback(self._close)
            undo.callback(RUN_BEGAN.subscribe(self._begin_run))
            undo.callback(on_deck(self._begin_task))
            self._hear_of_clearing(undo)

    def begin_cell(self) -> None:
        """Show from now on below the cell that begins."""
        with self._lock:
            if self._cell.is_shown or self._is_active(self._cell):
                self._earlier = (*self._earlier, self._cell)
            self._cell = CellDecks(self._shell, copy_context())

    def end_cell(self) -> None:
        """Show what the cell that just ended has left, whether it failed or not."""
        with self._views:
            self._cell.has_ended = True
            if not self._is_active(self._cell) and self._cell.is_shown:
                self._finish(self._cell)
                return
            runs = self._cell.runs  # which stay in the view, as do those that go on
            stay = set(self._runs)
            self._cell.live.forget(  # the others are in the report
                lambda task: (
                    task.is_over
                    and task.scope.execution_id not in stay
                    and not runs.has(task.scope.execution_id)
                )
            )
            if report := self._cell.report.take():
                display(report)
                KEPT_CALLS.keep(report.records())

    def _add_run(self, run: TaskRun) -> None:
        """Keep *run* for the end of its cell; show it at once when that has ended before it."""
        with self._lock:
            # The last one first, as executions may all have one name; most often there is no other.
            cells = (self._cell, *self._earlier) if self._earlier else ()
            cell = next((one for one in cells if one.live.is_part(run.execution_id)), self._cell)
        cell.report.add(run)
        if cell.has_ended and not cell.is_shown and (report := cell.report.take()):
            cell.show(report)
            KEPT_CALLS.keep(report.records())

    def _finish(self, cell: CellDecks) -> None:
        report = cell.report.take()
        cell.finish(report)
        KEPT_CALLS.keep(report.records())

    @property
    def _cells(self) -> tuple[CellDecks, ...]:
        return (*self._earlier, self._cell)

    def _is_active(self, cell: CellDecks) -> bool:
        if cell.live.is_running:
            return True
        return bool(self._runs) and not self._runs.keys().isdisjoint(cell.live.executions())

    def _begin_task(self, scope: RunScope, number: int, decks: DeckCollection) -> None:
        with self._lock:
            cell = self._runs.get(scope.within)  # where the tasks before it are, and those after
            if cell is None:
                cell = next((one for one in self._earlier if one.live.has(scope)), self._cell)
            elif cell not in self._cells:
                self._earlier = (*self._earlier, cell)
            cell.live.begin(scope, number, decks)
            if self._thread is None:
                thread = threading.Thread(
                    target=self._follow, daemon=True, name="flyte_nb shows decks"
                )
                thread.start()  # first: one that an interrupt kept from it would never go
                self._thread = thread

    def _begin_run(self, run: Run) -> Callable[[], None]:
        execution = run.execution_id
        with self._lock:
            cell = self._runs[execution] = self._cell

        def over() -> None:
            with self._lock:
                if not run.is_shown and cell.is_shown and execution in cell.live.executions():
                    cell.runs.add(run)
                # The record has them, where it is shown; else what was left behind goes.
                cell.live.forget(
                    lambda task: (
                        task.scope.execution_id == execution and (run.is_shown or not task.is_over)
                    )
                )
                self._runs.pop(execution, None)

        return over

    def _follow(self) -> None:
        try:
            while self._goes_on():
                began = time.monotonic()
                with self._views:
                    for cell in self._cells:
                        self._look(cell)
                spent = time.monotonic() - began
                time.sleep(min(max(_SOONEST_S, _SHARE * spent), _LATEST_S))
        except Exception:  # showing decks must not change what the tasks do
            _logger.exception("decks cannot be shown as they grow")
            with self._lock:
                self._thread = None

    def _look(self, cell: CellDecks) -> None:
        cell.look()
        if cell.has_ended and cell.is_shown and not self._is_active(cell):
            self._finish(cell)

    def _goes_on(self) -> bool:
        """Return whether there is something to look at; else the thread is over."""
        with self._lock:
            kept = [cell for cell in self._earlier if cell.is_shown or self._is_active(cell)]
            self._earlier = tuple(kept)
            if self._earlier or self._cell.is_shown or self._is_active(self._cell):
                return True
            self._thread = None
            return False

    def _hear_of_clearing(self, undo: ExitStack) -> None:
        publisher: Any = self._shell.display_pub

        def hear(message: dict[str, Any]) -> dict[str, Any]:
            if message["msg_type"] == "clear_output":
                with self._views:
                    self._cell.was_cleared()
            return message

        publisher.register_hook(hear)
        undo.callback(publisher.unregister_hook, hear)

    def _close(self) -> None:
        with self._views:
            for cell in self._cells:
                cell.finish()
