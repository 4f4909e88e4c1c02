"""INI text as settings, each with its exact place; the grammar is that of `configparser`.

`configparser` itself tells no places, needs time that grows with the square of some lines and
of the number of broken ones, and its messages repeat the lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from flyte_nb.config.problem import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEFAULTS = "DEFAULT"  # the section whose options every other section has too
_MAX_LINES = 200_000
# What `open` in text mode counts as the end of a line, and nothing else.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SECTION = re.compile(r"\[(.+)\]")
_DELIMITER = re.compile(r"[=:]")


@dataclass(slots=True)
class Option:
    """One option of a section.

    Attributes:
        name: As `configparser` has it: in lower case.
        value: Its text; lines of a long one are joined by a line feed.
        line: Number of its first line, from 1.
        indent: Characters before its name.
        start: Index in the text at which its first line begins.
        value_start: Index of the first character of its value.
        value_end: Index behind the last one.
        end: Index behind its last line that is not blank, the line's end included.
    """

    name: str
    value: str
    line: int
    indent: int
    start: int
    value_start: int
    value_end: int
    end: int


@dataclass(slots=True)
class Section:
    """One section.

    Attributes:
        options: By name.
        indent: Characters before its header.
        end: Index behind the line of its header.
    """

    options: dict[str, Option]
    indent: int
    end: int


class IniSyntaxError(Exception):
    """Text that is no INI file.

    Args:
        message: Why.
        line: Number of the line, from 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@lru_cache(maxsize=2)  # an edit looks at the text before and after it more than once
def read_ini(text: str) -> Mapping[str, Section]:
    """Return the sections of *text* by name, in their order; they are not to be changed.

    Raises:
        IniSyntaxError: It is no INI file, or too long for one.
    """
    sections: dict[str, Section] = {}
    section: Section | None = None
    option: Option | None = None
    pieces: list[str] = []  # of the value, a line each: joined once
    name, indent = "", 0
    for number, start, end, line in _lines(text):
        value = line.strip()
        if not value or value[0] in "#;":
            if not value:  # it may stand within a value; a comment is left out of it
                pieces.append("")
            continue
        own_indent = len(line) - len(line.lstrip())
        if option is not None and own_indent > indent:
            pieces.append(value)
            option.value_end, option.end = start + len(line.rstrip()), end
            continue
        _finish(option, pieces)
        option, indent = None, own_indent
        if header := _SECTION.match(value):
            name = header[1]
            if name in sections and name != DEFAULTS:
                message = f"section [{shortened(name)}] stands here twice: merge the two"
                raise IniSyntaxError(message, number)
            section = sections.setdefault(name, Section({}, indent, end))
            continue
        if section is None:
            raise IniSyntaxError("a setting stands before the first [section]", number)
        option = _option(line, number, start, end)
        if option.name in section.options:
            message = f"{shortened(option.name)!r} stands in [{shortened(name)}] twice: remove one"
            raise IniSyntaxError(message, number)
        section.options[option.name] = option
        pieces = [option.value]
    _finish(option, pieces)
    return sections


def _finish(option: Option | None, pieces: list[str]) -> None:
    if option is not None:
        option.value = "\n".join(pieces).rstrip()


def _lines(text: str) -> Iterator[tuple[int, int, int, str]]:
    """Yield the number of each line, where it starts and ends, and what it says."""
    for number, found in enumerate(_LINE.finditer(text), start=1):
        if number > _MAX_LINES:
            raise IniSyntaxError(f"more than {_MAX_LINES:,} lines", number)
        yield number, found.start(), found.end(), found[0].rstrip("\r\n")


def _option(line: str, number: int, start: int, end: int) -> Option:
    delimiter = _DELIMITER.search(line)
    key = line[: delimiter.start()].strip() if delimiter else ""
    if delimiter is None or not key:
        raise IniSyntaxError("not a line that an INI file has: write option = value", number)
    value_end = start + len(line.rstrip())
    rest = line[delimiter.end() :]
    value_start = start + delimiter.end() + len(rest) - len(rest.lstrip(" \t"))
    return Option(
        name=key.lower(),
        value=rest.strip(),
        line=number,
        indent=len(line) - len(line.lstrip()),
        start=start,
        value_start=min(value_start, max(value_end, start + delimiter.end())),
        value_end=max(value_end, start + delimiter.end()),
        end=end,
    )
