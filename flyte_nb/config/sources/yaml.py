"""YAML files, with the line that each value stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from flyte_nb.config.problem import Problem

from .found import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.config.entry import ConfigEntry

# libyaml parses ten times faster; not every platform's PyYAML has it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 100  # a configuration has five; libyaml would follow a hostile one off the stack


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
        try:
            _refuse_depth(text)
            loader = _Loader(text)
            try:
                self.root = loader.get_single_node()
                self.data = None if self.root is None else loader.construct_document(self.root)
            finally:
                loader.dispose()
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            self.root = self.data = None
            self.problems.append(_problem(error, text, path))
            return
        if self.data is not None and not isinstance(self.data, dict):
            where = f"{path}:{_line(self.root)}"
            message = f"a mapping is expected here, not a {type(self.data).__name__}"
            self.problems.append(Problem(message, where, is_error=True))
            self.data = None
        self.problems += duplicates(self.root, path)

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
        value: Any = self.data if entry.yaml_keys else None
        for key in entry.yaml_keys:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value if value or isinstance(value, bool) else None

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
            for key, child in node.value:
                path = f"{prefix}{key.value}"
                yield path, _line(key)
                stack.append((f"{path}.", child))


def duplicates(root: yaml.Node | None, path: str) -> Iterator[Problem]:
    """Yield a problem for each key that stands twice in one mapping; the last one counts."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if node is None or id(node) in seen:  # an alias leads back to its anchor
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            stack += node.value
        elif isinstance(node, yaml.MappingNode):
            lines: dict[Any, int] = {}
            for key, child in node.value:
                stack.append(child)
                if not isinstance(key, yaml.ScalarNode):
                    continue
                if key.value in lines:
                    message = (
                        f"{key.value!r} stands in line {lines[key.value]} too; this one counts"
                    )
                    yield Problem(message, f"{path}:{_line(key)}")
                lines[key.value] = _line(key)


def _refuse_depth(text: str) -> None:
    """Raise `ValueError` for nesting that no configuration has, before anything recurses."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                raise ValueError(f"more than {_MAX_DEPTH} levels deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _child(node: Any, key: str) -> Any:
    """Return the node of the last *key*, the one whose value counts."""
    if not isinstance(node, yaml.MappingNode):
        return node
    return next((child for name, child in reversed(node.value) if name.value == key), node)


def _line(node: yaml.Node | None) -> int:
    return 0 if node is None else node.start_mark.line + 1


def _problem(error: Exception, text: str, path: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error) or type(error).__name__
    if mark is None:
        return Problem(f"not YAML: {reason}", path, is_error=True)
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    return Problem(
        f"not YAML: {reason}", f"{path}:{mark.line + 1}:{mark.column + 1}", line, is_error=True
    )
