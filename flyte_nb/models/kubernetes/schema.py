"""What each type of a pod spec may hold, as the client of Kubernetes describes it.

Read from ``pod_schema.json`` when first asked for; ``tests/support/pod_schema.py`` writes it.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

POD_SPEC = "V1PodSpec"


class Field(NamedTuple):
    """A field of a type.

    Attributes:
        name: As JSON has it, e.g. ``nodeSelector``.
        attribute: As the client has it, e.g. ``node_selector``.
        kind: Its type: one that `fields_of` knows, or ``str``, ``int``, ``bool``, ``object``,
            ``datetime``.
        many: ``[`` for a list of that type, ``{`` for a mapping of text to it, else empty.
        required: Whether the API server refuses an object without it.
    """

    name: str
    attribute: str
    kind: str
    many: str
    required: bool


@cache
def fields_of(kind: str) -> dict[str, Field]:
    """Return the fields of a type by their names in JSON; none for a type that is no object."""
    return {name: _field(name, text) for name, text in _types().get(kind, {}).items()}


@cache
def spellings_of(kind: str) -> dict[str, Field]:
    """Return the fields of a type by every name that they may be given by."""
    fields = fields_of(kind)
    return {field.attribute: field for field in fields.values()} | fields


def meant(kind: str, name: str) -> str | None:
    """Return which field of a type somebody meant who wrote *name*.

    Example:
        >>> meant("V1PodSpec", "node-selecter")
        'nodeSelector'
    """
    from difflib import get_close_matches

    by_letters = {_letters(field): field for field in fields_of(kind)}
    if len(name) > 2 * max(map(len, by_letters), default=0):
        return None  # no misspelling: comparing would only cost time
    found = get_close_matches(_letters(name), by_letters, n=1)
    return by_letters[found[0]] if found else None


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _field(name: str, text: str) -> Field:
    attribute, kind, *mark = text.split()
    many = kind[0] if kind[0] in "[{" else ""
    return Field(name, attribute, kind.strip("[]{}"), many, bool(mark))


@cache
def _types() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("pod_schema.json").read_text(encoding="utf-8")
    types: dict[str, dict[str, str]] = json.loads(text)["types"]
    return types
