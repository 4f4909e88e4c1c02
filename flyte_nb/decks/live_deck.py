"""A deck that grows on a page, as the side knows it that sends."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD

from .live_pieces import LivePieces
from .page import Tab
from .segments import encodable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .deck import Deck

    Change = dict[str, Any]


class LiveDeck:
    """Tells what is new in a deck, in messages of bounded size.

    A piece that is larger than a message is told in parts: where a message says ``more``, its last
    piece goes on with the first of the next one.

    Args:
        group: The group of tabs on the page to which it belongs.
        number: Its own on the page.
        deck: The deck.
        name: What its tab says.
    """

    __slots__ = ("_group", "_name", "_number", "_pieces", "_rest")

    def __init__(self, group: int, number: int, deck: Deck, name: str) -> None:
        self._group = group
        self._name = name
        self._number = number
        self._pieces = LivePieces(deck)
        self._rest = ""  # of a piece that was told in parts

    @property
    def head(self) -> Change:
        """What makes its tab; where it is ``drawn``, each piece stands for the whole of it."""
        return {
            "group": self._group,
            "deck": self._number,
            "name": LEAK_GUARD.mask(encodable(self._name)),
            "drawn": self._pieces.is_drawn,
        }

    def news(self, limit: int) -> tuple[Change, int] | None:
        """Return what is new and how large it is, up to *limit* characters; None for nothing."""
        rest, self._rest = self._rest, ""
        html: list[str] = []
        room = limit
        for piece in chain(filter(None, (rest,)), self._pieces.take()):
            html.append(piece[:room])
            self._rest = piece[room:]
            room -= len(html[-1])
            if room <= 0:
                break
        return (self._told(html, more=bool(self._rest)), limit - room) if html else None

    def rest(self, limit: int) -> Iterator[Change]:
        """Yield what is left of a piece that was told in part."""
        while self._rest:
            part, self._rest = self._rest[:limit], self._rest[limit:]
            yield self._told([part], more=bool(self._rest))

    def again(self, limit: int) -> Iterator[Change]:
        """Yield all that was told so far, once there is no `rest`."""
        html: list[str] = []
        room = limit
        for piece in self._pieces.again():
            left = piece
            while left:
                html.append(left[:room])
                left = left[room:]
                room -= len(html[-1])
                if room <= 0:
                    yield self._told(html, more=bool(left))
                    html, room = [], limit
        if html:
            yield self._told(html, more=False)

    def tab(self, group: str, most: int) -> Tab:
        """Return its first *most* characters, of what was told so far, as a tab of a page."""
        html = "".join(next((message["html"] for message in self.again(most)), ()))
        return Tab(name=self._name, html=html, group=group)

    def _told(self, html: list[str], *, more: bool) -> Change:
        return {"deck": self._number, "html": html, "more": more}
