"""YAML text as nodes with their places, within limits that no configuration reaches."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.constructor import BaseConstructor, ConstructorError, SafeConstructor
from yaml.parser import ParserError
from yaml.reader import Reader
from yaml.resolver import Resolver
from yaml.scanner import ScannerError

# libyaml parses ten times faster; not every platform's PyYAML has it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 100  # a configuration has five; whatever recurses over more leaves the stack
_MAX_NODES = 200_000  # a megabyte of short settings; an alias counts as all that it repeats
# A byte order mark that comes behind another would put every place of libyaml's one off.
_NOT_ALLOWED = re.compile(rf"\A\ufeff|{Reader.NON_PRINTABLE.pattern}")
_SMALL = 50_000  # characters, which PyYAML's own parser reads within a second
_CHARS_A_NODE = 100  # so that an alias of a long text is no way round the limit
NULL_TAG = "tag:yaml.org,2002:null"
MERGE_TAG = "tag:yaml.org,2002:merge"
_EQUALS_TAG = "tag:yaml.org,2002:value"
_TEXT_TAG = Resolver.DEFAULT_SCALAR_TAG
_SPECIAL = frozenset(filter(None, Resolver.yaml_implicit_resolvers))  # first letters of others


class AliasNode(yaml.Node):
    """An alias where it stands; its value is its name.

    Attributes:
        target: The node that it repeats.
    """

    id = "alias"

    def __init__(self, target: yaml.Node, event: Any) -> None:
        super().__init__("alias", event.anchor, event.start_mark, event.end_mark)
        self.target = target


@lru_cache(maxsize=2)  # an edit looks at the text before and after it more than once
def compose(text: str) -> yaml.Node | None:
    """Return the root of *text*, None where it holds nothing but comments.

    An alias is an `AliasNode`. The nodes are not to be changed.

    Raises:
        yaml.YAMLError: It is not YAML, is several documents, or has more nodes or levels than
            a configuration.
    """
    if (bad := _NOT_ALLOWED.search(text)) is not None:
        # libyaml says so too, but not where.
        message = f"the character U+{ord(bad[0]):04X} is not allowed"
        raise ComposerError(None, None, message, _mark(text, bad.start()))
    try:
        return _Composer(text, _Loader).root()
    except (ScannerError, ParserError):
        if len(text) > _SMALL:
            raise
        # libyaml refuses some tabs and directives that PyYAML, and so flytekit, does not.
        return _Composer(text, yaml.SafeLoader).root()


class _Composer:
    """PyYAML's composer as a loop, which counts."""

    def __init__(self, text: str, loader: Any) -> None:
        self._text = text
        self._loader = loader
        self._resolve: Any = Resolver().resolve
        self._roots: list[yaml.Node] = []
        self._open: list[tuple[yaml.CollectionNode, list[Any], str | None, int]] = []
        self._anchors: dict[str, tuple[yaml.Node, int]] = {}  # and how many nodes it stands for
        self._count = 0

    def root(self) -> yaml.Node | None:
        events: Any = yaml.parse(self._text, Loader=self._loader)
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._start(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end(event)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif self._roots and isinstance(event, yaml.DocumentStartEvent):
                raise _refusal("a second document", event)
        return self._roots[0] if self._roots else None

    def _scalar(self, event: Any) -> None:
        before = self._count
        value, tag = event.value, event.tag
        self._add(1 + len(value) // _CHARS_A_NODE, event)
        if tag is None or tag == "!":
            is_text = event.implicit[0] and value and value[0] not in _SPECIAL
            tag = _TEXT_TAG if is_text else self._resolve(yaml.ScalarNode, value, event.implicit)
        node = yaml.ScalarNode(tag, value, event.start_mark, event.end_mark, event.style or None)
        self._place(node, event.anchor, before)

    def _start(self, event: Any) -> None:
        self._add(1, event)
        kind = yaml.MappingNode if isinstance(event, yaml.MappingStartEvent) else yaml.SequenceNode
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._resolve(kind, None, event.implicit)
        if len(self._open) == _MAX_DEPTH:
            message = f"more than {_MAX_DEPTH} levels deep"
            raise _refusal(message, event)
        node = kind(tag, [], event.start_mark, None, event.flow_style)
        self._open.append((node, [], event.anchor, self._count - 1))

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        node, children, anchor, before = self._open.pop()
        pairs = isinstance(node, yaml.MappingNode)
        node.value = list(zip(children[::2], children[1::2], strict=True)) if pairs else children
        node.end_mark = event.end_mark
        self._place(node, anchor, before)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            is_inside = any(anchor == event.anchor for _, _, anchor, _ in self._open)
            message = "an alias of what it stands in" if is_inside else "an alias of nothing"
            raise _refusal(f"here is {message}", event)
        node, count = self._anchors[event.anchor]
        self._add(count, event)
        self._place(AliasNode(node, event), None, 0)

    def _place(self, node: yaml.Node, anchor: str | None, before: int) -> None:
        if anchor is not None:
            if anchor in self._anchors:
                raise _refusal("an anchor of this name stands above too", node)
            self._anchors[anchor] = (node, self._count - before)
        (self._open[-1][1] if self._open else self._roots).append(node)

    def _add(self, count: int, event: Any) -> None:
        self._count += count
        if self._count > _MAX_NODES:
            message = f"more than {_MAX_NODES:,} values, those counted that an alias repeats"
            raise _refusal(message, event)


def followed(node: Any) -> Any:
    """Return *node*, for an alias what it repeats."""
    return node.target if isinstance(node, AliasNode) else node


def pairs(mapping: yaml.MappingNode) -> list[tuple[Any, Any]]:
    """Return the keys and values of a mapping, aliases followed; what ``<<`` merges stands first.

    Raises:
        yaml.constructor.ConstructorError: What is to be merged is no mapping.
    """
    if not any(
        key.tag == MERGE_TAG or isinstance(key, AliasNode) or isinstance(value, AliasNode)
        for key, value in mapping.value
    ):
        return list(mapping.value)
    merged: list[tuple[Any, Any]] = []
    own: list[tuple[Any, Any]] = []
    for written_key, written in mapping.value:
        key, value = followed(written_key), followed(written)
        if key.tag != MERGE_TAG:
            own.append((key, value))
            continue
        sources = reversed(value.value) if isinstance(value, yaml.SequenceNode) else [value]
        for source in map(followed, sources):
            if not isinstance(source, yaml.MappingNode):
                message = "a mapping is expected after <<"
                raise ConstructorError(None, None, message, source.start_mark)
            merged += pairs(source)
    return [*merged, *own]


class Constructor(SafeConstructor):
    """PyYAML's, whose every error says where, and which leaves the nodes as they are."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Return the value of a node.

        Raises:
            yaml.constructor.ConstructorError: It has none.
        """
        node = followed(node)
        if isinstance(node, yaml.ScalarNode) and node.tag in {_TEXT_TAG, _EQUALS_TAG}:
            return node.value
        try:
            return super().construct_object(node, deep)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            # Each of them leaves SafeConstructor for some text that is not of its tag.
            kind = node.tag.rpartition(":")[2]
            message = f"not a value of type {kind}"
            raise ConstructorError(None, None, message, node.start_mark) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """Return the value of a mapping."""
        if isinstance(node, yaml.MappingNode):
            start, end = node.start_mark, node.end_mark
            node = yaml.MappingNode(node.tag, pairs(node), start, end, node.flow_style)
        return BaseConstructor.construct_mapping(self, node, deep)


def _refuse_tag(_constructor: Any, node: yaml.Node) -> None:
    # Without its name: it may be a secret that lacks its quotes.
    message = "a tag that YAML does not have: put text that begins with ! in quotes"
    raise ConstructorError(None, None, message, node.start_mark)


Constructor.add_constructor(None, _refuse_tag)


def _refusal(message: str, place: Any) -> ComposerError:
    """Return the error for what begins where an event or a node does."""
    return ComposerError(None, None, message, place.start_mark)


def _mark(text: str, index: int) -> yaml.Mark:
    line = text.count("\n", 0, index)
    return yaml.Mark("", index, line, index - text.rfind("\n", 0, index) - 1, None, 0)
