"""What a file says beside some of its settings, to be compared before and after an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from flyte_nb.config.sources.yaml import YamlDocument
from flyte_nb.config.sources.yaml_nodes import NULL_TAG, followed, pairs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flyte_nb.config.entry import ConfigEntry
    from flyte_nb.config.sources.ini import IniDocument

_NOTHING: tuple[Any, ...] = ()


def remainder(document: IniDocument | YamlDocument, entries: Iterable[ConfigEntry]) -> Any:
    """Return all that *document* says, but for *entries* and what holds nothing else.

    Two documents with equal remainders differ in those settings alone. It is what is written
    that is compared: the value NaN, for one, is not equal to itself.
    """
    if isinstance(document, YamlDocument):
        wanted: dict[str, Any] = {}
        for entry in entries:
            inner = wanted
            for key in entry.yaml_keys:
                inner = inner.setdefault(key, {})
        return _without(document.root, wanted)
    places = {(entry.legacy.section, entry.legacy.option) for entry in entries}
    return {place: raw for place, raw in document.written().items() if place not in places}


def _without(node: yaml.Node | None, wanted: dict[str, Any]) -> Any:
    """Return a node as tuples; nothing for a mapping that *wanted* leaves nothing in."""
    if node is None:
        return _NOTHING
    if isinstance(node, yaml.SequenceNode):
        return (node.tag, *(_without(followed(item), {}) for item in node.value))
    if not isinstance(node, yaml.MappingNode):
        return _NOTHING if wanted and node.tag == NULL_TAG else (node.tag, node.value)
    left = []
    for key, value in pairs(node):
        inner = wanted.get(key.value) if isinstance(key, yaml.ScalarNode) else None
        if inner == {}:
            continue
        rest = _without(value, inner or {})
        if inner is None or rest != _NOTHING:
            left.append((_without(key, {}), rest))
    return (node.tag, *left) if left or not wanted else _NOTHING
