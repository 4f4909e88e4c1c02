"""Decks: HTML reports of a task, and the page that shows them."""

from __future__ import annotations

from .deck import Deck

__all__ = ["Deck"]
