"""Where one setting stands in an INI file, to the character."""

from __future__ import annotations

import re

from flyte_nb.errors import ConfigError

from .spans import Span, appended, newline_of

_SECTION = re.compile(r"\[(?P<name>[^\]]+)\]")
_OPTION = re.compile(r"(?P<name>[^=:\s#;\[][^=:]*?)\s*[=:][ \t]*(?P<value>.*?)\s*$")


def set_span(text: str, section: str, option: str, value: str) -> Span:
    """Return the change that gives an option a value.

    Raises:
        ConfigError: The value has several lines.
    """
    written = value.replace("%", "%%")
    if (found := _find(text, section, option)) is not None:
        start, end, _ = found
        return Span(start, end, written)
    at = _end_of_section(text, section)
    line = f"{option} = {written}"
    if at is None:
        lines = [f"[{section}]", line]
        return appended(text, ["", *lines] if text.strip() else lines)
    newline = newline_of(text)
    before = "" if at == 0 or text[at - 1] == "\n" else newline
    return Span(at, at, f"{before}{line}{newline}")


def unset_span(text: str, section: str, option: str) -> Span | None:
    """Return the change that removes an option, None when it is not there.

    Raises:
        ConfigError: Its value has several lines.
    """
    found = _find(text, section, option)
    if found is None:
        return None
    _, end, start = found
    following = text.find("\n", end)
    return Span(start, len(text) if following < 0 else following + 1, "")


def _find(text: str, section: str, option: str) -> tuple[int, int, int] | None:
    """Return (start of the value, its end, start of the line) of an option."""
    at, current, found = 0, "", None
    for line in text.splitlines(keepends=True):
        stripped = line.lstrip()
        header = _SECTION.match(stripped)
        entry = None if header or line[:1] in " \t" else _OPTION.match(line.rstrip("\r\n"))
        if header and line[:1] not in " \t":
            current = header["name"]
        elif entry and current == section and entry["name"].lower() == option.lower():
            found = (at + entry.start("value"), at + entry.end("value"), at)
        elif found and found[2] != at and line[:1] in " \t" and stripped.strip():
            previous = text[found[2] : at].count("\n")
            if previous == 1:
                raise ConfigError(f"[{section}] {option} has several lines: edit it by hand")
        at += len(line)
    return found


def _end_of_section(text: str, section: str) -> int | None:
    """Return where the last line with something on it of a section ends, None for no section."""
    at, inside, end = 0, False, None
    for line in text.splitlines(keepends=True):
        header = _SECTION.match(line)
        if header:
            inside = header["name"] == section
        at += len(line)
        if inside and line.strip():
            end = at
    return end
