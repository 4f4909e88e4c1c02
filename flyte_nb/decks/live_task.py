"""A task whose decks grow, its attempts and their decks."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from .deck import Deck
from .field import DeckField
from .live_deck import LiveDeck
from .page import UNTITLED
from .timeline import TimeLineDeck

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.context.decks import DeckCollection
    from flyte_nb.context.scope import RunScope

    Change = dict[str, Any]


class LiveTask:
    """One run of a task.

    Args:
        scope: The run.
        since: When it made its first deck, by the clock of who looks.

    Attributes:
        is_gone: Whether it is not shown any more.
        groups: Its attempts on the page, those that have something to show.
    """

    __slots__ = ("_attempts", "_name", "groups", "is_gone", "scope", "since")

    def __init__(self, scope: RunScope, since: float) -> None:
        self.scope = scope
        self.since = since
        self.is_gone = False
        self._name = ""
        self._attempts: dict[int, DeckCollection] = {}
        self.groups: dict[int, LiveGroup] = {}

    def begin(self, number: int, decks: DeckCollection) -> None:
        """Take in the decks of attempt *number*."""
        self._attempts.setdefault(number, decks)

    @property
    def name(self) -> str:
        """Name of the task."""
        if not self._name:
            task = self.scope.identify(self.scope.execution_id)
            self._name = "" if task is None else task.name
        return self._name

    @property
    def is_over(self) -> bool:
        """Whether it has ended, with all its attempts."""
        return self.scope.workspace.was_closed

    @property
    def has_content(self) -> bool:
        """Whether a deck of it has something to show."""
        attempts = list(self._attempts.values())
        return any(any(self._shown(decks)) for decks in attempts)

    def look(self, numbers: Iterator[int]) -> Iterator[Change]:
        """Yield the heads of attempts and decks that have come.

        Args:
            numbers: Gives each of them its number on the page.
        """
        for number, decks in list(self._attempts.items()):
            for deck in self._shown(decks):
                if (group := self.groups.get(number)) is None:
                    group = self.groups[number] = LiveGroup(next(numbers))
                if not group.has(deck):
                    yield group.add(deck, next(numbers))

    def label(self, number: int, *, several: bool) -> str:
        """Return what the tab of attempt *number* says, in the words of the page at the end.

        Args:
            number: From 0.
            several: Whether there are other tasks beside it.
        """
        attempt = f"Attempt {number + 1}" if len(self.groups) > 1 else ""
        return ", ".join(filter(None, (self.name if several else "", attempt)))

    def _shown(self, decks: DeckCollection) -> Iterator[Deck]:
        for deck in list(decks.all):
            if isinstance(deck, Deck) and not deck.is_empty and not self._is_left_out(deck):
                yield deck

    def _is_left_out(self, deck: Deck) -> bool:
        """Return whether the page at the end will not have it: the task says so."""
        wanted = self.scope.deck_fields
        is_timeline = isinstance(deck, TimeLineDeck) and deck.name == DeckField.TIMELINE.value
        return bool(self.scope.enable_deck) and is_timeline and DeckField.TIMELINE not in wanted


class LiveGroup:
    """The decks of one attempt on the page.

    Args:
        number: Of this group on the page.

    Attributes:
        label: What its tab says.
        decks: Its decks, in the order in which they had something to show.
    """

    __slots__ = ("_known", "_names", "_number", "_numbers", "decks", "label")

    def __init__(self, number: int) -> None:
        self._number = number
        self._known: set[int] = set()
        self._names: set[str] = set()
        self._numbers: dict[str, count[int]] = {}  # what the next deck of a name is told by
        self.label: str | None = None
        self.decks: list[LiveDeck] = []

    @property
    def head(self) -> Change:
        """What makes its tab, or has it say something else."""
        return {"group": self._number, "label": self.label}

    @property
    def end(self) -> Change:
        """What takes it away, with its decks."""
        return {"group": self._number, "close": True}

    def has(self, deck: Deck) -> bool:
        """Return whether *deck* is one of them."""
        return id(deck) in self._known

    def add(self, deck: Deck, number: int) -> Change:
        """Take in a deck; return its head.

        Args:
            deck: The deck.
            number: Its own on the page.
        """
        self._known.add(id(deck))  # its collection holds it
        plain = deck.name if deck.name.strip() else UNTITLED
        name, numbers = plain, self._numbers.setdefault(plain, count(2))
        while name in self._names:
            name = f"{plain} ({next(numbers)})"
        self._names.add(name)
        self.decks.append(LiveDeck(self._number, number, deck, name))
        return self.decks[-1].head
