"""YAML files, with the line that each value stands on."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

import yaml

from flyte_nb.config.entry import YamlConfigEntry
from flyte_nb.config.problem import Problem, shortened, shown_line

from .found import Found
from .yaml_nodes import MERGE_TAG, Constructor, compose, pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flyte_nb.config.entry import ConfigEntry, LegacyConfigEntry

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# What the reason of a parser goes on with may be a secret that lacks its quotes.
_NAMED = re.compile(r"\b(tag handle|tag|alias|anchor) ['\"].*", re.DOTALL)
_MAX_DUPLICATES = 100  # whoever has more sees the point
_MAX_PATH = 500  # characters of one to which those below are added


class YamlDocument:
    """The content of a YAML file; a broken one is empty and says why.

    Args:
        text: The file's content.
        path: What it is called in problems.
    """

    def __init__(self, text: str, path: str) -> None:
        self.data: Any = None
        self.root: yaml.Node | None = None
        self.path = path
        self.problems: list[Problem] = []
        self._values: dict[tuple[str, ...], Any] = {}  # looked up at each use of the settings
        try:
            self.root = compose(text)
            self.problems += islice(duplicates(self.root, path), _MAX_DUPLICATES)
            self.data = None if self.root is None else Constructor().construct_document(self.root)
        except yaml.YAMLError as error:
            self.root = None
            self.problems = [_problem(error, text, path)]
        if self.data is not None and not isinstance(self.data, dict):
            where = f"{path}:{_line(self.root)}"
            message = f"a mapping is expected here, not a {type(self.data).__name__}"
            self.problems.append(Problem(message, where, is_error=True))
            self.data = None

    def find(self, entry: ConfigEntry) -> Found | None:
        """Return what the file holds for *entry*; empty text, 0 and empty lists are nothing."""
        value = self.value(entry)
        if value is None:
            return None
        node: Any = self.root
        for key in entry.yaml_keys:
            node = _child(node, key)
        raw = node.value if isinstance(node, yaml.ScalarNode) else str(value)
        return Found(value, raw, _line(node))

    def value(self, entry: ConfigEntry) -> Any:
        """Return the value for *entry*, None when there is none."""
        keys = entry.yaml_keys
        value = self._values[keys] if keys in self._values else self._at(keys)
        if isinstance(value, list):
            # The document is kept: who changes the list in hand must not change what it says.
            return list(value) or None
        self._values[keys] = value
        return value if value or isinstance(value, bool) else None

    def get(self, place: LegacyConfigEntry | YamlConfigEntry) -> Any:
        """Return what the file holds at *place*, None for nothing."""
        return self._at(place.switch.split(".")) if isinstance(place, YamlConfigEntry) else None

    def parser(self) -> None:
        """Return None: this is no INI file."""

    def _at(self, keys: Sequence[str]) -> Any:
        value: Any = self.data if keys else None
        for key in keys:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value

    def images(self) -> dict[str, str]:
        """Return key ``images``: name to reference."""
        found = (self.data or {}).get("images")
        return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}

    def paths(self) -> Iterator[tuple[str, int]]:
        """Yield the path of each key, with dots, and its line."""
        seen: set[int] = set()
        stack: list[tuple[str, Any]] = [("", self.root)]
        while stack:
            prefix, node = stack.pop()
            if not isinstance(node, yaml.MappingNode) or id(node) in seen:
                continue
            seen.add(id(node))
            for key, child in pairs(node):
                path = f"{prefix}{_name(key)}"
                yield path, _line(key)
                stack.append((f"{path[:_MAX_PATH]}.", child))


def duplicates(root: yaml.Node | None, path: str) -> Iterator[Problem]:
    """Yield a problem for each key that stands twice in one mapping; the last one counts."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, yaml.SequenceNode):
            stack += node.value
        elif isinstance(node, yaml.MappingNode):
            lines: dict[Any, int] = {}
            for key, child in node.value:
                stack.append(child)
                if not isinstance(key, yaml.ScalarNode) or key.tag == MERGE_TAG:
                    continue
                if key.value in lines:
                    message = (
                        f"{_name(key)!r} stands in line {lines[key.value]} too; this one counts"
                    )
                    yield Problem(message, f"{path}:{_line(key)}")
                lines[key.value] = _line(key)


def _child(node: Any, key: str) -> Any:
    """Return the node of the last *key*, the one whose value counts."""
    if not isinstance(node, yaml.MappingNode):
        return node
    return next((child for name, child in reversed(pairs(node)) if name.value == key), node)


def _name(key: yaml.Node) -> str:
    """Return how a key is shown."""
    return shortened(key.value if isinstance(key, yaml.ScalarNode) else "(no text)")


def _line(node: yaml.Node | None) -> int:
    return 0 if node is None else node.start_mark.line + 1


def _problem(error: yaml.YAMLError, text: str, path: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or type(error).__name__
    reason = shortened(_NAMED.sub(r"\1", reason))
    line, column = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
    if (
        mark is not None and line > 1 and mark.index >= len(text)
    ):  # libyaml ends every text with a line of its own
        line, column = min(line, len(_BREAK.findall(text)) + 1), 1
    shown = shown_line(text, line)
    return Problem(f"not YAML: {reason}", f"{path}:{line}:{column}", shown, is_error=True)
