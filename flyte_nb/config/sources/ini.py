"""INI files, read by `configparser`, with the line that each option stands on."""

from __future__ import annotations

import configparser
from typing import TYPE_CHECKING, Any

from flyte_nb.config.problem import Problem
from flyte_nb.config.transforms import ini_bool

from .found import Found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flyte_nb.config.entry import ConfigEntry, LegacyConfigEntry

_GETTERS: dict[type, Callable[[str], Any]] = {
    bool: ini_bool,
    int: int,
    list: lambda text: text.split(","),
}


class IniDocument:
    """The content of an INI file; a broken one is empty and says why.

    Args:
        text: The file's content.
        path: What it is called in problems.
    """

    def __init__(self, text: str, path: str) -> None:
        lines = _CountedLines(text)
        self.parser = configparser.ConfigParser(dict_type=lines.recorder())
        self.path = path
        self.problems: list[Problem] = []
        try:
            self.parser.read_file(lines, path)
        except configparser.Error as error:
            self._refuse(error, text, path)
        lines.number = 0
        if self.parser.has_section("internal"):
            message = "a section [internal] is reserved to Flyte: remove it"
            self.problems.append(Problem(message, path, is_error=True))

    def find(self, entry: ConfigEntry) -> Found | None:
        """Return what the file holds for *entry*, by its name or by an older one."""
        for place in (entry.legacy, *entry.older):
            if self.parser.has_option(place.section, place.option):
                return self._found(place)
        return None

    def value(self, entry: ConfigEntry) -> Any:
        """Return the value for *entry*, None when there is none or it cannot be used."""
        found = self.find(entry)
        return None if found is None else found.value

    def images(self) -> dict[str, str]:
        """Return section ``images``: name to reference."""
        if not self.parser.has_section("images"):
            return {}
        return {name: self.parser.get("images", name) for name in self.parser.options("images")}

    def paths(self) -> Iterator[tuple[str, int]]:
        """Yield each ``section.option`` and its line."""
        for section in self.parser.sections():
            for option in self.parser[section]:
                yield f"{section}.{option}", self.line_of(section, option)

    def line_of(self, section: str, option: str) -> int:
        """Return the line of an option."""
        in_section: Any = self.parser._sections.get(section, {})  # type: ignore[attr-defined]  # noqa: SLF001
        place = in_section if option in in_section else self.parser.defaults()
        lines: dict[str, int] = getattr(place, "lines", {})
        return lines.get(option, 0)

    def _found(self, place: LegacyConfigEntry) -> Found:
        section, option = place.section, self.parser.optionxform(place.option)
        line = self.line_of(section, option)
        raw = self.parser.get(section, option, raw=True)
        try:
            text = self.parser.get(section, option)
        except configparser.InterpolationError:
            return Found(None, raw, line, "write each % as %%: a single one begins a reference")
        try:
            return Found(_GETTERS.get(place.type_, str)(text), raw, line)
        except ValueError as error:
            reason = str(error) if place.type_ is bool else f"not of type {place.type_.__name__}"
            return Found(None, raw, line, reason)

    def _refuse(self, error: configparser.Error, text: str, path: str) -> None:
        self.parser = configparser.ConfigParser()
        number = getattr(error, "lineno", None) or next(iter(getattr(error, "errors", [])), (0,))[0]
        lines = text.splitlines()
        line = lines[number - 1] if 0 < number <= len(lines) else ""
        self.problems.append(Problem(_reason(error), f"{path}:{number}", line, is_error=True))


class _CountedLines:
    """The lines of a text, and the number of the one that was read last."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines(keepends=True)
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        for self.number, line in enumerate(self._lines, start=1):  # noqa: B020
            yield line

    def recorder(self) -> type[dict[Any, Any]]:
        """Return a dictionary type that keeps the line at which each key was first set.

        `configparser` tells no lines, but it reads one line, sets its option, and reads on.
        """
        counted = self

        class Recorder(dict[Any, Any]):
            def __init__(self) -> None:
                super().__init__()
                self.lines: dict[Any, int] = {}

            def __setitem__(self, key: Any, value: Any) -> None:
                self.lines.setdefault(key, counted.number)
                super().__setitem__(key, value)

        return Recorder


def _reason(error: configparser.Error) -> str:
    if isinstance(error, configparser.DuplicateOptionError):
        return f"{error.option!r} stands in [{error.section}] twice: remove one"
    if isinstance(error, configparser.DuplicateSectionError):
        return f"section [{error.section}] stands here twice: merge the two"
    if isinstance(error, configparser.MissingSectionHeaderError):
        return "a setting stands before the first [section]"
    return "not a line that an INI file has: write option = value"
