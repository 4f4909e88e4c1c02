"""The decks of one attempt, seen from below: what they show is not known here."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import ContextStateError
from flyte_nb.installed import Installed

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from .scope import RunScope

    Attempted = tuple[RunScope, int]
    Made = Callable[[RunScope, int, "DeckCollection"], None]
    Grew = Callable[[Any], None]
    Group = tuple[str, tuple[Any, ...]]
    MakePage = Callable[[Sequence[Group]], Any]

_DEFAULT, _TIMELINE = "default", "Timeline"  # the second as flytekit writes it
_MOST_TASKS = 30  # whose decks are kept, of an execution with more tasks
_kinds: dict[str, type[Any]] = {}
_page: list[MakePage] = []
_making = threading.RLock()
_made: Installed[Made] = Installed()
on_deck = _made.add
"""Call a function with run, number and decks of an attempt when it makes one; it has to be quick.

What this returns ends that.
"""
_logger = logging.getLogger(__name__)


def set_deck_kinds(default: type[Any], timeline: type[Any], page: MakePage) -> None:
    """Say what the decks are that every context has, and what shows several on one page."""
    _kinds.update({_DEFAULT: default, _TIMELINE: timeline})
    _page[:] = [page]


class DeckCollection:
    """Decks in the order in which they were made.

    Args:
        decks: Those that there are already.
        below: The decks of the attempt that this is a context of, which get what is made here.
        attempt: The run and the number of its attempt whose decks these are; None for no attempt.
    """

    __slots__ = ("_attempt", "_below", "_of_context", "_of_last_run", "_watchers", "all")

    def __init__(
        self,
        decks: list[Any] | None = None,
        below: DeckCollection | None = None,
        attempt: Attempted | None = None,
    ) -> None:
        self._attempt = attempt
        self._below = below
        self._of_context: dict[str, Any] = {}
        self._of_last_run: tuple[Hashable, tuple[Group, ...]] = (None, ())
        self._watchers: tuple[Grew, ...] = ()
        self.all: list[Any] = [] if decks is None else decks

    def add(self, deck: Any) -> None:
        """Add a deck that was made here."""
        self.all.append(deck)
        if self._below is not None:
            self._below.add(deck)
        if self._attempt is not None and _made.items:
            _tell(self._attempt, self)
        for grew in self._watchers:
            _follow(deck, grew)

    def watch(self, grew: Grew) -> None:
        """Call *grew* with each deck: when it joins, and after each piece that is appended to it.

        It is called in the thread that appends; what it has not seen yet are the last ``pieces``.
        """
        with _making:
            self._watchers = (*self._watchers, grew)
            for deck in list(self.all):
                _follow(deck, grew)

    def keep(self, execution: Hashable, task: str, decks: Iterable[Any]) -> None:
        """Keep the decks of a task that was called here, for `page`.

        Those of the same execution stay with them, those of an earlier one go.
        """
        with _making:
            last, groups = self._of_last_run
            before = groups if last == execution else ()
            self._of_last_run = execution, (*before, (task, tuple(decks)))[-_MOST_TASKS:]

    def page(self) -> Any:
        """Return one page of the decks that were made here and those of the last execution.

        Raises:
            ContextStateError: Nothing can show decks: only where this module alone was imported.
        """
        if not _page:
            raise _nothing_imported()
        own = (("", tuple(self.all)),) if self.all else ()
        return _page[0]((*own, *self._of_last_run[1]))

    def default(self) -> Any:
        """Return the deck named ``default``, the same at each call; make it at the first."""
        return self._get(_DEFAULT)

    def timeline(self) -> Any:
        """Return the deck named ``Timeline``, the same at each call; make it at the first."""
        return self._get(_TIMELINE)

    def _get(self, name: str) -> Any:
        with _making:
            if name not in self._of_context:
                kind = _kind(name)
                made = next((d for d in self.all if isinstance(d, kind) and d.name == name), None)
                if made is None:
                    made = kind(name, auto_add_to_deck=False)
                    self.add(made)
                self._of_context[name] = made
            return self._of_context[name]


def _kind(name: str) -> type[Any]:
    try:
        return _kinds[name]
    except KeyError:
        raise _nothing_imported() from None


def _follow(deck: Any, grew: Grew) -> None:
    if hasattr(deck, "watch"):  # else of another package
        deck.watch(grew)
        grew(deck)


def _tell(attempt: Attempted, decks: DeckCollection) -> None:
    scope, number = attempt
    for made in _made.items:
        try:
            made(scope, number, decks)
        except Exception:  # showing a deck must not end the task
            _logger.exception("the decks of attempt %d cannot be shown as they grow", number + 1)


def _nothing_imported() -> ContextStateError:
    return ContextStateError("there are no decks here", hint="import flyte_nb.decks")
