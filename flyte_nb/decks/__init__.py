"""Decks: HTML reports of a task, and the page that shows them."""

from __future__ import annotations

from flyte_nb.context.decks import set_deck_kinds

from .deck import Deck
from .timeline import TimeLineDeck, timeit

__all__ = ["Deck", "TimeLineDeck", "timeit"]

set_deck_kinds(default=Deck, timeline=TimeLineDeck)
