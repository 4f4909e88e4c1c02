"""Decks on their way from the process of an attempt to here, fragment by fragment."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.context.decks import DeckCollection
from flyte_nb.decks import Deck
from flyte_nb.decks.deck import html_of
from flyte_nb.decks.timeline import TimeLineDeck

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.context import ExecutionParameters

    Send = Callable[[str, Any], None]

NEW, FRAGMENT, PART, DRAWN = "deck", "fragment", "part", "drawn deck"
_ALIKE = (Deck.html, TimeLineDeck.html)  # what makes the same of the same pieces on either side


class SentDecks(DeckCollection):
    """The decks of an attempt, each told when it is made and whenever something is appended.

    Args:
        send: Tells it.
    """

    __slots__ = ("_lock", "_send", "_sent")

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._lock = threading.Lock()  # pieces go in order, from whichever thread
        self._sent: dict[int, _Sent] = {}
        self.watch(self._grew)

    def _grew(self, deck: Any) -> None:
        if not isinstance(deck, Deck):
            return  # of another package
        with self._lock:
            sent = self._sent.get(id(deck))
            if sent is None:
                sent = self._sent[id(deck)] = _Sent(len(self._sent) + 1)
                self._send(NEW, (sent.number, deck.name, isinstance(deck, TimeLineDeck)))
            for piece in deck.pieces(sent.pieces):
                self._send(FRAGMENT, (sent.number, str(piece)))
                sent.pieces += 1
            for part in deck.time_info[sent.parts :] if isinstance(deck, TimeLineDeck) else ():
                self._send(PART, (sent.number, part))
                sent.parts += 1

    def send_drawn(self) -> None:
        """Tell what classes of the user's make of their decks: once, when the attempt has ended.

        Until then what was appended is shown.
        """
        with self._lock:
            for deck in list(self.all):
                sent = self._sent.get(id(deck))
                if sent is not None and type(deck).html not in _ALIKE and not deck.is_empty:
                    self._send(DRAWN, (sent.number, html_of(deck)))


@dataclass(slots=True)
class _Sent:
    """How much of a deck was told."""

    number: int
    pieces: int = 0
    parts: int = 0


class ReceivedDecks:
    """Makes the same decks in the context of the attempt here.

    Args:
        context: That context.
    """

    def __init__(self, context: ExecutionParameters) -> None:
        self._context = context
        self._decks: dict[int, _Deck] = {}

    def take(self, kind: str, payload: Any) -> None:
        """Take in a message of one of the kinds above."""
        if kind == NEW:
            number, name, is_timeline = payload
            make = _TimeLine if is_timeline else _Deck
            deck = self._decks[number] = make(name, auto_add_to_deck=False)
            self._context.add_deck(deck)
            return
        number, item = payload
        deck = self._decks[number]
        if kind == FRAGMENT:
            deck.append(item)
        elif kind == DRAWN:
            deck.become(item)
        elif isinstance(deck, _TimeLine):
            deck.append_time_info(item)


class _Deck(Deck):
    """A deck that was made in another process."""

    __slots__ = ()

    def become(self, html: str) -> None:
        """Have *html* in the place of what was appended."""
        self._fragments = [html]


class _TimeLine(_Deck, TimeLineDeck):
    """A line of time that was made in another process."""

    __slots__ = ()

    def become(self, html: str) -> None:
        """Have *html* in the place of its parts, too."""
        super().become(html)
        self.time_info = []
