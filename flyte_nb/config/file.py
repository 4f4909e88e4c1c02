"""A configuration file: which one it is, and what it says now."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import ConfigFileError, ConfigFileNotFoundError

from . import vault
from .choice import chosen_path
from .problem import Problem
from .sources.content import MAX_BYTES, read_content, too_large
from .sources.environment import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from configparser import ConfigParser

    from .entry import ConfigEntry, LegacyConfigEntry, YamlConfigEntry
    from .sources.found import Found
    from .sources.ini import IniDocument
    from .sources.yaml import YamlDocument

OVERRIDE_VARIABLE = "_FLYTECTL_CONFIG_PYFLYTE_OVERRIDE"
FILE_VARIABLE = "FLYTECTL_CONFIG"
CHOSEN = "%flyte_context use"
_KEPT = 4  # files; a session has one or two, and a large one takes a hundred megabytes


class ConfigFile:
    """The configuration file at *location* (flytekit's ``ConfigFile``).

    Its kind goes by its ending: YAML for ``yaml`` and ``yml``, INI for anything else.
    Content is read again when the file has changed, and only then.

    Args:
        location: Path; ``~`` is the user's home.

    Raises:
        ConfigFileError: There is no file there, or it cannot be read. What is wrong *inside*
            the file is no exception but one of its `problems`.
    """

    def __init__(self, location: str | os.PathLike[str]) -> None:
        self.path = os.path.abspath(os.path.expanduser(os.fspath(location)))  # noqa: PTH100, PTH111
        self.document()

    @property
    def is_yaml(self) -> bool:
        """Whether it is YAML, by its ending; upper case does not count, as in flytekit."""
        return is_yaml_path(self.path)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong inside the file."""
        return tuple(self.document().problems)

    def checked_document(self) -> IniDocument | YamlDocument:
        """Return what the file says.

        Raises:
            ConfigFileError: It is so broken that nothing of it can be read.
        """
        return _checked(self.document())

    def find(self, entry: ConfigEntry) -> Found | None:
        """Return what the file holds for *entry*, None when it holds nothing."""
        return self.document().find(entry)

    def paths(self) -> Iterator[tuple[str, int]]:
        """Yield each key of the file as a path with dots, and its line."""
        return self.document().paths()

    def get(self, c: LegacyConfigEntry | YamlConfigEntry) -> Any:
        """Return what the file says at *c*, None when it says nothing there.

        Raises:
            InvalidValueError: It is not of the type of *c*.
        """
        return self.document().get(c)

    @property
    def legacy_config(self) -> ConfigParser | None:
        """The content of an INI file, None for a YAML file."""
        return self.document().parser()

    @property
    def yaml_config(self) -> Any:
        """The content of a YAML file, None for an INI file."""
        return self.document().data

    @property
    def images(self) -> dict[str, str]:
        """The named images: section ``images``, name to reference."""
        return self.document().images()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfigFile) and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)

    def __repr__(self) -> str:
        return f"ConfigFile({self.path!r})"

    def document(self) -> IniDocument | YamlDocument:
        """Return what the file says now; it is parsed again only when it has changed."""
        try:
            status = os.stat(self.path)  # noqa: PTH116 - this is the whole cost of a fresh read
        except (OSError, ValueError) as error:
            raise _unreadable(self.path, error) from None
        stamp = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
        if not stat.S_ISREG(status.st_mode):
            raise ConfigFileError(f"{self.path} is not a regular file")
        if status.st_size > MAX_BYTES:
            raise too_large(self.path)
        return _parse(self.path, stamp, self.is_yaml)


def is_yaml_path(path: str) -> bool:
    """Return whether a file of that name is YAML; any other is INI."""
    return path.endswith(("yaml", "yml"))


def check_text(text: str, path: str) -> None:
    """See that *text* can be the content of the file *path*.

    Raises:
        ConfigFileError: It is so broken that nothing of it can be read.
    """
    _checked(_kind(is_yaml=is_yaml_path(path))(text, path))


def _checked(document: IniDocument | YamlDocument) -> IniDocument | YamlDocument:
    for problem in document.problems:
        if problem.is_error:
            raise ConfigFileError(str(problem), hint="mend the file, or name another one")
    return document


class Snapshot(ConfigFile):
    """What a file says at one moment, for who reads many settings at once.

    Args:
        cfg: The file.
        environ: The variables that go before it; those of this process by default.

    Attributes:
        environ: The variables of Flyte at that moment; each look into the live ones is slow.
        in_keyring: Whether the keyring may hold a value.
    """

    def __init__(self, cfg: ConfigFile, environ: Mapping[str, str] | None = None) -> None:
        self.path = cfg.path
        self._document_then = cfg.document()
        environ = environment() if environ is None else environ
        self.in_keyring = vault.is_used()
        self.environ = {name: environ[name] for name in environ if name.startswith("FLYTE_")}

    def document(self) -> IniDocument | YamlDocument:
        """Return what the file said."""
        return self._document_then


@lru_cache(maxsize=_KEPT)
def _parse(path: str, _stamp: tuple[int, ...], is_yaml: bool) -> IniDocument | YamlDocument:  # noqa: FBT001
    kind = _kind(is_yaml=is_yaml)
    try:
        content = read_content(path)
    except OSError as error:
        raise _unreadable(path, error) from None
    try:
        return kind(content.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        document = kind("", path)
        line = content.count(b"\n", 0, error.start) + 1
        message = "not UTF-8 text: save it as UTF-8"
        document.problems.append(Problem(message, f"{path}:{line}", is_error=True))
        return document


def _kind(*, is_yaml: bool) -> type[IniDocument | YamlDocument]:
    """Return the reader of a file, imported when there is one to read."""
    if is_yaml:
        from .sources.yaml import YamlDocument

        return YamlDocument
    from .sources.ini import IniDocument

    return IniDocument


@dataclass(frozen=True, slots=True)
class Location:
    """A place where a configuration file may be.

    The one that was chosen is used whether it is there or not.

    Attributes:
        path: The file.
        origin: What names it: a variable, or the kind of place.
        exists: Whether it is there.
    """

    path: str
    origin: str
    exists: bool

    @property
    def is_chosen(self) -> bool:
        """Whether the user chose this file."""
        return self.origin == CHOSEN


def locations() -> Iterator[Location]:
    """Yield the places that are looked at, in order; the first that exists is used.

    A file that was chosen is used even when it is gone, which is an error then: another one in
    its place would be another cluster.
    """
    if (path := chosen_path()) is not None:
        yield Location(path, CHOSEN, os.path.exists(path))  # noqa: PTH110
    yield from usual_locations()


def usual_locations(environ: Mapping[str, str] | None = None) -> Iterator[Location]:
    """Yield the places that are looked at where no file was chosen."""
    environ = environment() if environ is None else environ
    variable = OVERRIDE_VARIABLE if OVERRIDE_VARIABLE in environ else FILE_VARIABLE
    places = (
        (environ.get(variable, ""), variable),
        ("flytekit.config", "working directory"),
        ("~/.flyte/config", "home"),
        ("~/.flyte/config.yaml", "home"),
    )
    around = (os.getcwd(), environ.get("HOME"), environ.get("USERPROFILE"))  # noqa: PTH109
    for path, origin in places:
        if path:
            full = _full(path, *around)
            yield Location(full, origin, os.path.exists(full))  # noqa: PTH110


@lru_cache(maxsize=64)
def _full(path: str, _folder: str, *_home: str | None) -> str:
    return os.path.abspath(os.path.expanduser(path))  # noqa: PTH100, PTH111


def get_config_file(
    c: str | os.PathLike[str] | ConfigFile | None = None,
) -> ConfigFile | None:
    """Return *c* as a `ConfigFile`; for None the file that was chosen, or the first usual one.

    Raises:
        ConfigFileError: The file cannot be read.
    """
    if isinstance(c, ConfigFile):
        return c
    if c is not None:
        return ConfigFile(c)
    if (path := chosen_path()) is not None:
        try:
            return ConfigFile(path)
        except ConfigFileError as error:
            hint = f"mend it, or {CHOSEN} default: it was chosen here"
            raise ConfigFileError(str(error.args[0]), hint=hint) from None
    return next((ConfigFile(place.path) for place in usual_locations() if place.exists), None)


def _unreadable(path: str, error: Exception) -> ConfigFileError:
    reason = getattr(error, "strerror", None) or str(error)
    is_missing = isinstance(error, FileNotFoundError)
    kind = ConfigFileNotFoundError if is_missing else ConfigFileError
    return kind(f"the configuration file {path!r} cannot be read: {reason}")
