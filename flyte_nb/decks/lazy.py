"""A deck that is made when somebody looks at it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from .deck import Deck
from .problem import problem

if TYPE_CHECKING:
    from collections.abc import Callable

_making = threading.RLock()


class LazyDeck(Deck):
    """A deck whose content costs something, or nobody may want.

    Args:
        name: What its tab says.
        make: Puts the content into a deck; called once, then let go with all that it holds.
    """

    __slots__ = ("_is_making", "_make")

    def __init__(self, name: str, make: Callable[[Deck], None]) -> None:
        self._make: Callable[[Deck], None] | None = make
        self._is_making = False
        super().__init__(name, auto_add_to_deck=False)

    def pieces(self, start: int = 0) -> list[Any]:
        """Return its content, made now if it was not yet."""
        self._look()
        return super().pieces(start)

    @property
    def is_empty(self) -> bool:
        """Whether it is known to have nothing to show."""
        return self._make is None and super().is_empty

    def _look(self) -> None:
        with _making:
            if self._make is None or self._is_making:  # the latter: what makes it looks at it
                return
            self._is_making = True
            try:
                self._make(self)
            except Exception as error:  # noqa: BLE001 - what shows a task ends none
                self.append(problem(f"the deck {self.name} cannot be made", error))
            finally:
                self._make = None  # last: until here nobody knows whether it will be empty

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as a plain deck: what it is made of stays here."""
        return Deck, (self.name, self.html, False)
