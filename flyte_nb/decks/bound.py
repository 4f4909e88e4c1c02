"""Decks cut so that what a saved notebook has of them stays within a limit."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .page import Tab, document, embed
from .problem import note
from .segments import split_libraries, utf8_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_GROWS_BY = 4  # bytes, of "&" and "'", which are escaped where a page stands in an attribute
_NOTE_BYTES = 600  # what a cut deck says of that
_BEGINNING = 1 << 20  # bytes of a deck that is too large to be kept, beside its libraries
_LEAST = 4_000  # bytes that each deck has, before the libraries of charts have any


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounded:
    """What is shown.

    Attributes:
        tabs: Decks, some of them cut.
        cut: Names of those, with their whole sizes.
        left_out: How many decks are not shown at all.
    """

    tabs: tuple[Tab, ...]
    cut: tuple[str, ...] = ()
    left_out: int = 0


def saved_bytes(html: str) -> int:
    """Return how many bytes *html* takes in the file of a notebook."""
    return len(json.dumps(html, ensure_ascii=False).encode(errors="replace"))


def megabytes(size_bytes: int) -> str:
    """Return a size in the unit of the limit.

    Example:
        >>> megabytes(2_000_000)
        '2.0 MB'
    """
    return f"{max(size_bytes / 1e6, 0.1):,.1f} MB"


def bounded(tabs: Sequence[Tab], limit_bytes: int) -> Bounded:
    """Return as much of *tabs* as a page of *limit_bytes* holds.

    Libraries that draw charts come first, as nothing is seen of a chart without; then small decks
    are whole, and the others share what is left alike, from their beginning on.
    """
    shown = [_Deck(tab, limit_bytes) for tab in _as_many_as_fit(tabs, limit_bytes)]
    room = limit_bytes - _skeleton_bytes([deck.tab for deck in shown])
    libraries = _libraries_that_fit(shown, room - _LEAST * len(shown))
    room -= sum(map(_cost, libraries))
    for place, deck in enumerate(sorted(shown, key=lambda deck: deck.cost)):
        deck.fit(max(0, room // (len(shown) - place)), libraries)
        room -= deck.cost
    return Bounded(
        tabs=tuple(replace(deck.tab, html=deck.shown) for deck in shown),
        cut=tuple(f"{deck.tab.name} ({deck.size})" for deck in shown if deck.is_cut),
        left_out=len(tabs) - len(shown),
    )


def beginning(html: str, limit_bytes: int) -> str:
    """Return the beginning of the content of a deck, below a line that says how much that is.

    Args:
        html: All of it.
        limit_bytes: What it may take, with the libraries that draw its charts.
    """
    deck = _Deck(Tab(name="", html=html), limit_bytes)
    libraries = _libraries_that_fit([deck], limit_bytes - _LEAST)
    deck.fit(min(_BEGINNING, limit_bytes - sum(map(_cost, libraries))), libraries)
    return deck.shown


class _Deck:
    """One deck, its libraries apart.

    Args:
        tab: The deck.
        limit_bytes: What costs more is not measured any further.
    """

    def __init__(self, tab: Tab, limit_bytes: int) -> None:
        whole = tab.content()  # masked before it is cut: half a secret is not found
        parts = list(split_libraries(whole))
        self.tab = tab
        self.libraries = list(dict.fromkeys(text for is_library, text in parts if is_library))
        self._own = "".join(text for is_library, text in parts if not is_library)
        self._whole = self.shown = whole
        self.cost = len(self._own) if len(self._own) > limit_bytes else _cost(self._own)
        self.is_cut = False

    @property
    def size(self) -> str:
        return megabytes(utf8_bytes(self._whole))

    def fit(self, share: int, libraries: Iterable[str]) -> None:
        """Cut it to *share* bytes, beside its libraries, of which there are *libraries*."""
        had = [library for library in self.libraries if library in libraries]
        if self.cost <= share and len(had) == len(self.libraries):
            return
        self.is_cut = True
        room = share - _NOTE_BYTES
        own = self._own if self.cost <= room else _beginning(self._own, max(0, room))
        self.cost = min(self.cost + _NOTE_BYTES, share)
        part = megabytes(utf8_bytes(own))
        said = f"The first {part} of {self.size} are shown"
        if len(had) < len(self.libraries):
            said += f", without what draws {'some of ' if had else ''}its charts"
        self.shown = note(f"{said}.") + "".join(had) + own


def _libraries_that_fit(decks: Iterable[_Deck], room: int) -> set[str]:
    """Return the libraries that have room, those of most decks first."""
    found: set[str] = set()
    uses = Counter(library for deck in decks for library in deck.libraries)
    for library, _ in uses.most_common():
        if (cost := _cost(library)) <= room:
            found.add(library)
            room -= cost
    return found


def _as_many_as_fit(tabs: Sequence[Tab], limit_bytes: int) -> Sequence[Tab]:
    """Return the first tabs, as many as take half of the limit at most, without their content."""
    one, two = _skeleton_bytes(tabs[:1]), _skeleton_bytes(tabs[:2])
    each = max(1, two - one + _NOTE_BYTES)
    return tabs[: max(1, 1 + (limit_bytes // 2 - one) // each)]


def _skeleton_bytes(tabs: Sequence[Tab]) -> int:
    page = document([replace(tab, html="") for tab in tabs], title="")
    return saved_bytes(embed(page, title=""))


def _cost(html: str) -> int:
    return saved_bytes(html) + _GROWS_BY * (html.count("&") + html.count("'"))


def _beginning(html: str, share: int) -> str:
    """Return the beginning of a deck, up to the end of a tag and outside of a script."""
    part = html[:share]  # a character costs a byte at least
    while part and (cost := _cost(part)) > share:
        part = part[: min(len(part) * share // cost, len(part) - 1)]
    part = part[: part.rfind(">") + 1] or part
    lower = part.lower()
    for tag in ("script", "style"):
        if (begin := lower.rfind(f"<{tag}")) > lower.rfind(f"</{tag}"):
            part = part[:begin]
    return part
