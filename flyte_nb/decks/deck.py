"""One named report that a task writes to."""

from __future__ import annotations

from html import escape
from typing import Any

from flyte_nb.context import running
from flyte_nb.errors import InvalidValueError

from .render import to_html


class Deck:
    """A report of the running task (flytekit's ``Deck``).

    Outside of tasks it belongs to nobody and shows itself as the last expression of a cell.

    Args:
        name: What its tab says.
        html: First content; see `append`.
        auto_add_to_deck: Whether it joins the decks of the running task.

    Example:
        >>> Deck("summary", "<h3>All good</h3>").append(frame)
    """

    __slots__ = ("_fragments", "_name")

    def __init__(self, name: str, html: Any = "", auto_add_to_deck: bool = True) -> None:  # noqa: FBT001, FBT002 - flytekit's signature
        if not isinstance(name, str):
            raise InvalidValueError(f"the name of a deck is text, not {name!r}")
        self._name = name
        # A list, joined when looked at: appending to one string copies it each time.
        self._fragments: list[str] = []
        if html is not None:
            self.append(html)
        if auto_add_to_deck and (context := running()) is not None:
            context.add_deck(self)

    def append(self, html: Any) -> Deck:
        """Add to the end.

        Args:
            html: HTML text, or anything that a notebook shows: a table, a figure, an image.
        """
        fragment = html if type(html) is str else to_html(html)
        if fragment:
            self._fragments.append(fragment)
        return self

    @property
    def name(self) -> str:
        """What its tab says."""
        return self._name

    @property
    def html(self) -> str:
        """Everything appended so far."""
        return "\n".join(self._fragments)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was appended."""
        return not self._fragments

    def __repr__(self) -> str:
        return f"Deck({self._name!r}, {len(self._fragments)} fragments)"

    def _repr_html_(self) -> str:
        from .page import Tab, document, embed

        page = document([Tab(name=self._name, html=self.html)], title=self._name)
        return embed(page, title=f"Deck {self._name}")


def html_of(deck: Deck) -> str:
    """Return the content of *deck*; of one whose class cannot make it, what went wrong."""
    try:
        html: Any = deck.html
    except Exception as error:  # noqa: BLE001 - a subclass may make it of anything
        why = f"{type(error).__name__} when its html was made"
    else:
        if isinstance(html, str):
            return html
        why = f"its html is {type(html).__name__}, not text"
    return f"<p>This deck cannot be shown: {escape(why)}</p>"
