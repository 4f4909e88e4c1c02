"""Text with colour codes or tags in it, which may cut a value in two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from flyte_nb.config.mask import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .matcher import Matcher, Span

# ECMA-48, 5.4; at the end of a piece of text such a code may be unfinished.
COLOURS = re.compile(rb"\x1b\[[0-?]*[ -/]*(?:[@-~]|\Z)|\x1b\Z")
TAGS = re.compile(rb"<[^<>]*>")
_MASK = MASK.encode()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """What one look at *data* found.

    Attributes:
        edits: Which places to replace, and by what; in order.
        visible_bytes: How much of the text is left to see, without markup.
        unfinished: Where a secret may begin that goes on after the end; the end if nowhere.
    """

    data: bytes
    edits: list[tuple[Span, bytes]]
    visible_bytes: int
    unfinished: int

    def masked(self, start: int = 0, end: int | None = None) -> bytes:
        """Return what is shown of ``data[start:end]``."""
        shown: list[bytes] = []
        end = len(self.data) if end is None else end
        for (first, last), replacement in self.edits:
            if last <= start:
                continue
            if first >= end:
                break
            shown += (self.data[start:first], replacement)
            start = max(start, last)
        return b"".join([*shown, self.data[start:end]])


def scan(matcher: Matcher, data: bytes, markup: re.Pattern[bytes] | None, *, goes_on: bool) -> Scan:
    """Look for secrets in *data*, with and without its *markup*.

    Args:
        matcher: What to look for.
        data: Text in UTF-8.
        markup: What may cut a value, None if nothing does.
        goes_on: Whether more text follows, so that the end matters.
    """
    direct = matcher.find(data)
    plain = data if markup is None else markup.sub(b"", data)
    is_plain = len(plain) == len(data)
    inner = direct if is_plain else matcher.find(plain)
    unfinished = len(plain)
    if goes_on:
        unfinished = matcher.unfinished(plain)
        # A place that is masked as a whole is shown as a whole.
        unfinished = next((a for a, b in inner if a < unfinished < b), unfinished)
    visible = len(plain) - sum(end - start for start, end in inner)
    if is_plain or markup is None:
        edits = [(span, _MASK) for span in direct]
    else:
        texts = list(_texts(markup, data)) if inner or unfinished < len(plain) else []
        hold, unfinished = unfinished, len(data)
        for place, start, end in texts:
            if place <= hold < place + end - start:
                unfinished = start + hold - place
        edits = _merged(chain(((span, _MASK) for span in direct), _fragments(inner, texts)))
        unfinished = next(
            (start for (start, end), _ in edits if start < unfinished < end), unfinished
        )
    return Scan(data=data, edits=edits, visible_bytes=visible, unfinished=unfinished)


def _texts(markup: re.Pattern[bytes], data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the texts between markup: where in the text alone, start and end in *data*."""
    place = start = 0
    for match in markup.finditer(data):
        if match.start() > start:
            yield place, start, match.start()
            place += match.start() - start
        start = match.end()
    if start < len(data):
        yield place, start, len(data)


def _fragments(
    spans: list[Span], texts: list[tuple[int, int, int]]
) -> Iterator[tuple[Span, bytes]]:
    """Yield *spans* of the text alone as places in the data; the first of each has the mask."""
    number = 0
    for first, last in spans:
        replacement = _MASK
        # The next span may begin in the text where this one ends.
        while number < len(texts):
            place, start, end = texts[number]
            if place >= last:
                break
            stop = place + end - start
            if stop > first:
                fragment = (start + max(first - place, 0), start + min(last, stop) - place)
                yield fragment, replacement
                replacement = b""
            if stop > last:
                break
            number += 1


def _merged(edits: Iterable[tuple[Span, bytes]]) -> list[tuple[Span, bytes]]:
    merged: list[tuple[Span, bytes]] = []
    for (start, end), replacement in sorted(edits):
        if merged and start < merged[-1][0][1]:
            (before, reach), one = merged[-1]
            merged[-1] = ((before, max(reach, end)), one or replacement)
        else:
            merged.append(((start, end), replacement))
    return merged
