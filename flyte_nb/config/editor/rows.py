"""What an editor shows of each setting: plain data, fit for JSON, and no secret in it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flyte_nb.config.catalogue import CATEGORIES, entries
from flyte_nb.config.resolve import resolve
from flyte_nb.config.view import origin_text, value_text

from .secrets import places

if TYPE_CHECKING:
    from flyte_nb.config.entry import ConfigEntry
    from flyte_nb.config.resolve import Candidate

    from .editor import ConfigEditor

_KINDS: dict[type, str] = {bool: "boolean", int: "number", list: "list", timedelta: "number"}
TITLES = {
    "LocalSDK": "Local runs",
    "Local": "Project and cache",
    "StatsD": "Metrics",
    "AWS": "S3",
    "GCP": "Google Cloud Storage",
    "AZURE": "Azure Blob Storage",
    "Persistence": "Outputs",
}


def settings(editor: ConfigEditor) -> list[dict[str, Any]]:
    """Return each setting, in the order of the catalogue: its names, its value, all candidates.

    ``text`` is what the editor's file says; ``value``, ``source`` and ``where`` are what is in
    force while that file is.
    """
    return [
        _setting(editor, entry, TITLES.get(category.__name__, category.__name__))
        for category in CATEGORIES
        for entry in entries(category)
    ]


def _setting(editor: ConfigEditor, entry: ConfigEntry, category: str) -> dict[str, Any]:
    found = resolve(entry, editor.config)
    kind = (
        "secret" if entry.secret else "choice" if entry.choices else _KINDS.get(entry.legacy.type_)
    )
    return {
        "name": entry.name,
        "category": category,
        "doc": entry.doc,
        "kind": kind or "text",
        "choices": list(entry.choices),
        "aliases": [f"{entry.legacy.section}.{entry.legacy.option}", *entry.env_names],
        "text": editor.text(entry),
        "isSet": editor.is_set(entry),
        "refusal": _refusal(editor, entry),
        "places": {place.value: said for place, said in places(entry, editor.path).items()}
        if entry.secret
        else {},
        "value": value_text(entry, found.winner),
        "source": found.winner.source.value,
        "candidates": [
            _candidate(entry, candidate, in_force=candidate is found.winner)
            for candidate in found.candidates
        ],
    }


def _candidate(entry: ConfigEntry, candidate: Candidate, *, in_force: bool) -> dict[str, Any]:
    return {
        "source": candidate.source.value,
        "where": origin_text(candidate),
        "value": value_text(entry, candidate),
        "problem": candidate.problem,
        "inForce": in_force,
    }


def _refusal(editor: ConfigEditor, entry: ConfigEntry) -> str:
    """Return why the setting cannot stand in the editor's file; empty when it can."""
    if entry.yaml_keys or entry.secret or not editor.is_yaml:
        return ""
    return f"has no place in a YAML file: set {entry.env_names[0]}, or use an INI file"
