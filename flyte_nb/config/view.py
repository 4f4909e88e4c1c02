"""The configuration as a user looks at it: what is in force, why, and what is wrong."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flyte_nb.display import TableView, short_path
from flyte_nb.errors import InvalidValueError

from .catalogue import Platform, all_entries
from .diagnose import problems
from .file import FILE_VARIABLE, OVERRIDE_VARIABLE, ConfigFile, get_config_file, locations
from .mask import shown, without_password
from .profiles import profiles
from .resolve import Source, resolve
from .sources.environment import environment

if TYPE_CHECKING:
    from .entry import ConfigEntry
    from .problem import Problem
    from .resolve import Candidate


def show(cfg: ConfigFile | None = None, *, everything: bool = False) -> TableView:
    """Return the settings that a source sets, all of them when *everything* is wanted.

    Args:
        cfg: The configuration file; the one in force by default.
        everything: Whether to list settings that have their default too.
    """
    cfg = get_config_file() if cfg is None else cfg
    found = [resolve(entry, cfg) for entry in all_entries()]
    listed = [r for r in found if everything or r.winner.source is not Source.DEFAULT]
    rows = tuple(
        (r.entry.name, value_text(r.entry, r.winner), origin_text(r.winner)) for r in listed
    )
    defaults = len(found) - len(listed)
    remarks = (
        [] if everything else [f"{defaults} more have their default: %flyte_config show --all"]
    )
    remarks += [
        f"note: {place.origin} names {short_path(place.path)}, which is not there"
        for place in locations()
        if place.origin in (FILE_VARIABLE, OVERRIDE_VARIABLE) and not place.exists
    ]
    return TableView(
        f"Configuration ({_name(cfg)})",
        ("setting", "value", "from"),
        rows,
        (*remarks, *_remarks(problems(cfg))),
    )


def explain(name: str, cfg: ConfigFile | None = None) -> TableView:
    """Return every candidate for one setting, the strongest first.

    Args:
        name: The setting: its path in YAML, its ``section.option``, or its variable.
        cfg: The configuration file; the one in force by default.

    Raises:
        InvalidValueError: There is no such setting.
    """
    cfg = get_config_file() if cfg is None else cfg
    entry = find_entry(name)
    found = resolve(entry, cfg)
    rows: tuple[tuple[str, ...], ...] = tuple(
        (
            "in force" if candidate is found.winner else "",
            origin_text(candidate),
            value_text(entry, candidate),
            candidate.problem,
        )
        for candidate in found.candidates
    )
    names = [f"variable {variable}" for variable in entry.env_names]
    names.append(f"INI [{entry.legacy.section}] {entry.legacy.option}")
    if entry.yaml_entry is not None:
        names.append(f"YAML {entry.yaml_entry.switch}")
    head: tuple[str, ...] = ("", "from", "value", "note")
    if not any(note for *_, note in rows):
        head, rows = head[:-1], tuple(row[:-1] for row in rows)
    broken = [] if cfg is None else [problem for problem in cfg.problems if problem.is_error]
    remarks = ("Set by " + ", ".join(names), *_remarks(broken))
    return TableView(f"{entry.name}: {entry.doc}", head, rows, remarks)


def files() -> TableView:
    """Return the places where a configuration file is looked for, in order."""
    used = False
    rows = []
    for place in locations():
        is_used = not used and (place.exists or place.is_chosen)
        missing = "not there" if not is_used else "missing: mend it, or %flyte_context use default"
        state = missing if not place.exists else "used" if is_used else "hidden by the one above"
        used = used or is_used
        rows.append((state, short_path(place.path), place.origin))
    remarks = () if used else ("No configuration file is there: variables and defaults hold.",)
    return TableView("Configuration files", ("", "file", "named by"), tuple(rows), remarks)


def profile_list(*, active_only: bool = False) -> TableView:
    """Return the configurations that can be chosen by name, and which is in use.

    Args:
        active_only: Whether the one in use is enough.
    """
    found = [profile for profile in profiles() if profile.is_active or not active_only]
    rows = tuple(
        (
            "active" if profile.is_active else "",
            profile.name,
            without_password(profile.endpoint),
            profile.auth,
            short_path(profile.path) or "no file",
        )
        for profile in found
    )
    remarks = [f"error: {profile.problem}" for profile in found if profile.problem]
    stronger = [name for name in Platform.URL.env_names if environment().get(name)]
    remarks += [f"note: {name} is set and is stronger than any file's" for name in stronger]
    if not active_only:
        remarks.append("Choose one: %flyte_context use NAME")
    head = ("", "name", "endpoint", "auth", "file")
    return TableView("Configurations", head, rows, tuple(remarks))


def find_entry(name: str) -> ConfigEntry:
    """Return the setting called *name*, whatever its case.

    It goes by its path in YAML, its ``section.option`` in INI, and its variables; and by the
    last part of these, such as ``client_secret``, where only one setting has it.

    Raises:
        InvalidValueError: There is none, or more than one; the message names the nearest.
    """
    known: dict[str, ConfigEntry] = {}
    by_last: dict[str, dict[str, ConfigEntry]] = {}
    for entry in all_entries():
        option = f"{entry.legacy.section}.{entry.legacy.option}"
        for alias in (entry.name, option, *entry.env_names):
            known[alias.lower()] = entry
        for alias in (entry.name, option):
            by_last.setdefault(_bare(alias), {})[entry.name] = entry
    if (found := known.get(name.lower())) is not None:
        return found
    same = by_last.get(_bare(name), {})
    if len(same) == 1 and "." not in name:
        return next(iter(same.values()))
    if same:
        hint = f"did you mean {' or '.join(same)}?"
    elif near := difflib.get_close_matches(name.lower(), known, n=1):
        hint = f"did you mean {known[near[0]].name}?"
    else:
        hint = "%flyte_config show --all lists them"
    raise InvalidValueError(f"there is no setting {name!r}", hint=hint)


def _bare(name: str) -> str:
    """Return the last part of a setting's name, in the spelling that INI and YAML share."""
    return name.rpartition(".")[2].replace("_", "").replace("-", "").lower()


def value_text(entry: ConfigEntry, candidate: Candidate) -> str:
    """Return a value as it can be shown: no secret, no password."""
    value: Any = candidate.value
    if value is None:
        return "" if not candidate.problem else candidate.raw
    return shown(entry, value)


def origin_text(candidate: Candidate) -> str:
    """Return where a value comes from."""
    return short_path(candidate.where) or candidate.source.value


def _name(cfg: ConfigFile | None) -> str:
    return "no file" if cfg is None else short_path(cfg.path)


def _remarks(found: list[Problem]) -> list[str]:
    return [
        f"{'error' if problem.is_error else 'note'}: "
        f"{replace(problem, where=short_path(problem.where))}"
        for problem in found
    ]
