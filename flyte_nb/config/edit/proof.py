"""Trying on the result of an edit that nothing but the intended settings has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.config.catalogue import all_entries
from flyte_nb.config.file import is_yaml_path
from flyte_nb.config.sources.ini import IniDocument
from flyte_nb.config.sources.yaml import YamlDocument
from flyte_nb.errors import ConfigError

from .remainder import remainder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flyte_nb.config.entry import ConfigEntry

_NOTHING: tuple[Any, ...] = ("", [], 0)  # which a file cannot say


def prove(path: str, old: str, new: str, values: Iterable[tuple[ConfigEntry, Any]]) -> None:
    """Look at a file before and after an edit.

    Args:
        path: The file.
        old: Its text before.
        new: Its text after.
        values: The settings that were to change, and their values then.

    Raises:
        ConfigError: Another setting or key has changed, or one of these not as intended.
    """
    kind = YamlDocument if is_yaml_path(path) else IniDocument
    was, now = kind(old, path), kind(new, path)
    intended = dict(values)
    others = [entry for entry in all_entries() if entry not in intended]
    is_same = remainder(was, intended) == remainder(now, intended)
    is_same = is_same and all(was.value(entry) == now.value(entry) for entry in others)
    wrong = [e for e, value in intended.items() if value not in _NOTHING and now.value(e) != value]
    own: set[str] = set()
    for entry in intended:
        keys = list(entry.yaml_keys) if kind is YamlDocument else [entry.legacy.section]
        own |= {".".join(keys[:n]) for n in range(1, len(keys) + 1)}
        own.add(f"{entry.legacy.section}.{entry.legacy.option}")
    moved = {path for path, _ in was.paths()} ^ {path for path, _ in now.paths()}
    is_broken = any(problem.is_error for problem in now.problems)
    if is_broken or not is_same or wrong or moved - own:
        names = ", ".join(entry.name for entry in intended)
        raise ConfigError(
            f"{names} cannot be changed in {path} without touching something else",
            hint="edit the file by hand",
        )
