"""The page of all decks of a context."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.display import visible

from .deck import Deck, pieces_of
from .output import decks_html, lost_html
from .page import Tab, document, document_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from typing_extensions import Self

_TITLE = "Flyte decks"
_HINT = "Path('decks.html').write_text(…) keeps all of it"


class DeckPage(str):
    """A page of decks: the text of an HTML file, which a notebook shows as what it is.

    Args:
        tabs: The decks.
        title: What they are of, any text.
        whole: Writes a file with all of them, for decks too large to be saved in a notebook; see
            `decks_html`.
        hint: How a user gets all of them.
        lost: Names of those that are not even there.
    """

    __slots__ = ("_hint", "_lost", "_masked", "_tabs", "_title", "_whole")

    _hint: str
    _lost: tuple[str, ...]
    _tabs: tuple[Tab, ...]
    _title: str
    _whole: Callable[[Sequence[str] | None], Path | None] | None
    _masked: int  # how many secrets were known when the text was made

    def __new__(
        cls,
        tabs: Sequence[Tab],
        title: str = _TITLE,
        whole: Callable[[Sequence[str] | None], Path | None] | None = None,
        hint: str = _HINT,
        lost: Sequence[str] = (),
    ) -> Self:
        """Make the text."""
        masked = LEAK_GUARD.count
        page = super().__new__(cls, document(tabs, title=title))
        page._masked = masked
        page._tabs, page._title, page._whole, page._hint = tuple(tabs), title, whole, hint
        page._lost = tuple(lost)
        return page

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)

    def _repr_html_(self) -> str:
        shown = decks_html(
            self._tabs,
            title=self._title,
            page=(self,) if self._masked == LEAK_GUARD.count else None,
            whole=self._whole,
            hint=self._hint,
        )
        return shown + lost_html(self._lost)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001 - IPython's
        # A shell shows text by what it has registered for `str`, unless there is this.
        names = ", ".join(visible(LEAK_GUARD.mask(tab.name)) for tab in self._tabs)
        printer.text(f"Decks: {names or 'none'}")


def page_of(groups: Sequence[tuple[str, Sequence[Any]]]) -> str:
    """Return the decks of several tasks as one page, which a notebook shows.

    Elsewhere it is text alone: a `DeckPage` is a copy of the text that is made first.

    Args:
        groups: Name of the task, empty for none, and its decks.
    """
    tabs, title = _tabs_of(groups)
    return DeckPage(tabs, title) if _is_notebook() else document(tabs, title=title)


def page_parts(groups: Sequence[tuple[str, Sequence[Any]]]) -> Sequence[str]:
    """Return the texts that the same page is made of, for a file."""
    tabs, title = _tabs_of(groups)
    return document_parts(tabs, title=title)


def _tabs_of(groups: Sequence[tuple[str, Sequence[Any]]]) -> tuple[list[Tab], str]:
    several = len(groups) > 1
    tabs = [
        Tab(name=deck.name, html=partial(pieces_of, deck), group=group if several else "")
        for group, decks in groups
        for deck in decks
        if isinstance(deck, Deck) and not deck.is_empty
    ]
    return tabs, groups[0][0] or _TITLE if len(groups) == 1 else _TITLE


def _is_notebook() -> bool:
    """Return whether a shell shows what a cell ends with; nothing is imported to know that."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None
