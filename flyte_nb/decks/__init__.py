"""Decks: HTML reports of a task, what can stand in them, and the page that shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.context.decks import set_deck_kinds
from flyte_nb.later import later

from .deck import Deck
from .field import DeckField
from .timeline import TimeLineDeck, timeit

if TYPE_CHECKING:
    from .registry import register_renderer as register_renderer
    from .renderers import ArrowRenderer as ArrowRenderer
    from .renderers import MarkdownRenderer as MarkdownRenderer
    from .renderers import PythonDependencyRenderer as PythonDependencyRenderer
    from .renderers import Renderable as Renderable
    from .renderers import SourceCodeRenderer as SourceCodeRenderer
    from .renderers import TopFrameRenderer as TopFrameRenderer

__all__ = [
    "ArrowRenderer",
    "Deck",
    "DeckField",
    "MarkdownRenderer",
    "PythonDependencyRenderer",
    "Renderable",
    "SourceCodeRenderer",
    "TimeLineDeck",
    "TopFrameRenderer",
    "register_renderer",
    "timeit",
]
_LATER = {
    "ArrowRenderer": "renderers",
    "MarkdownRenderer": "renderers",
    "PythonDependencyRenderer": "renderers",
    "Renderable": "renderers",
    "SourceCodeRenderer": "renderers",
    "TopFrameRenderer": "renderers",
    "register_renderer": "registry",
}

__getattr__ = later(__name__, _LATER)


def _page(groups: Any) -> Any:
    from .pages import page_of

    return page_of(groups)


set_deck_kinds(default=Deck, timeline=TimeLineDeck, page=_page)
