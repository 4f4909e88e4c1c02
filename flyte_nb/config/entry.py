"""One setting: its names in each source, its type, default and meaning."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .transforms import to_bool, to_int, to_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from .file import ConfigFile

_TRANSFORMS: dict[type, Callable[[Any], Any]] = {bool: to_bool, list: to_list, int: to_int}


@dataclass(frozen=True, slots=True)
class LegacyConfigEntry:
    """A setting in an INI file, and the variable that goes with it.

    Attributes:
        section: Section of the file, e.g. ``platform``.
        option: Option in it, e.g. ``url``.
        type_: Type of the value.
    """

    section: str
    option: str
    type_: type = str

    def get_env_name(self) -> str:
        """Return the environment variable, e.g. ``FLYTE_PLATFORM_URL``."""
        return f"FLYTE_{self.section}_{self.option}".upper()


@dataclass(frozen=True, slots=True)
class YamlConfigEntry:
    """A setting in a YAML file.

    Attributes:
        switch: Its path, with dots, e.g. ``admin.endpoint``.
        config_value_type: Type of the value.
    """

    switch: str
    config_value_type: type = str


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """A setting of Flyte (flytekit's ``ConfigEntry``).

    Attributes:
        legacy: Its place in an INI file, which gives the variable too.
        yaml_entry: Its place in a YAML file, if it has one.
        transform: Turns the text of a source into the value; by type when not given.
        default: The value where no source has one.
        doc: One sentence for the user.
        secret: Whether the value must never be shown.
        is_address: Whether the value is an address, which may hold a password before an ``@``.
        choices: The words that it may be, whatever their case; empty when anything goes.
        check: Returns what is odd about a value, empty text for nothing.
        older: Names that are still read, after `legacy` and before the default.
        yaml_keys: The keys of its path in YAML; none when it has no place there.
        env_names: The variables that set it, the strongest first.
    """

    legacy: LegacyConfigEntry
    yaml_entry: YamlConfigEntry | None = None
    transform: Callable[[Any], Any] | None = None
    default: Any = field(default=None, kw_only=True)
    doc: str = field(default="", kw_only=True)
    secret: bool = field(default=False, kw_only=True)
    is_address: bool = field(default=False, kw_only=True)
    choices: tuple[str, ...] = field(default=(), kw_only=True)
    check: Callable[[Any], str] | None = field(default=None, kw_only=True)
    older: tuple[LegacyConfigEntry, ...] = field(default=(), kw_only=True)
    env_names: tuple[str, ...] = field(init=False, repr=False)
    yaml_keys: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.transform is None:
            object.__setattr__(self, "transform", _TRANSFORMS.get(self.legacy.type_))
        places = (self.legacy, *self.older)
        keys = self.yaml_entry.switch.split(".") if self.yaml_entry else ()
        object.__setattr__(self, "yaml_keys", tuple(keys))
        object.__setattr__(self, "env_names", tuple(place.get_env_name() for place in places))

    @property
    def name(self) -> str:
        """How a user names it: its YAML path, else ``section.option``."""
        if self.yaml_entry is not None:
            return self.yaml_entry.switch
        return f"{self.legacy.section}.{self.legacy.option}"

    @property
    def env_name(self) -> str:
        """The environment variable that sets it."""
        return self.legacy.get_env_name()

    def read(self, cfg: ConfigFile | None = None) -> Any:
        """Return the value of the first source that has one, None when there is none.

        In this order: the environment, then *cfg*.
        """
        from .resolve import explicit_value

        return explicit_value(self, None if cfg is None else cfg.document())

    def value(self, cfg: ConfigFile | None = None) -> Any:
        """Return the value in force, the default where no source has one.

        Raises:
            InvalidValueError: The source that decides holds something that is not of the type.
        """
        from .resolve import resolve

        return resolve(self, cfg).checked()

    def in_force(self) -> Any:
        """Return the value in force now: environment, configuration file, default.

        Raises:
            ConfigFileError: The configuration file cannot be used.
            InvalidValueError: The source that decides holds something that is not of the type.
        """
        from .file import get_config_file

        cfg = get_config_file()
        if cfg is not None:
            cfg.checked_document()
        return self.value(cfg)
