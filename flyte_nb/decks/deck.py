"""One named report that a task writes to."""

from __future__ import annotations

import logging
import threading
from html import escape
from typing import TYPE_CHECKING, Any

from flyte_nb.context import running
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .library import Library

    Grown = Callable[["Deck"], None]

_logger = logging.getLogger(__name__)
_adding = threading.Lock()  # a plot goes below its library, also where threads draw at a time


class _Watchers(tuple[Any, ...]):
    """Who is told; a deck that is copied or goes to another process leaves them behind."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return _Watchers, ()


class Deck:
    """A report of the running task (flytekit's ``Deck``).

    Outside of tasks it belongs to nobody and shows itself as the last expression of a cell.

    Args:
        name: What its tab says.
        html: First content; see `append`.
        auto_add_to_deck: Whether it joins the decks of the running task.

    Example:
        >>> Deck("summary", "<h3>All good</h3>").append(frame).append(figure)
    """

    __slots__ = ("_fragments", "_libraries", "_name", "_watchers")

    def __init__(self, name: str, html: Any = "", auto_add_to_deck: bool = True) -> None:  # noqa: FBT001, FBT002 - flytekit's signature
        if not isinstance(name, str):
            raise InvalidValueError(f"the name of a deck is text, not {name!r}")
        self._name = name
        # A list, joined when looked at: appending to one string copies it each time.
        self._fragments: list[str | Library] = []
        self._libraries: frozenset[str] = frozenset()
        self._watchers = _Watchers()
        if html is not None:
            self.append(html)
        if auto_add_to_deck and (context := running()) is not None:
            context.add_deck(self)

    def append(self, html: Any) -> Deck:
        """Add to the end.

        What cannot be shown is a line that says so, and ends no task.

        Args:
            html: HTML text, or anything that a notebook shows: a table, a figure, an image.

        Example:
            >>> current_context().default_deck.append(frame.describe())
        """
        if type(html) is not str:
            self._append_drawn(html)
        elif html:
            self._fragments.append(html)
        else:
            return self
        if self._watchers:
            self._tell()
        return self

    def _append_drawn(self, value: Any) -> None:
        from .library import Drawing, Library
        from .render import render

        drawn = value if isinstance(value, (Library, Drawing)) else render(value)
        if isinstance(drawn, str):
            if drawn:
                self._fragments.append(drawn)
            return
        libraries = (drawn,) if isinstance(drawn, Library) else drawn.libraries
        with _adding:
            missing = [each for each in libraries if each.key not in self._libraries]
            self._libraries |= {each.key for each in missing}
            self._fragments.extend(missing)
            if isinstance(drawn, Drawing):
                self._fragments.append(drawn.html)

    @property
    def name(self) -> str:
        """What its tab says."""
        return self._name

    @property
    def html(self) -> str:
        """Everything appended so far."""
        return "\n".join(map(str, self.pieces()))

    def pieces(self, start: int = 0) -> list[str | Library]:
        """Return what was appended, from piece number *start* on; `str` of each is its HTML."""
        return self._fragments[start:]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was appended."""
        return not self._fragments

    def watch(self, grew: Grown) -> None:
        """Call *grew* with this deck after each piece, in the thread that appends it."""
        self._watchers = _Watchers((*self._watchers, grew))

    def _tell(self) -> None:
        for grew in self._watchers:
            try:
                grew(self)
            except Exception:  # showing a deck must not end the task
                _logger.exception("a watcher of the deck %s failed", self._name)

    @staticmethod
    def publish() -> None:
        """Write the decks so far to where a pod writes them (flytekit's ``Deck.publish``).

        Only in a task with ``@task(enable_deck=True)``. What cannot be written is logged.

        Example:
            >>> current_context().default_deck.append("<p>epoch 3</p>").publish()
        """
        from .publish import publish

        publish()

    def __repr__(self) -> str:
        return f"Deck({LEAK_GUARD.mask(self._name)!r}, {len(self._fragments)} fragments)"

    def _repr_html_(self) -> str:
        from .output import decks_html
        from .page import Tab

        tab = Tab(name=self._name, html=self.html)
        return decks_html([tab], title=f"Deck {self._name}", hint="its .html is all of it")


def pieces_of(deck: Deck) -> list[str] | str:
    """Return the pieces whose lines are what `html_of` has; that, where a class draws it."""
    return [*map(str, deck.pieces())] if type(deck).html is Deck.html else html_of(deck)


def html_of(deck: Deck) -> str:
    """Return the content of *deck*; of one whose class cannot make it, what went wrong."""
    try:
        html: Any = deck.html
    # A subclass may make it of anything, and code that it calls may want to end the process. Not
    # caught is what ends a task from outside: an interrupt, a timeout.
    except (Exception, SystemExit) as error:  # noqa: BLE001
        why = f"{type(error).__name__} when its html was made"
    else:
        if isinstance(html, str):
            return html
        why = f"its html is {type(html).__name__}, not text"
    return f"<p>This deck cannot be shown: {escape(why)}</p>"
