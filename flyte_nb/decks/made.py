"""The decks that a task has without a line of its own: inputs, outputs, source, dependencies."""

from __future__ import annotations

import inspect
import typing
from html import escape
from typing import TYPE_CHECKING, Any

from .lazy import LazyDeck
from .problem import note
from .registry import to_function
from .render import render, text_html
from .renderers import Renderable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .deck import Deck
    from .library import Drawing


def values_deck(name: str, values: Mapping[str, Callable[[], str | Drawing]]) -> LazyDeck:
    """Return a deck that shows each of *values* under its name.

    Args:
        name: What its tab says.
        values: What shows each, as `shown` does, when the deck is looked at; by the names of the
            inputs or outputs that they are.
    """

    def make(deck: Deck) -> None:
        for each, show in values.items():
            deck.append(f"<h3>{escape(each)}</h3>")
            deck.append(show())

    return LazyDeck(name, make)


def shown(value: Any, declared: Any = None) -> str | Drawing:
    """Return an input or an output as HTML; a text is one, whatever it looks like.

    Args:
        value: The value.
        declared: Its type, in which a renderer may be; none by default.
    """
    if typing.get_origin(declared) is typing.Annotated:
        for metadata in declared.__metadata__:
            if isinstance(metadata, Renderable):
                return render(value, to_function(metadata))
    return text_html(value) if isinstance(value, str) else render(value)


def source_deck(name: str, function: Callable[..., Any]) -> LazyDeck:
    """Return a deck that shows the source of *function*."""

    def make(deck: Deck) -> None:
        from .renderers import SourceCodeRenderer

        try:
            source = inspect.getsource(function)
        except (OSError, TypeError):
            deck.append(note("There is no source: it was not written in a cell or a file."))
        else:
            deck.append(SourceCodeRenderer().to_html(source))

    return LazyDeck(name, make)


def dependencies_deck(name: str) -> LazyDeck:
    """Return a deck that shows which packages are installed."""

    def make(deck: Deck) -> None:
        from .renderers import PythonDependencyRenderer

        deck.append(PythonDependencyRenderer().to_html())

    return LazyDeck(name, make)
