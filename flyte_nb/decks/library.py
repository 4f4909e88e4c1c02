"""A script that plots are drawn by: megabytes, so a deck has it once however many plots it has."""

from __future__ import annotations

import base64
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

from .assets import asset
from .problem import problem

if TYPE_CHECKING:
    from collections.abc import Callable


_LONG = 100_000  # characters
PACKED = '<script data-packed="'
"""What the element of a packed library begins with."""


class Library:
    """One piece of a deck, whose text is made when the deck is looked at.

    In another process it is that text: what makes it may not be installed there.

    Args:
        key: Says which one it is: a deck takes each key once.
        make: Returns the script, without tags.
    """

    __slots__ = ("_make", "key")

    def __init__(self, key: str, make: Callable[[], str]) -> None:
        self.key = key
        self._make = make

    def __str__(self) -> str:
        try:
            return script_element(self._make())
        except Exception as error:  # noqa: BLE001 - a chart that cannot be drawn ends no task
            return problem("what draws the charts below cannot be had", error)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


@lru_cache(maxsize=4)
def script_element(script: str) -> str:
    """Return *script* as HTML; a long one packed, to be unpacked where it runs."""
    if len(script) < _LONG:
        return f"<script>{script}</script>"
    packed = base64.b64encode(zlib.compress(script.encode(), 9)).decode("ascii")
    return f'{PACKED}{packed}">{asset("deck_library.js")}</script>'


class Drawing:
    """A plot as HTML, and what has to be in the deck before it.

    Args:
        html: The plot alone.
        libraries: What its scripts call, in this order.
    """

    __slots__ = ("html", "libraries")

    def __init__(self, html: str, libraries: tuple[Library, ...]) -> None:
        self.html = html
        self.libraries = libraries
