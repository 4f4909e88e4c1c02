"""Decks on their way from the process of an attempt to here, fragment by fragment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.context.decks import DeckCollection
from flyte_nb.decks import Deck
from flyte_nb.decks.timeline import TimeLineDeck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flyte_nb.context import ExecutionParameters

    Send = Callable[[str, Any], None]

NEW, FRAGMENT, PART = "deck", "fragment", "part"


class SentDecks(DeckCollection):
    """The decks of an attempt, each told when it is made and whenever something is appended.

    Args:
        send: Tells it.
    """

    __slots__ = ("_send",)

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send

    def add(self, deck: Any) -> None:
        """Add a deck that was made here."""
        super().add(deck)
        if not isinstance(deck, Deck) or isinstance(deck._fragments, _Told):  # noqa: SLF001
            return  # of another package, or added twice
        number, is_timeline = len(self.all), isinstance(deck, TimeLineDeck)
        self._send(NEW, (number, deck.name, is_timeline))
        deck._fragments = _Told(self._send, FRAGMENT, number, deck._fragments)  # noqa: SLF001
        if isinstance(deck, TimeLineDeck):
            deck.time_info = _Told(self._send, PART, number, deck.time_info)


class _Told(list[Any]):
    """A list that tells what it gets."""

    def __init__(self, send: Send, kind: str, number: int, items: Iterable[Any]) -> None:
        super().__init__()
        self._send, self._kind, self._number = send, kind, number
        for item in items:
            self.append(item)

    def append(self, item: Any) -> None:
        super().append(item)
        self._send(self._kind, (self._number, item))


class ReceivedDecks:
    """Makes the same decks in the context of the attempt here.

    Args:
        context: That context.
    """

    def __init__(self, context: ExecutionParameters) -> None:
        self._context = context
        self._decks: dict[int, Deck] = {}

    def take(self, kind: str, payload: Any) -> None:
        """Take in a message of one of the kinds above."""
        if kind == NEW:
            number, name, is_timeline = payload
            make = TimeLineDeck if is_timeline else Deck
            deck = self._decks[number] = make(name, auto_add_to_deck=False)
            self._context.add_deck(deck)
            return
        number, item = payload
        deck = self._decks[number]
        if kind == FRAGMENT:
            deck.append(item)
        elif isinstance(deck, TimeLineDeck):
            deck.append_time_info(item)
