"""What is new in a deck, piece by piece and without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.context.leak_guard import LEAK_GUARD

from .deck import Deck, html_of
from .lazy import LazyDeck
from .segments import encodable

if TYPE_CHECKING:
    from collections.abc import Iterator

# A deck that is drawn anew as a whole is told so up to this size; from then on when it has
# doubled: all that is sent stays in proportion to the deck.
_REDRAWN_CHARACTERS = 64 * 1024


class LivePieces:
    """Reads a deck that grows, from its first piece on; each call goes on where the last ended.

    A value may be cut anywhere, also between two pieces: a piece that may end in one is held back
    until the next is there.

    Args:
        deck: One that is made when somebody looks at it is not: that may cost something.

    Attributes:
        is_drawn: Whether a piece stands for the whole deck, not for what is new in it.
    """

    __slots__ = ("_deck", "_drawn", "_mask", "_read", "_spent", "_waits", "is_drawn")

    def __init__(self, deck: Deck) -> None:
        self._deck = deck
        self._mask = LEAK_GUARD.stream(tags=True)
        self._waits = ""
        self._read = 0
        self._drawn = ""
        self._spent = 0
        # By a class of its own, as a timeline.
        self.is_drawn = type(deck).html is not Deck.html or isinstance(deck, LazyDeck)

    def take(self, most: int | None = None) -> Iterator[str]:
        """Yield what is new as HTML.

        Args:
            most: How many pieces are read; all by default.
        """
        if not self.is_drawn:
            yield from self._appended(most)
        elif not isinstance(self._deck, LazyDeck) and (html := self._redrawn()):
            yield html

    def again(self) -> Iterator[str]:
        """Yield what was taken so far; of a deck that is drawn, as it was drawn last."""
        if not self.is_drawn:
            yield from LivePieces(self._deck).take(self._read)
        elif self._drawn:
            yield self._drawn

    def _appended(self, most: int | None) -> Iterator[str]:
        # One at a time: who takes only some finds the others again.
        for piece in self._deck.pieces(self._read)[:most]:
            self._read += 1
            # The page at the end has a line feed between two pieces.
            self._waits += self._mask.feed(f"{encodable(str(piece))}\n")
            if not self._mask.holds:
                shown, self._waits = self._waits, ""
                yield shown

    def _redrawn(self) -> str:
        if self._deck.is_empty:
            return ""
        html = LEAK_GUARD.mask(encodable(html_of(self._deck)), tags=True)
        is_small = self._spent + len(html) <= _REDRAWN_CHARACTERS
        if html == self._drawn or not (is_small or len(html) >= 2 * len(self._drawn)):
            return ""
        self._drawn = html
        self._spent += len(html)
        return html
