"""The content of a page of decks: one text after the other, and which of them each deck is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .library import PACKED

if TYPE_CHECKING:
    from collections.abc import Iterator

# Neither can be in an HTML document: UTF-8 has no lone surrogates, and parsers drop NUL.
_UNENCODABLE = re.compile("[\0\ud800-\udfff]")
_LIBRARY = re.compile(f"{re.escape(PACKED)}[^<>]*>")
_END = "</script>"

_LONG = 1_000_000  # characters, from which on to compare or to join costs as much as to write
_CHUNK = 1 << 18  # characters that are encoded at a time: a whole text would be there twice


class Segments:
    """Texts in their order, each once: decks of many tasks share their libraries and more.

    Attributes:
        texts: They.
        lengths: Their lengths in UTF-16, as a browser counts.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.lengths: list[int] = []
        self._numbers: dict[str, int] = {}

    def add(self, html: str | list[str]) -> list[int]:
        """Take the content of a deck in; return which texts it is made of.

        Args:
            html: All of it, or its pieces, which stand on lines of their own. A library that is no
                piece is not found among them.
        """
        parts = split_libraries(encodable(html)) if isinstance(html, str) else _parts(html)
        return [self._number(text, is_library or len(text) < _LONG) for is_library, text in parts]

    def _number(self, text: str, may_be_shared: bool) -> int:  # noqa: FBT001 - of this class alone
        if may_be_shared and text in self._numbers:
            return self._numbers[text]
        self.texts.append(text)
        self.lengths.append(_utf16(text))
        number = len(self.texts) - 1
        if may_be_shared:
            self._numbers[text] = number
        return number


def _parts(pieces: list[str]) -> Iterator[tuple[bool, str]]:
    """Yield the same as `split_libraries` of all *pieces*; what is long is not copied for it."""
    short: list[str] = []
    for piece in pieces:
        if len(piece) < _LONG and not piece.startswith(PACKED):
            short.append(piece)
            continue
        if short:
            yield False, encodable("\n".join((*short, "")))
        yield piece.startswith(PACKED), encodable(piece)
        short = [""]  # for the line feed, if there is more
    if text := "\n".join(short):
        yield False, encodable(text)


def split_libraries(html: str) -> Iterator[tuple[bool, str]]:
    """Yield parts of *html*, each with whether it is a packed library."""
    if PACKED not in html:  # in half of the time that the expression takes
        if html:
            yield False, html
        return
    begin = 0
    # Not by one expression: it would look for the end of each from its beginning to the end of all.
    while library := _LIBRARY.search(html, begin):
        if (end := html.find(_END, library.end())) < 0:
            break
        if begin < library.start():
            yield False, html[begin : library.start()]
        begin = end + len(_END)
        yield True, html[library.start() : begin]
    if begin < len(html):
        yield False, html[begin:]


def _utf16(text: str) -> int:
    return len(text) if text.isascii() else sum(map(len, _in_utf16(text))) // 2


def _in_utf16(text: str) -> Iterator[bytes]:
    """Yield *text* as a browser has it.

    Raises:
        UnicodeEncodeError: It cannot.
    """
    return (chunk.encode("utf-16-le") for chunk in _chunks(text))


def utf8_bytes(text: str) -> int:
    """Return how many bytes *text* takes in a file."""
    if text.isascii():
        return len(text)
    return sum(len(chunk.encode(errors="replace")) for chunk in _chunks(text))


def _chunks(text: str) -> Iterator[str]:
    return (text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK))


def encodable(text: str) -> str:
    """Return *text* as a document has it: with a mark in place of what none can have.

    Line ends are those that parsers make of all.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Most need nothing, and an expression takes a hundred times as long to find that out.
    return text if "\0" not in text and _is_encodable(text) else _UNENCODABLE.sub("\ufffd", text)


def _is_encodable(text: str) -> bool:
    try:
        _utf16(text)
    except UnicodeEncodeError:
        return False
    return True
