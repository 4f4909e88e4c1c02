"""The change of a mapping in braces, which may be JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from flyte_nb.errors import ConfigError

from .spans import Span, line_end, line_start

if TYPE_CHECKING:
    from collections.abc import Iterable

_COMMENT = re.compile("#[^\n\r\x85\u2028\u2029]*")
_LAST_BREAK = re.compile("(?:\r\n|[\n\r\x85\u2028\u2029])[ \t]*\\Z")
_QUESTION = re.compile(r"\?\s+\Z")  # before a key, where it is written at length
_QUOTES = {"'", '"'}


def removal(text: str, mapping: yaml.MappingNode, at: int) -> Span:
    """Return the change that takes a pair out of braces, and one comma with it.

    That is the comma after it, or else the one before. Comments stay where they are, unless they
    stand within the pair.

    Args:
        text: The whole text.
        mapping: The mapping in braces.
        at: Which of its pairs goes.

    Raises:
        ConfigError: A comment stands within the pair.
    """
    key, value = mapping.value[at]
    inside = text[key.end_mark.index : value.start_mark.index]
    if isinstance(value, yaml.CollectionNode):
        inside += text[value.start_mark.index : value.end_mark.index]
    if "#" in inside:
        raise ConfigError("a comment may stand within the value: edit the file by hand")
    start, end = _start(text, mapping, at), _end(mapping, at)
    closing = mapping.end_mark.index - 1
    is_last = at == len(mapping.value) - 1
    comma = _comma(text, end, closing if is_last else _start(text, mapping, at + 1))
    if len(mapping.value) == 1:
        opening = text.find("{", mapping.start_mark.index) + 1
        rest = text[opening:start] + text[end:closing]
        if not rest.strip(", \t\r\n\x85\u2028\u2029"):
            return Span(opening, closing, "")
    if comma is not None:
        return _with_comma_after(text, start, end, comma)
    before = None if at == 0 else _comma(text, _end(mapping, at - 1), start)
    return Span(start, end, "") if before is None else _with_comma_before(text, before, start, end)


def quotes(mappings: Iterable[Any]) -> str | None:
    """Return the quotes that every key has in the first of *mappings* with keys, None for none.

    Args:
        mappings: From the innermost out; one without braces ends them.
    """
    for mapping in mappings:
        if not isinstance(mapping, yaml.MappingNode) or not mapping.flow_style:
            return None
        styles = [getattr(key, "style", None) for key, _ in mapping.value]
        if styles:
            return styles[-1] if set(styles) <= _QUOTES else None
    return None


def _start(text: str, mapping: yaml.MappingNode, at: int) -> int:
    index = int(mapping.value[at][0].start_mark.index)
    question = _QUESTION.search(text, mapping.start_mark.index, index)
    return question.start() if question else index


def _end(mapping: yaml.MappingNode, at: int) -> int:
    return max(int(node.end_mark.index) for node in mapping.value[at])


def _comma(text: str, start: int, end: int) -> int | None:
    """Return where the first comma is that stands in no comment, None for none."""
    found = _COMMENT.sub(lambda comment: " " * len(comment[0]), text[start:end]).find(",")
    return None if found < 0 else start + found


def _with_comma_after(text: str, start: int, end: int, comma: int) -> Span:
    if "#" in text[end:comma]:
        return Span(start, comma + 1, text[end:comma])
    line, next_line = line_start(text, start), line_end(text, comma)
    is_alone_before, after = not text[line:start].strip(), text[comma + 1 : next_line]
    if not after.strip():
        if is_alone_before:
            return Span(line, next_line, "")
        return Span(len(text[:start].rstrip(" \t")), comma + 1, "")
    blanks = len(after) - len(after.lstrip(" \t"))
    is_comment = after[blanks] == "#"  # which needs a blank before it
    return Span(start, comma + 1 + (0 if is_comment else blanks), "")


def _with_comma_before(text: str, comma: int, start: int, end: int) -> Span:
    kept = text[comma + 1 : start]
    if "#" not in kept:
        return Span(comma, end, "")
    if not text[end : line_end(text, end)].strip():  # the line that the pair leaves is empty
        kept = _LAST_BREAK.sub("", kept)
    return Span(comma, end, f" {kept}" if kept.startswith("#") else kept)
