"""Masks text that comes in pieces: a value may be cut anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .markup import Scan

# What may be seen of the beginning of a value while the rest of it is awaited: less would keep
# prompts and progress bars back that happen to end in the letter that a secret begins with.
GLIMPSE = 3


class StreamMask:
    """The end of a stream that may be the beginning of a secret, and nothing else.

    Whatever the pieces, all that `feed` and a last `release` return is the masked text. What was
    released before its time is remembered: of a value that goes on after it the rest is masked.

    Args:
        look: Looks at text in UTF-8 that goes on; None while nothing is masked.
    """

    __slots__ = ("_look", "_shown", "_tail")

    def __init__(self, look: Callable[[bytes], Scan | None]) -> None:
        self._look = look
        self._tail = b""
        self._shown = 0

    def __repr__(self) -> str:
        return f"StreamMask({len(self._tail)} bytes)"

    def __bool__(self) -> bool:
        return bool(self._tail)

    @property
    def holds(self) -> bool:
        """Whether there is text that was not returned yet."""
        return len(self._tail) > self._shown

    def feed(self, text: str) -> str:
        """Return what can be shown now that *text* was written."""
        data = self._tail + text.encode(errors="surrogatepass")
        found = self._look(data)
        if found is None:
            shown, self._tail, self._shown = data[self._shown :], b"", 0
            return _as_text(shown)
        end = max(found.unfinished, self._shown)
        shown = found.masked(self._shown, end)
        self._tail = data[found.unfinished :]
        self._shown = end - found.unfinished
        return _as_text(shown)

    def release(self, glimpse: int | None = None) -> str:
        """Return what was held back, masked.

        Args:
            glimpse: Only if no more than this number of bytes of a value is to see then.
        """
        if not self.holds:
            return ""
        found = self._look(self._tail)
        if found is None:
            return self.feed("")
        if glimpse is not None and found.visible_bytes > glimpse:
            return ""
        shown = found.masked(self._shown)
        self._shown = len(self._tail)
        return _as_text(shown)


def _as_text(data: bytes) -> str:
    return data.decode(errors="surrogatepass")
