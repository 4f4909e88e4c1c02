"""What changes in a file, fit to be shown: no line of it holds a secret."""

from __future__ import annotations

import difflib
import re

from flyte_nb.config.masked_lines import masked_lines
from flyte_nb.display import short_path

_CONTEXT = 3  # lines around a change
_AROUND = 50  # lines around it that difflib looks at
_HUNK = re.compile(r"(?<=[-+])\d+")
_MAX_PAIRS = 1_000_000  # of lines that are compared


def difference(before: bytes, after: bytes, path: str) -> str:
    """Return the unified diff of two versions of the file *path*, with secrets masked."""
    old, new = (content.decode(errors="replace") for content in (before, after))
    was, now = masked_lines(old, path), masked_lines(new, path)
    # What follows the last line feed is no line: the masked ones are as many.
    old_lines, new_lines = old.split("\n")[: len(was)], new.split("\n")[: len(now)]
    first = _shared(old_lines, new_lines)
    last = _shared(old_lines[first:][::-1], new_lines[first:][::-1])
    for a, b in _changed(old_lines, new_lines, first, last):
        if was[a] == now[b]:  # a secret that changes is seen to change
            now[b] += " (changed)"
    # A large file is the same but for a few lines, and difflib takes long to see it.
    first, last = max(0, first - _AROUND), max(0, last - _AROUND)
    was, now = was[first : len(was) - last], now[first : len(now) - last]
    name = short_path(path)
    names = (f"{name} (before)", f"{name} (after)")
    lines = difflib.unified_diff(was, now, *names, n=_CONTEXT, lineterm="")
    return "\n".join(
        _HUNK.sub(lambda number: str(int(number[0]) + first), line) if line[:2] == "@@" else line
        for line in lines
    )


def _changed(old: list[str], new: list[str], first: int, last: int) -> list[tuple[int, int]]:
    """Return the numbers of the lines that stand for each other before and after.

    *first* and *last* are how many at the beginning and at the end are the same.
    """
    old, new = old[first : len(old) - last], new[first : len(new) - last]
    if len(old) * len(new) > _MAX_PAIRS:
        return []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        (first + pair[0], first + pair[1])
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag == "replace"
        for pair in zip(range(a, b), range(c, d), strict=False)
    ]


def _shared(old: list[str], new: list[str]) -> int:
    """Return how many lines both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(old), len(new)))
