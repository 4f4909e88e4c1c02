"""Words of a line in which Python expressions and JSON stand as they are."""

from __future__ import annotations

from IPython.core.error import UsageError

_OPEN, _CLOSE = "([{", ")]}"
_QUOTES = "'\""


def split_values(line: str) -> list[str]:
    """Split *line* at spaces, but for those in quotes, brackets and expressions.

    A value that begins with ``{``, ``[`` or ``=`` is taken as it is written, quotes and all,
    up to the first space outside of its brackets and quotes. In others quotes are as in a shell.

    Raises:
        UsageError: A quote or a bracket is not closed.
    """
    words = []
    place = 0
    while place < len(line):
        if line[place].isspace():
            place += 1
            continue
        word, place = _word(line, place)
        words.append(word)
    return words


def _word(line: str, place: int) -> tuple[str, int]:
    if line[place] in "={[":
        end = _end_of_code(line, place)
        return line[place:end], end
    word = ""
    while place < len(line) and not line[place].isspace():
        char = line[place]
        if char in _QUOTES:
            end = line.find(char, place + 1)
            if end < 0:
                raise UsageError(f"cannot read {line!r}: no closing quotation")
            word += line[place + 1 : end]
            place = end + 1
            continue
        word += char
        place += 1
        is_value = char == "=" and word.startswith("--") and word.count("=") == 1
        if is_value and line[place : place + 1] in tuple("={["):
            end = _end_of_code(line, place)
            return word + line[place:end], end
    return word, place


def _end_of_code(line: str, place: int) -> int:
    depth, quote = 0, ""
    begin = place
    while place < len(line):
        char = line[place]
        if quote:
            place += char == "\\"
            quote = "" if char == quote else quote
        elif char in _QUOTES:
            quote = char
        elif char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth -= 1
        elif char.isspace() and depth <= 0:
            return place
        place += 1
    if quote or depth > 0:
        missing = f"quotation {quote}" if quote else "bracket"
        raise UsageError(f"cannot read {line[begin:]!r}: no closing {missing}")
    return len(line)
