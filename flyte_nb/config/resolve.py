"""Which value a setting has, and which others it could have had."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import ConfigError, InvalidValueError

from . import vault
from .handed_out import handed_out
from .mask import MASK, shown
from .sources.environment import environment
from .sources.found import HIDDEN_REASON, Found
from .transforms import is_boolean_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .entry import ConfigEntry
    from .file import ConfigFile
    from .sources.ini import IniDocument
    from .sources.yaml import YamlDocument


class Source(Enum):
    """Where a candidate comes from, the strongest first."""

    ENVIRONMENT = "environment"
    INI = "INI file"
    YAML = "YAML file"
    KEYRING = "keyring"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that one source has for a setting.

    Attributes:
        source: The kind of source.
        where: The variable, or ``file:line``; empty for the default.
        raw: As it is written there, masked for a secret.
        value: What it means; None when it cannot be used.
        problem: Why it cannot be used, or what is odd about it; empty when all is well.
    """

    source: Source
    where: str
    raw: str
    value: Any
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The outcome for one setting.

    Attributes:
        entry: The setting.
        candidates: Everything that was found, the strongest first; the default stands last.
        explicit: The winner's value, None when only the default is left.
    """

    entry: ConfigEntry
    candidates: tuple[Candidate, ...]
    explicit: Any

    @property
    def winner(self) -> Candidate:
        """The candidate in force."""
        if self.explicit is None or not says_something(self.explicit):
            return self.candidates[-1]
        return self.candidates[0]

    @property
    def value(self) -> Any:
        """The value in force, the default where no source says anything."""
        return self.winner.value

    def checked(self) -> Any:
        """Return the value in force.

        Raises:
            InvalidValueError: The strongest candidate cannot be used.
        """
        first = self.candidates[0]
        if first.problem and first.value is None and first.source is not Source.DEFAULT:
            raise InvalidValueError(
                f"{first.where} is {first.raw!r}: {first.problem}", hint=self.entry.doc
            )
        if self.entry.secret:
            handed_out(self.value)
        return self.value

    def __repr__(self) -> str:
        text = "None" if self.value is None else shown(self.entry, self.value)
        return f"Resolution({self.entry.name}={text!r} from {self.winner.source.value})"


def resolve(
    entry: ConfigEntry, cfg: ConfigFile | None = None, environ: Mapping[str, str] | None = None
) -> Resolution:
    """Return the value of *entry* and all candidates for it.

    A variable wins over the file, also an empty one: it hides what the file says and leaves
    the default in force. A secret that the file does not have may be in the keyring.

    Args:
        entry: The setting.
        cfg: The configuration file, if there is one.
        environ: The environment; this process's by default.
    """
    candidates = []
    environ = environment() if environ is None else environ
    for variable in entry.env_names:
        text = environ.get(variable)
        if text is not None:
            candidates.append(_candidate(entry, Source.ENVIRONMENT, variable, Found(text, text, 0)))
    found = None if cfg is None else cfg.find(entry)
    if cfg is not None and found is not None:
        source = Source.YAML if cfg.is_yaml else Source.INI
        where = f"{cfg.path}:{found.line}"
        candidates.append(_candidate(entry, source, where, found))
    if cfg is not None and entry.secret:
        candidates += _kept(entry, cfg.path)
    explicit = candidates[0].value if candidates else None
    default = Candidate(
        Source.DEFAULT, "", "" if entry.default is None else str(entry.default), entry.default
    )
    return Resolution(entry, (*candidates, default), explicit)


def explicit_value(
    entry: ConfigEntry,
    document: IniDocument | YamlDocument | None,
    environ: Mapping[str, str] | None = None,
    *,
    in_keyring: bool = True,
) -> Any:
    """Return the value of the strongest source, None when there is none or it cannot be used.

    The same as ``resolve(...).explicit``, without looking for anything else, and in the keyring
    only where *in_keyring* says that it may hold something.
    """
    environ = environment() if environ is None else environ
    value: Any = None
    for variable in entry.env_names:
        if (value := environ.get(variable)) is not None:
            break
    else:
        value = None if document is None else document.value(entry)
        if value is None and document is not None and entry.secret and in_keyring:
            kept = _kept(entry, document.path)
            value = kept[0].value if kept else None
    if entry.secret:
        handed_out(value)
    if value is None or entry.transform is None:
        return value
    try:
        return entry.transform(value)
    except ValueError:
        return None


def _candidate(entry: ConfigEntry, source: Source, where: str, found: Found) -> Candidate:
    value, problem = found.value, found.problem
    if not problem and entry.transform is not None:
        try:
            value = entry.transform(value)
        except ValueError as error:
            value, problem = None, str(error)
    if not problem and found.raw == "":
        problem = "empty: it hides what a file says, and the default is in force"
    elif not problem and entry.legacy.type_ is bool and not is_boolean_word(found.value):
        problem = f"no boolean, and counts as {str(value).lower()}: write true or false"
    elif not problem and entry.choices and not _is_choice(entry, value):
        problem = f"none of {', '.join(entry.choices)}"
        near = difflib.get_close_matches(str(value), entry.choices, n=1)
        problem += f": did you mean {near[0]}?" if near else ""
    elif not problem and entry.check is not None:
        problem = entry.check(value)
    elif not problem and entry.legacy.type_ is int and not isinstance(value, int):
        problem = "not a number; it is used as it stands"
    if entry.secret and found.problem:
        problem = HIDDEN_REASON
    return Candidate(source, where, shown(entry, found.raw), value, problem)


def _is_choice(entry: ConfigEntry, value: Any) -> bool:
    return str(value).lower() in {choice.lower() for choice in entry.choices}


def _kept(entry: ConfigEntry, path: str) -> list[Candidate]:
    """Return what the keyring has for *entry* in the file *path*: one candidate or none."""
    if not vault.is_used() or not vault.has(name := vault.setting_name(path, entry.name)):
        return []
    try:
        value, problem = vault.get(name), ""
    except ConfigError as error:
        value, problem = None, str(error.args[0])
    if value is None:
        problem = problem or "the value is gone from the keyring: set it again"
    return [Candidate(Source.KEYRING, "keyring", MASK, value, problem)]


def says_something(value: Any) -> bool:
    """Return whether *value* is more than nothing; 0 is, unlike in flytekit."""
    return isinstance(value, (bool, int)) or bool(value)
