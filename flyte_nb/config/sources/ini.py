"""INI files as `configparser` reads them, with the line that each option stands on."""

from __future__ import annotations

import configparser
import re
from typing import TYPE_CHECKING, Any

from flyte_nb.config.entry import LegacyConfigEntry
from flyte_nb.config.problem import Problem, shortened, shown_line
from flyte_nb.config.secret_names import is_secret_key
from flyte_nb.config.transforms import ini_bool
from flyte_nb.errors import ConfigFileError, InvalidValueError

from .found import HIDDEN_REASON, Found
from .ini_lines import DEFAULTS, IniSyntaxError, Option, Section, read_ini
from .ini_references import expanded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flyte_nb.config.entry import ConfigEntry, YamlConfigEntry

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
        self.path = path
        self.data = None  # which is what YAML has
        self.problems: list[Problem] = []
        self._sections: dict[str, Section] = {}
        try:
            self._sections = dict(read_ini(text))
        except IniSyntaxError as error:
            line = shown_line(text, error.line)
            self.problems.append(Problem(str(error), f"{path}:{error.line}", line, is_error=True))
        self._defaults = self._sections.pop(DEFAULTS, Section({}, 0, 0)).options
        self._check_images()
        if (internal := self._sections.get("internal")) is not None:
            number = len(re.findall("\r\n|[\r\n]", text[: internal.end].rstrip("\r\n"))) + 1
            message = "a section [internal] is reserved to Flyte: remove it"
            self.problems.append(Problem(message, f"{path}:{number}", is_error=True))

    def find(self, entry: ConfigEntry) -> Found | None:
        """Return what the file holds for *entry*, by its name or by an older one."""
        for place in (entry.legacy, *entry.older):
            if (option := self._option(place)) is not None:
                return self._found(place, option)
        return None

    def value(self, entry: ConfigEntry) -> Any:
        """Return the value for *entry*, None when there is none or it cannot be used."""
        found = self.find(entry)
        return None if found is None else found.value

    def get(self, place: LegacyConfigEntry | YamlConfigEntry) -> Any:
        """Return what the file holds at *place*, None for nothing.

        Raises:
            InvalidValueError: It is not of the type of *place*.
        """
        option = self._option(place) if isinstance(place, LegacyConfigEntry) else None
        if option is None or not isinstance(place, LegacyConfigEntry):
            return None
        found = self._found(place, option)
        if found.problem:
            name = f"{place.section}.{place.option}"
            raise InvalidValueError(f"{self.path}:{found.line}: {name}: {found.problem}")
        return found.value

    def images(self) -> dict[str, str]:
        """Return section ``images``: name to reference.

        Raises:
            ConfigFileError: A ``%`` in one of them is no reference to another option.
        """
        found = {}
        for name, option in self._named("images").items():
            try:
                found[name] = self._expanded("images", option.value)
            except ValueError as error:
                where = f"{self.path}:{option.line}"
                raise ConfigFileError(f"{where}: images.{shortened(name)}: {error}") from None
        return found

    def paths(self) -> Iterator[tuple[str, int]]:
        """Yield each ``section.option`` and its line."""
        for name, options in self._own().items():
            for option in options.values():
                yield f"{name}.{option.name}", option.line

    def written(self) -> dict[tuple[str, str], str]:
        """Return each section and option with its value as it is written."""
        return {(name, o.name): o.value for name, own in self._own().items() for o in own.values()}

    def parser(self) -> configparser.ConfigParser:
        """Return the content as flytekit has it."""
        parser = configparser.ConfigParser(interpolation=_AsWritten())
        parser.read_dict(
            {name: {o.name: o.value for o in own.values()} for name, own in self._own().items()}
        )
        return parser

    def _check_images(self) -> None:
        """Report the first image that `images` will not have."""
        for name, option in self._named("images").items():
            try:
                self._expanded("images", option.value)
            except ValueError as error:
                where = f"{self.path}:{option.line}"
                self.problems.append(Problem(f"images.{shortened(name)}: {error}", where))
                return

    def _own(self) -> dict[str, dict[str, Option]]:
        own = {name: section.options for name, section in self._sections.items()}
        return {DEFAULTS: self._defaults, **own} if self._defaults else own

    def _named(self, section: str) -> dict[str, Option]:
        """Return the options of a section, those of DEFAULT among them."""
        if section not in self._sections:
            return {}
        return {**self._defaults, **self._sections[section].options}

    def _option(self, place: LegacyConfigEntry) -> Option | None:
        if (section := self._sections.get(place.section)) is None:
            return None
        name = place.option.lower()
        return section.options.get(name) or self._defaults.get(name)

    def _found(self, place: LegacyConfigEntry, option: Option) -> Found:
        raw, line = option.value, option.line
        try:
            text = self._expanded(place.section, raw)
        except ValueError as error:
            problem = HIDDEN_REASON if is_secret_key(place.option) else str(error)
            return Found(None, raw, line, problem)
        try:
            return Found(_GETTERS.get(place.type_, str)(text), raw, line)
        except ValueError as error:
            reason = str(error) if place.type_ is bool else f"not of type {place.type_.__name__}"
            return Found(None, raw, line, reason)

    def _expanded(self, section: str, raw: str) -> str:
        """Return *raw* with the option that each ``%(name)s`` stands for, and % for %%.

        Raises:
            ValueError: A % is neither, a reference leads nowhere, or there are too many.
        """
        own = self._sections[section].options

        def look_up(name: str) -> str | None:
            option = own.get(name) or self._defaults.get(name)
            return None if option is None else option.value

        return expanded(raw, look_up)


class _AsWritten(configparser.BasicInterpolation):
    """The usual meaning of %, also where the file has one that means nothing."""

    def before_set(self, parser: Any, section: str, option: str, value: str) -> str:  # noqa: ARG002
        """Return *value*."""
        return value
