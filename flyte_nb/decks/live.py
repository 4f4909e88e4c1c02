"""The decks of tasks that run, as messages that add up to what there is: without a page.

A message is a list of changes, each of them one of these, in the order in which they count::

    {"title": str, "growing": bool}                    of the whole page
    {"group": int, "label": str}                       a group of tabs: one attempt of a task
    {"group": int, "close": True}                      it goes, with its decks
    {"group": int, "deck": int, "name": str, "drawn": bool}     a tab
    {"deck": int, "html": [str], "more": bool}         what was appended to it
"""

from __future__ import annotations

import threading
import time
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.display import visible

from .how_shown import deck_display
from .live_task import LiveTask

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from flyte_nb.context.decks import DeckCollection
    from flyte_nb.context.scope import RunScope

    from .live_deck import LiveDeck
    from .live_task import LiveGroup
    from .page import Tab

    Change = dict[str, Any]

MOST_TASKS = 5  # whose decks are shown at a time; the last ones
MESSAGE = 128 * 1024  # characters: a page takes them in without a pause that anybody would notice
SOON_S = 0.3  # tasks that are over by then are shown when their cell ends, and only then


class LiveDecks:
    """Tells what changed in the decks of the tasks that it was told of.

    `begin`, `has`, `is_part` and `forget` may be called in any thread, all else in one at a time.

    Args:
        clock: Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._begun: list[LiveTask] = []  # and not shown so far
        self._shown: list[LiveTask] = []
        self._head: Change = {}
        self._numbers = count(1)
        self._turn = 0

    def begin(self, scope: RunScope, number: int, decks: DeckCollection) -> None:
        """Take in an attempt that has made a deck.

        Args:
            scope: The run that it is an attempt of.
            number: Of the attempt, from 0.
            decks: Its decks.
        """
        mode = deck_display().mode
        if mode == "off" or (scope.enable_deck is False and mode != "always"):
            return
        with self._lock:
            task = self._task(scope)
            if task is None:
                task = LiveTask(scope, self._clock())
                self._begun.append(task)
            task.begin(number, decks)

    def has(self, scope: RunScope) -> bool:
        """Return whether it was told of an attempt of this run."""
        with self._lock:
            return self._task(scope) is not None

    def is_part(self, execution: Hashable) -> bool:
        """Return whether it was told of a task of this execution, which may not be shown so far."""
        with self._lock:
            latest = chain(reversed(self._begun), self._shown)  # of many it is the last one
            return any(task.scope.execution_id == execution for task in latest)

    def forget(self, which: Callable[[LiveTask], bool]) -> None:
        """Show no more of those tasks for which *which* is true: something else does."""
        with self._lock:
            for task in self._tasks:
                task.is_gone = task.is_gone or which(task)

    @property
    def is_running(self) -> bool:
        """Whether a task is not over whose decks are shown, or may be soon."""
        with self._lock:
            return any(not (task.is_over or task.is_gone) for task in self._tasks)

    def has_any(self) -> bool:
        """Return whether there are decks to show: those that have been growing for a while."""
        self._settle()
        return any(not task.is_gone for task in self._shown)

    def executions(self) -> set[Hashable]:
        """Return the executions that the tasks are part of whose decks are shown."""
        return {task.scope.execution_id for task in self._shown if not task.is_gone}

    def news(self) -> list[Change]:
        """Return what changed since the last call, as far as it fits into one message.

        What did not fit comes with the next call: until it returns nothing.
        """
        self._settle()
        found = [
            group.end for task in self._shown if task.is_gone for group in task.groups.values()
        ]
        self._shown = [task for task in self._shown if not task.is_gone]
        for task in self._shown:
            found += task.look(self._numbers)
        found[:0] = self._new_labels()
        found += self._new_head()
        room = MESSAGE
        for deck in self._decks_in_turn():
            if room > 0 and (new := deck.news(room)) is not None:
                found.append(new[0])
                room -= new[1]
        return found

    def rest(self) -> Iterator[list[Change]]:
        """Yield what is left of pieces that were told in part."""
        for group in self._groups():
            for deck in group.decks:
                yield from ([change] for change in deck.rest(MESSAGE))

    def everything(self) -> Iterator[list[Change]]:
        """Yield all that was told so far, once there is no `rest`."""
        yield [self._head] if self._head else []
        for group in self._groups():
            yield [group.head, *(deck.head for deck in group.decks)]
            for deck in group.decks:
                yield from ([change] for change in deck.again(MESSAGE))

    def tabs(self, most: int) -> list[Tab]:
        """Return what was told so far as tabs of a page, up to *most* characters."""
        found: list[Tab] = []
        for group in self._groups():
            for deck in group.decks:
                if most <= 0:
                    return found
                found.append(deck.tab(group.label or "", most))
                most -= len(found[-1].content())
        return found

    @property
    def _tasks(self) -> list[LiveTask]:
        return [*self._begun, *self._shown]

    def _task(self, scope: RunScope) -> LiveTask | None:
        return next((task for task in self._tasks if task.scope is scope), None)

    def _groups(self) -> Iterator[LiveGroup]:
        for task in self._shown:
            yield from task.groups.values()

    def _decks_in_turn(self) -> list[LiveDeck]:
        """Return the decks, another one first at each call: none fills all messages."""
        decks = [deck for group in self._groups() for deck in group.decks]
        self._turn = (self._turn + 1) % max(1, len(decks))
        return decks[self._turn :] + decks[: self._turn]

    def _settle(self) -> None:
        """Find the tasks whose decks are shown from now on; keep their number within bounds."""
        due = self._clock() - SOON_S
        with self._lock:
            waiting = [task for task in self._begun if not (task.is_over or task.is_gone)]
            begun = [task for task in waiting if task.since <= due and task.has_content]
            self._begun = [task for task in waiting if task not in begun]
            self._shown += begun
            kept = [task for task in self._shown if not task.is_gone]
            kept.sort(key=lambda task: not task.is_over)  # those that run stay
            for task in kept[: max(0, len(kept) - MOST_TASKS)]:
                task.is_gone = True

    def _new_labels(self) -> Iterator[Change]:
        several = len(self._shown) > 1
        for task in self._shown:
            for number, group in task.groups.items():
                label = LEAK_GUARD.mask(visible(task.label(number, several=several)))
                if label != group.label:
                    group.label = label
                    yield group.head

    def _new_head(self) -> Iterator[Change]:
        names = {task.name for task in self._shown}
        title = f"Decks of {names.pop()}" if len(names) == 1 else "Decks"
        growing = any(not task.is_over for task in self._shown)
        head = {"title": LEAK_GUARD.mask(visible(title)), "growing": growing}
        if self._shown and head != self._head:
            self._head = head
            yield head
