"""A configuration file: which one it is, and what it says now."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from flyte_nb.errors import ConfigFileError

from .choice import chosen_path
from .problem import Problem
from .sources.environment import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .entry import ConfigEntry
    from .sources.found import Found
    from .sources.ini import IniDocument
    from .sources.yaml import YamlDocument

OVERRIDE_VARIABLE = "_FLYTECTL_CONFIG_PYFLYTE_OVERRIDE"
FILE_VARIABLE = "FLYTECTL_CONFIG"
CHOSEN = "%flyte_context use"
MAX_BYTES = 16 << 20  # a hundred times the largest one seen
_KEPT = 16  # files; a session has one or two


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
        document = self.document()
        for problem in document.problems:
            if problem.is_error:
                raise ConfigFileError(str(problem), hint="mend the file, or name another one")
        return document

    def find(self, entry: ConfigEntry) -> Found | None:
        """Return what the file holds for *entry*, None when it holds nothing."""
        return self.document().find(entry)

    def paths(self) -> Iterator[tuple[str, int]]:
        """Yield each key of the file as a path with dots, and its line."""
        return self.document().paths()

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
        return _parse(self.path, stamp, self.is_yaml)


def is_yaml_path(path: str) -> bool:
    """Return whether a file of that name is YAML; any other is INI."""
    return path.endswith(("yaml", "yml"))


class Snapshot(ConfigFile):
    """What a file says at one moment, for who reads many settings at once."""

    def __init__(self, cfg: ConfigFile) -> None:
        self.path = cfg.path
        self._document_then = cfg.document()

    def document(self) -> IniDocument | YamlDocument:
        """Return what the file said."""
        return self._document_then


@lru_cache(maxsize=_KEPT)
def _parse(path: str, stamp: tuple[int, ...], is_yaml: bool) -> IniDocument | YamlDocument:  # noqa: FBT001
    kind = _kind(is_yaml=is_yaml)
    try:
        if stamp[2] > MAX_BYTES:
            raise ConfigFileError(f"{path} has {stamp[2]:,} bytes: too many for a configuration")
        with open(path, "rb") as file:  # noqa: PTH123
            content = file.read(MAX_BYTES + 1)
        return kind(content.decode("utf-8"), path)
    except OSError as error:
        raise _unreadable(path, error) from None
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

    Attributes:
        path: The file.
        origin: What names it: a variable, or the kind of place.
        exists: Whether it is there.
    """

    path: str
    origin: str
    exists: bool


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
    for path, origin in places:
        if path:
            full = os.path.abspath(os.path.expanduser(path))  # noqa: PTH100, PTH111
            yield Location(full, origin, os.path.exists(full))  # noqa: PTH110


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
        return ConfigFile(path)
    return next((ConfigFile(place.path) for place in usual_locations() if place.exists), None)


def _unreadable(path: str, error: Exception) -> ConfigFileError:
    reason = getattr(error, "strerror", None) or str(error)
    return ConfigFileError(f"the configuration file {path!r} cannot be read: {reason}")
