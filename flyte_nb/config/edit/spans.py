"""Replacing part of a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Ends of lines as YAML has them; those of an INI file are the first three alone.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


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
    """Return where the line of YAML that holds *index* begins."""
    return max(text.rfind(end, 0, index) for end in "\n\r\x85\u2028\u2029") + 1


def line_end(text: str, index: int) -> int:
    """Return where the line of YAML after the one that holds *index* begins."""
    found = _BREAK.search(text, index)
    return found.end() if found else len(text)


def ends_line(text: str) -> bool:
    """Return whether what follows *text* begins a line of YAML."""
    return not text or _BREAK.match(text[-1]) is not None


def newline_of(text: str) -> str:
    """Return how lines end in *text*."""
    found = re.search("\r\n|[\n\r]", text)
    return found[0] if found else "\n"


def appended(text: str, lines: list[str]) -> Span:
    """Return the insertion of *lines* at the end of *text*, on lines of their own."""
    newline = newline_of(text)
    before = "" if not text or text.endswith(("\n", "\r")) else newline
    return Span(len(text), len(text), before + "".join(line + newline for line in lines))
