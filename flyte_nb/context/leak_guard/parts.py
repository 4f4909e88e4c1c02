"""What of a value is secret by itself."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST = 6  # characters; anything shorter is in every second line of any output

# A pattern of any length costs memory in each of its spellings. A long value is looked for
# piece by piece; the pieces overlap so that base64, which rounds to three bytes, has no gap.
_PIECE = 512
_OVERLAP = 8
_LONGEST = 1 << 20  # characters: no secret of Kubernetes is larger

_END = 12  # characters of a token's end that are looked for by themselves
_TOKEN = re.compile(r"[\w.~+/=-]{32,}", re.ASCII)

_FEW = 4  # different characters: a line of dashes, a row of dots
_WORD = 12
_NO_SECRET = re.compile(
    r"-----.*"  # the border of a PEM block
    r"|\[[^\]]*\]"  # the title of a section
    r"|.*[:{\[(]"  # what opens a block
    rf"|[A-Za-z]{{1,{_WORD}}}"  # a word
)
# Where a word begins, and not far: a value may be one word of a megabyte.
# A field of a document: JSON, YAML, INI, a file of variables.
_FIELD = re.compile(
    r"""(?<![\w.-])["']?[\w.-]{0,64}(?:pass|pwd|secret|token|key|credential|auth|private)[\w.-]{0,64}["']?
        [ \t]*[:=][ \t]*
        (?: "(?P<double>(?:[^"\\\n]|\\.)*)" | '(?P<single>[^'\n]*)' | (?P<bare>[^\s"',;&{\[]+) )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PASSWORD = re.compile(r"(?<!\w)\w{1,32}://[^\s/:@]{0,256}:([^\s/@]+)@")


def parts(value: str) -> set[str]:
    """Return *value* and what of it must not be shown alone either.

    Those are its lines (a key that is printed line by line), what its fields name as a
    password, token or key (a document of credentials), and the password of an address.
    """
    value = value.strip()
    if len(value) < SHORTEST:
        return set()
    inner = {*_lines(value), *_fields(value), *_passwords(value)}
    long_enough = {part for part in inner if len(part) >= SHORTEST}
    return {piece for part in {value, *long_enough} for piece in _pieces(part)}


def ends(part: str) -> tuple[str, str] | None:
    """Return what a long token begins and ends with, enough to tell it from other text.

    Programs shorten what is long: a cell of a table, a variable in a traceback. None for what is
    no token, and for one that begins or ends like a word.
    """
    if not _TOKEN.fullmatch(part):
        return None
    found = _distinct(part), _distinct(part[::-1])[::-1]
    return found if all(found) else None


def _distinct(text: str) -> str:
    """Return the shortest beginning of *text* that no word has: with letters and a digit."""
    for length in range(_END, 2 * _END + 1):
        begin = text[:length]
        if any(map(str.isdigit, begin)) and any(map(str.isalpha, begin)):
            return begin
    return ""


def _lines(value: str) -> Iterator[str]:
    lines = value.splitlines()
    if len(lines) == 1:
        return
    for line in map(str.strip, lines):
        if len(set(line)) >= _FEW and not _NO_SECRET.fullmatch(line):
            yield line


def _fields(value: str) -> Iterator[str]:
    for match in _FIELD.finditer(value):
        text = match["double"]
        if text is None:
            yield match["single"] or match["bare"] or ""
            continue
        with suppress(ValueError):
            text = json.loads(f'"{text}"')
            yield from _lines(text)
        yield text.strip()


def _passwords(value: str) -> Iterator[str]:
    for password in _PASSWORD.findall(value):
        yield password
        yield unquote(password)


def _pieces(part: str) -> Iterator[str]:
    if len(part) <= _PIECE:
        yield part
        return
    part = part[:_LONGEST]
    for start in range(0, len(part), _PIECE - _OVERLAP):
        piece = part[start : start + _PIECE].strip()
        if len(piece) > _OVERLAP:
            yield piece
