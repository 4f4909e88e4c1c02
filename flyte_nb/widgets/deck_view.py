"""Decks under the cell whose tasks make them, growing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import traitlets

from flyte_nb.decks.live_page import live_page

from ._base import STATIC
from ._replaced import ReplacedWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.decks.live import LiveDecks

# What a page needs that cannot ask: one in a front end whose questions wait for the end of the
# cell. It has missed what was told before its script was there.
_REPEATED_AFTER_S = (1.0, 4.0)
_MOST_REPEATED = 256 * 1024  # characters
_ON_ITS_WAY_S = 5.0  # a page that hears nothing asks later than that once more


class DeckView(ReplacedWidget):
    """Shows decks while they grow.

    What is new goes to all pages once; to one that asks goes what there is so far.

    Args:
        live: The decks.
        clock: Seconds.
    """

    _esm = STATIC / "deck_view.js"

    kept = traitlets.Unicode().tag(sync=True)
    page = traitlets.Unicode().tag(sync=True)
    so_far = traitlets.Dict().tag(sync=True)

    def __init__(self, live: LiveDecks, clock: Callable[[], float] = time.monotonic) -> None:
        self._decks: LiveDecks | None = live
        self._clock = clock
        self._seq = 0
        self._answered: tuple[Any, ...] | None = None  # the last question, and when
        self._answered_at = 0.0
        self._repeats = [clock() + delay for delay in _REPEATED_AFTER_S]
        first = live.news()  # no message, which would be there before who hears it
        self._told = _characters(first)
        super().__init__(kept=uuid4().hex, page=live_page(), so_far={"seq": 0, "changes": first})

    def __repr__(self) -> str:
        return "<decks that grow>"

    @property
    def told(self) -> int:
        """How much was told so far, in characters."""
        return self._told

    def update(self) -> bool:
        """Send what is new; return whether there is more of it."""
        with self._lock:
            if self._decks is None:
                return False
            if changes := self._decks.news():
                self._tell(changes)
            if self._repeats and self._clock() >= self._repeats[0]:
                self._repeats.pop(0)
                self._repeat()
            return bool(changes)

    def _tell(self, changes: list[dict[str, Any]]) -> None:
        self._seq += 1
        self._told += _characters(changes)
        self.send({"type": "news", "seq": self._seq, "changes": changes})

    def _repeat(self) -> None:
        """Put what there is so far where a page finds it without a question."""
        if self._told <= _MOST_REPEATED:
            changes = [change for message in self._everything() for change in message]
            self.so_far = {"seq": self._seq, "changes": changes}

    def _everything(self) -> list[list[dict[str, Any]]]:
        assert self._decks is not None  # noqa: S101 - asked for before the end
        for changes in self._decks.rest():
            self._tell(changes)
        return [changes for changes in self._decks.everything() if changes]

    def _take(self, message: dict[str, Any]) -> None:
        """Answer question number ``question`` of a page that has seen message number ``seq``.

        One that only asks whether it has seen all hears a number: what is on its way to it
        comes before the answer, and need not be sent twice.
        """
        if message.get("type") != "hello":
            return
        self._repeats.clear()  # it can ask
        page = str(message.get("page", ""))
        if message.get("look"):
            self.send({"type": "at", "to": page, "seq": self._seq})
            return
        question, now = (page, message.get("question")), self._clock()
        if question == self._answered and now < self._answered_at + _ON_ITS_WAY_S:
            return  # it was asked again before the answer was there
        self._answered, self._answered_at = question, now
        messages = [] if message.get("seq") == self._seq else self._everything()
        to = {"type": "all", "to": page, "seq": self._seq}
        for number, changes in enumerate(messages):
            self.send({**to, "changes": changes, "first": number == 0, "last": False})
        self.send({**to, "changes": [], "first": False, "last": True})

    def _let_go(self) -> None:
        self._decks = None
        self.page, self.so_far = "", {}


def _characters(changes: list[dict[str, Any]]) -> int:
    return sum(len(html) for change in changes for html in change.get("html", ()))
