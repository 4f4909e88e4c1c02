"""The lines of a configuration file, fit to be shown: none holds a secret."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from .file import is_yaml_path
from .mask import MASK, without_passwords
from .secret_names import is_harmless, is_secret_key, names_secret
from .sources.yaml_nodes import compose, followed

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_SHOWN = 1_000  # characters of a line
_COMMENT = re.compile(r"\s*[#;][#;\s]*")


def masked_lines(text: str, path: str) -> list[str]:
    """Return the lines of the file *path* without the secrets in them, as many as there are."""
    root = None
    if is_yaml_path(path):
        try:
            root = compose(text)
        except yaml.YAMLError:
            pass  # what is no YAML has lines that look like it: those are masked
        else:
            text = _without_secret_values(text, root)
    lines = text.split("\n")
    if not lines[-1]:
        del lines[-1]
    # Of YAML, values that go on in the next lines are masked already.
    code, comments = (None if root is not None else _Block()), _Block()
    return [_masked(line.rstrip("\r"), code, comments)[:_MAX_SHOWN] for line in lines]


@dataclass(slots=True)
class _Block:
    """A setting whose value may go on in the lines that follow.

    Attributes:
        indent: Of a secret; None while there is none.
    """

    indent: int | None = None

    def holds(self, rest: str, indent: int) -> bool:
        """Return whether a line with *rest* behind its indent is of the value."""
        if self.indent is None:
            return False
        return indent > self.indent or (indent == self.indent and rest.startswith("- "))


def _masked(line: str, code: _Block | None, comments: _Block) -> str:
    rest = line.lstrip()
    if not rest:
        return line
    indent = len(line) - len(rest)
    if code is not None and code.holds(rest, indent):
        return line[:indent] + MASK
    comment = _COMMENT.match(line)
    block = comments if comment else code
    if comment:
        indent = comment.end()
        rest = line[indent:]
        if rest and comments.holds(rest, indent):
            return line[:indent] + MASK
    else:
        comments.indent = None
    if block is not None and rest:
        block.indent = indent if names_secret(rest, is_assigned=True) else None
    return without_passwords(line, is_yaml=code is None)


def _without_secret_values(text: str, root: yaml.Node | None) -> str:
    """Return YAML with the value of each key that is called a secret masked; as many lines."""
    pieces, at = [], 0
    for start, end in sorted(set(_secret_spans(root))):
        value = text[start:end]
        pieces += [text[at:start], MASK, "\n" * value.count("\n")]
        at = end
    return "".join([*pieces, text[at:]])


def _secret_spans(root: yaml.Node | None) -> Iterator[tuple[int, int]]:
    """Yield where the scalars stand that are secrets, in a list also behind ``--password``."""
    stack = [(root, False)]
    seen = set()
    while stack:
        node, is_secret = stack.pop()
        node = followed(node)
        if node is None or (id(node), is_secret) in seen:
            continue
        seen.add((id(node), is_secret))
        if isinstance(node, yaml.MappingNode):
            # What is below is judged by its own keys: settings of a token are no tokens.
            stack += [(value, is_secret_key(_text(key))) for key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            flags = [False, *(_is_flag(_text(item)) for item in node.value)]
            stack += [
                (item, is_secret or flag) for item, flag in zip(node.value, flags, strict=False)
            ]
        elif is_secret and not is_harmless(node.value):
            yield node.start_mark.index, node.end_mark.index


def _text(node: yaml.Node) -> str:
    node = followed(node)
    return node.value if isinstance(node, yaml.ScalarNode) else ""


def _is_flag(text: str) -> bool:
    return text.startswith("-") and "=" not in text and is_secret_key(text)
