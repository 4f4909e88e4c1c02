"""Replacing part of a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Characters *start* to *end* of a text, and what stands there instead.

    Attributes:
        start: Index of the first character to replace.
        end: Index behind the last one; equal to `start` for an insertion.
        text: What comes in.
    """

    start: int
    end: int
    text: str

    def apply(self, whole: str) -> str:
        """Return *whole* with the replacement made."""
        return whole[: self.start] + self.text + whole[self.end :]


def line_start(text: str, index: int) -> int:
    """Return where the line that holds *index* begins."""
    return text.rfind("\n", 0, index) + 1


def line_end(text: str, index: int) -> int:
    """Return where the line after the one that holds *index* begins."""
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def newline_of(text: str) -> str:
    """Return how lines end in *text*."""
    return "\r\n" if "\r\n" in text else "\n"


def appended(text: str, lines: list[str]) -> Span:
    """Return the insertion of *lines* at the end of *text*, on lines of their own."""
    newline = newline_of(text)
    before = "" if not text or text.endswith("\n") else newline
    return Span(len(text), len(text), before + "".join(line + newline for line in lines))
