"""The decks of one attempt, seen from below: what they show is not known here."""

from __future__ import annotations

import threading
from typing import Any

from flyte_nb.errors import ContextStateError

_DEFAULT, _TIMELINE = "default", "Timeline"  # the second as flytekit writes it
_kinds: dict[str, type[Any]] = {}
_making = threading.RLock()


def set_deck_kinds(default: type[Any], timeline: type[Any]) -> None:
    """Say what the decks are that every context has."""
    _kinds.update({_DEFAULT: default, _TIMELINE: timeline})


class DeckCollection:
    """Decks in the order in which they were made.

    Args:
        decks: Those that there are already.
        below: The decks of the attempt that this is a context of, which get what is made here.
    """

    __slots__ = ("_below", "_of_context", "all")

    def __init__(self, decks: list[Any] | None = None, below: DeckCollection | None = None) -> None:
        self._below = below
        self._of_context: dict[str, Any] = {}
        self.all: list[Any] = [] if decks is None else decks

    def add(self, deck: Any) -> None:
        """Add a deck that was made here."""
        self.all.append(deck)
        if self._below is not None:
            self._below.add(deck)

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
        raise ContextStateError("there are no decks here", hint="import flyte_nb.decks") from None
