"""Decks on their way from the process of an attempt to here, fragment by fragment."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.context.decks import DeckCollection
from flyte_nb.decks import Deck
from flyte_nb.decks.timeline import TimeLineDeck

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.context import ExecutionParameters

    Send = Callable[[str, Any], None]

NEW, FRAGMENT, PART = "deck", "fragment", "part"


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
