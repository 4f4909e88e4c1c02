"""The change of one setting in an INI file, to the character."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.config.sources.ini_lines import IniSyntaxError, read_ini
from flyte_nb.errors import ConfigError

from .spans import Span, appended, newline_of

if TYPE_CHECKING:
    from flyte_nb.config.sources.ini_lines import Option, Section


def set_span(text: str, section: str, option: str, value: str) -> Span:
    """Return the change that gives an option a value.

    Raises:
        ConfigError: The value has several lines.
    """
    written = value.replace("%", "%%")
    place = _section(text, section)
    if place is None:
        lines = [f"[{section}]", f"{option} = {written}"]
        return appended(text, ["", *lines] if text.strip() else lines)
    if (found := _one_line(place, section, option)) is not None:
        return Span(found.value_start, found.value_end, written)
    last = max(place.options.values(), key=lambda other: other.end, default=place)
    newline = newline_of(text)
    before = "" if text[last.end - 1] in "\r\n" else newline
    # A line that is indented less than the next would have that one as part of its value.
    line = f"{before}{' ' * last.indent}{option} = {written}{newline}"
    return Span(last.end, last.end, line)


def unset_span(text: str, section: str, option: str) -> Span | None:
    """Return the change that removes an option, None when it is not there.

    Raises:
        ConfigError: Its value has several lines.
    """
    place = _section(text, section)
    found = None if place is None else _one_line(place, section, option)
    return None if found is None else Span(found.start, found.end, "")


def _section(text: str, name: str) -> Section | None:
    try:
        return read_ini(text).get(name)
    except IniSyntaxError as error:
        raise ConfigError(f"line {error.line}: {error}") from None


def _one_line(section: Section, name: str, option: str) -> Option | None:
    found = section.options.get(option.lower())
    if found is not None and "\n" in found.value:
        raise ConfigError(f"[{name}] {option} has several lines: edit it by hand")
    return found
