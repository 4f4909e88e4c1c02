"""The decks of one run, seen from below: what they show is not known here."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class DeckCollection:
    """Decks in the order in which they were made.

    Args:
        new_deck: Makes a deck of a name, without adding it anywhere.
    """

    __slots__ = ("_default", "_lock", "_new_deck", "all")

    def __init__(self, new_deck: Callable[[str], Any]) -> None:
        self._new_deck = new_deck
        self._lock = threading.Lock()
        self._default: Any = None
        self.all: list[Any] = []

    def default(self) -> Any:
        """Return the deck named ``default``, the same at each call; make it at the first."""
        with self._lock:
            if self._default is None:
                self._default = self._new_deck("default")
                self.all.append(self._default)
            return self._default
