"""Changes of settings in one file: planned, looked at, made."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from flyte_nb.config.file import check_text, is_yaml_path
from flyte_nb.config.mask import MASK, shown
from flyte_nb.config.resolve import resolve
from flyte_nb.errors import ConfigError, InvalidValueError

from . import ini_spans, yaml_spans
from .difference import difference
from .proof import prove
from .write import check_content, read_bytes, real_path, write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte_nb.config.entry import ConfigEntry

_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one file.

    Attributes:
        path: The file; where it is a link, the file behind it.
        before: Its content when the change was planned; None when there was no file.
        after: What it will hold.
        values: Each setting that is changed, and its value then.
    """

    path: str
    before: bytes | None = field(repr=False)
    after: bytes = field(repr=False)
    values: tuple[tuple[ConfigEntry, Any], ...] = field(default=(), repr=False)

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after

    def diff(self) -> str:
        """Return the change as a unified diff; no secret is in it."""
        return difference(self.before or b"", self.after, self.path)

    def check(self) -> None:
        """See that nobody else has changed the file.

        Raises:
            ConfigConflictError: Somebody has; the message shows what.
        """
        check_content(self.path, self.before)

    def apply(self) -> None:
        """Write the file, whole or not at all, and read it again to see that all is well.

        Raises:
            ConfigConflictError: Somebody else has changed it since; nothing is written.
            ConfigError: It cannot be written.
        """
        written = write_atomically(self.path, self.after, expected=self.before)
        prove(self.path, decode(self.path, self.before), decode(self.path, written), self.values)


def plan_edit(path: str | os.PathLike[str], entry: ConfigEntry, text: str | None) -> Edit:
    """Return the change that sets *entry* in a file, or removes it; see `plan_edits`."""
    return plan_edits(path, {entry: text})


def plan_edits(
    path: str | os.PathLike[str],
    texts: Mapping[ConfigEntry, str | None],
    *,
    secrets_in_clear: bool = False,
    before: bytes | EllipsisType | None = ...,
) -> Edit:
    """Return the change that sets or removes settings in a file.

    Every byte of everything else stays as it is; that no other setting changes its value is
    tried on the result.

    Args:
        path: The file, INI or YAML by its ending; it need not exist.
        texts: Each setting, and its value as a user writes it; None to remove it.
        secrets_in_clear: Whether the value of a secret may stand in the file.
        before: The file's content as it was when it was last looked at, None for no file; by
            default it is read now.

    Raises:
        InvalidValueError: A text is not of its setting's type, or the setting is a secret.
        ConfigError: The file is broken, or cannot be changed without touching other settings.
    """
    full = real_path(os.fspath(path))
    content = read_bytes(full) if isinstance(before, EllipsisType) else before
    old = new = decode(full, content)
    check_text(old, full)
    values = []
    for entry, text in texts.items():
        value = None if text is None else parsed(entry, text, in_clear=secrets_in_clear)
        new = _edited(full, new, entry, text, value)
        values.append((entry, value))
    prove(full, old, new, values)
    mark = _MARK if (content or b"").startswith(_MARK) else b""
    return Edit(full, content, mark + new.encode(), tuple(values))


def parsed(entry: ConfigEntry, text: str, *, in_clear: bool = False) -> Any:
    """Return what *text* means for *entry*.

    Raises:
        InvalidValueError: It is not of the setting's type, or no text for a file.
    """
    if entry.secret and not in_clear:
        raise InvalidValueError(
            f"{entry.name} is a secret: it would stay in the notebook and in the file",
            hint=f"%flyte_config set {entry.name} asks for it, and keeps it elsewhere",
        )
    if not text:
        raise InvalidValueError(
            f"{entry.name}: no value is given", hint=f"%flyte_config unset {entry.name} removes it"
        )
    if MASK in text:
        raise InvalidValueError(f"{entry.name}: type the password in place of {MASK}")
    if any(not char.isprintable() for char in text):
        raise InvalidValueError(f"{entry.name}: a value has one line, and no control characters")
    if entry.legacy.type_ is list and text.startswith("["):
        return _list(entry, text)
    found = resolve(entry, None, {entry.env_names[0]: text})
    value, problem = found.candidates[0].value, found.candidates[0].problem
    if problem:
        raise InvalidValueError(f"{entry.name}={shown(entry, text)}: {problem}", hint=entry.doc)
    return value if entry.legacy.type_ in (bool, list, int) else text


def list_text(items: list[Any]) -> str:
    """Return a list as a user writes it: with commas, in brackets where an item needs that."""
    texts = [str(item) for item in items]
    plain = all(text and text == text.strip() and not set(text) & set(",[]\"'") for text in texts)
    return ",".join(texts) if plain else json.dumps(texts, ensure_ascii=False)


def _list(entry: ConfigEntry, text: str) -> list[str]:
    """Return a list that is written in brackets, as in YAML and JSON."""
    import yaml

    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        found = None
    if not isinstance(found, list) or any(isinstance(item, (list, dict)) for item in found):
        raise InvalidValueError(
            f"{entry.name}={shown(entry, text)}: not a list",
            hint='write a,b or ["a", "b"], in quotes',
        )
    items = ["" if item is None else str(item) for item in found]
    if entry.check is not None and (problem := entry.check(items)):
        raise InvalidValueError(f"{entry.name}={shown(entry, text)}: {problem}", hint=entry.doc)
    return items


def decode(path: str, content: bytes | None) -> str:
    """Return the text of a file.

    Raises:
        ConfigError: It is not UTF-8.
    """
    try:
        return (content or b"").decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 text") from None


def _edited(path: str, old: str, entry: ConfigEntry, text: str | None, value: Any) -> str:
    """Return *old* with one setting changed."""
    span: Any
    if is_yaml_path(path):
        if not entry.yaml_keys:
            raise ConfigError(
                f"{entry.name} has no place in a YAML file",
                hint=f"set {entry.env_names[0]}, or use an INI file",
            )
        span = (
            yaml_spans.unset_span(old, entry.yaml_keys)
            if text is None
            else yaml_spans.set_span(old, entry.yaml_keys, value)
        )
    else:
        place = (entry.legacy.section, entry.legacy.option)
        if isinstance(value, list):
            if any("," in item for item in value):
                raise ConfigError(
                    f"{entry.name}: an INI file cannot hold an item with a comma",
                    hint="use a YAML file",
                )
            text = ",".join(value)
        elif type(value) is int:
            text = str(value)  # a level by its name is understood in variables alone
        span = (
            ini_spans.unset_span(old, *place)
            if text is None
            else ini_spans.set_span(old, *place, text)
        )
    return old if span is None else str(span.apply(old))
