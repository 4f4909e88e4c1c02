"""One change of one setting: planned, looked at, made."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.config.catalogue import all_entries
from flyte_nb.config.file import ConfigFile, is_yaml_path
from flyte_nb.config.resolve import resolve
from flyte_nb.config.sources.ini import IniDocument
from flyte_nb.config.sources.yaml import YamlDocument
from flyte_nb.errors import ConfigError, InvalidValueError

from . import ini_spans, yaml_spans
from .write import read_bytes, write_atomically

if TYPE_CHECKING:
    from flyte_nb.config.entry import ConfigEntry


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one file.

    Attributes:
        path: The file; where it is a link, the file behind it.
        before: Its content when the change was planned; None when there was no file.
        after: What it will hold.
    """

    path: str
    before: bytes | None
    after: bytes

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after

    def diff(self) -> str:
        """Return the change as a unified diff."""
        return _diff(self.before or b"", self.after, self.path)

    def apply(self) -> None:
        """Write the file, whole or not at all.

        Raises:
            ConfigError: It was changed by somebody else in the meantime, or cannot be written.
        """
        now = read_bytes(self.path)
        if now != self.before:
            difference = _diff(self.before or b"", now or b"", self.path)
            raise ConfigError(
                f"{self.path} was changed since it was read; nothing was written:\n{difference}",
                hint="look at the change, then do it again",
            )
        write_atomically(self.path, self.after)


def plan_edit(path: str | os.PathLike[str], entry: ConfigEntry, text: str | None) -> Edit:
    """Return the change that sets *entry* in a file, or removes it.

    Every byte of everything else stays as it is; that no other setting changes its value is
    tried on the result.

    Args:
        path: The file, INI or YAML by its ending; it need not exist.
        entry: The setting.
        text: The value as a user writes it; None to remove the setting.

    Raises:
        InvalidValueError: The text is not of the setting's type, or the setting is a secret.
        ConfigError: The file is broken, or cannot be changed without touching other settings.
    """
    full = os.path.realpath(os.path.expanduser(os.fspath(path)))  # noqa: PTH111
    before = read_bytes(full)
    if before is not None:
        ConfigFile(full).checked_document()
    old = _decode(full, before or b"")
    value = None if text is None else _value(entry, text)
    span: Any
    if is_yaml_path(full):
        if not entry.yaml_keys:
            raise ConfigError(
                f"{entry.name} has no place in a YAML file",
                hint=f"set {entry.env_names[0]}, or use an INI file",
            )
        edit = yaml_spans.unset_span if text is None else yaml_spans.set_span
        span = edit(old, entry.yaml_keys, *([] if text is None else [value]))
    else:
        place = (entry.legacy.section, entry.legacy.option)
        span = (
            ini_spans.unset_span(old, *place)
            if text is None
            else ini_spans.set_span(old, *place, text)
        )
    new = old if span is None else span.apply(old)
    _prove(full, old, new, entry, value)
    mark = b"\xef\xbb\xbf" if (before or b"").startswith(b"\xef\xbb\xbf") else b""
    return Edit(full, before, mark + new.encode())


def _value(entry: ConfigEntry, text: str) -> Any:
    if entry.secret:
        raise InvalidValueError(
            f"{entry.name} is a secret: it would stay in the notebook and in the file",
            hint=f"set {entry.env_names[0]} outside, or name a file or variable that holds it",
        )
    if not text:
        raise InvalidValueError(
            f"{entry.name}: no value is given", hint=f"%flyte_config unset {entry.name} removes it"
        )
    if "\n" in text or "\r" in text:
        raise InvalidValueError(f"{entry.name}: a value has one line")
    found = resolve(entry, None, {entry.env_names[0]: text})
    value, problem = found.candidates[0].value, found.candidates[0].problem
    if problem:
        raise InvalidValueError(f"{entry.name}={text}: {problem}", hint=entry.doc)
    return value if entry.legacy.type_ in (bool, list, int) else text


def _prove(path: str, old: str, new: str, entry: ConfigEntry, value: Any) -> None:
    """Raise `ConfigError` unless *entry*, and nothing else, has changed as intended."""
    kind = YamlDocument if is_yaml_path(path) else IniDocument
    was, now = kind(old, path), kind(new, path)
    others = [other for other in all_entries() if other is not entry]
    is_same = all(was.value(other) == now.value(other) for other in others)
    is_set = now.value(entry) == (value if value not in ("", [], 0) else now.value(entry))
    here = entry.name.split(".") if kind is YamlDocument else [entry.legacy.section]
    own = {".".join(here[:n]) for n in range(1, len(here) + 1)}
    own.add(f"{entry.legacy.section}.{entry.legacy.option}")
    moved = {path for path, _ in was.paths()} ^ {path for path, _ in now.paths()}
    is_broken = any(problem.is_error for problem in now.problems)
    if is_broken or not is_same or not is_set or moved - own:
        raise ConfigError(
            f"{entry.name} cannot be changed in {path} without touching something else",
            hint="edit the file by hand",
        )


def _decode(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 text") from None


def _diff(before: bytes, after: bytes, path: str) -> str:
    old, new = (content.decode(errors="replace").splitlines() for content in (before, after))
    return "\n".join(
        difflib.unified_diff(old, new, f"{path} (before)", f"{path} (after)", lineterm="")
    )
