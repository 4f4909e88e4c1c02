"""The change of one setting in a YAML file, to the character."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from flyte_nb.config.sources.yaml_nodes import NULL_TAG, AliasNode, compose, followed
from flyte_nb.errors import ConfigError

from . import flow_spans
from .spans import Span, appended, ends_line, line_end, line_start, newline_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    Pair = tuple[yaml.Node, yaml.Node]

# A key's colon, and the anchor and tag of what comes below it; those that a value begins with.
_COLON = re.compile(r"[ \t]*:(?:[ \t]+[&!]\S*)*")
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:[ \t]+|$))*")
_TEXT_TAG = yaml.resolver.Resolver.DEFAULT_SCALAR_TAG
_COMMENT = re.compile("#[^\n\r\x85\u2028\u2029]*")


def set_span(text: str, keys: Sequence[str], value: Any) -> Span:
    """Return the change that gives the setting at *keys* a value.

    Raises:
        ConfigError: It stands where a change would touch other settings too.
    """
    root, path = _walk(text, keys)
    missing = keys[len(path) :]
    if not missing:
        parents = [root, *(node for _, node in path[:-1])]
        in_flow = any(getattr(node, "flow_style", False) for node in parents)
        quote = flow_spans.quotes(reversed(parents))
        return _replacement(text, path[-1], value, in_flow=in_flow, quote=quote)
    mapping = path[-1][1] if path else root
    if mapping is None or (not path and _is_nothing(mapping)):
        return appended(text, _block(missing, value, 0))
    around = [*(node for _, node in reversed(path)), root]
    if _is_nothing(mapping):
        quote = flow_spans.quotes(around[1:])
        return _in_place(text, mapping, f"{{{_flow(missing, value, quote)}}}")
    if not isinstance(mapping, yaml.MappingNode):
        raise ConfigError(f"{'.'.join(keys[: len(path)])} holds a value, so nothing goes below it")
    if mapping.flow_style:
        return _flow_insertion(text, mapping, _flow(missing, value, flow_spans.quotes(around)))
    first = line_start(text, mapping.value[0][0].start_mark.index)
    indent = re.compile(" *").match(text, first)
    at = _end_of_block(text, mapping.value[-1][1])
    lines = _block(missing, value, len(indent[0]) if indent else 0)
    newline = newline_of(text)
    before = "" if ends_line(text[:at]) else newline
    return Span(at, at, before + "".join(line + newline for line in lines))


def unset_span(text: str, keys: Sequence[str]) -> Span | None:
    """Return the change that removes the setting at *keys*, None when it is not there.

    What then holds nothing goes too, unless a comment stands in it.

    Raises:
        ConfigError: It stands where a change would touch other settings too.
    """
    root, path = _walk(text, keys)
    if len(path) < len(keys):
        return None
    key, value = path[-1]
    parent_mapping: Any = path[-2][1] if len(path) > 1 else root
    if [followed(name).value for name, _ in parent_mapping.value].count(keys[-1]) > 1:
        raise ConfigError(f"{'.'.join(keys)} stands here twice: edit the file by hand")
    if parent_mapping.flow_style:
        at = next(n for n, (name, _) in enumerate(parent_mapping.value) if name is key)
        return flow_spans.removal(text, parent_mapping, at)
    start, end = line_start(text, key.start_mark.index), _end_of_block(text, value)
    if "#" in text[key.end_mark.index : value.end_mark.index] and _is_on_lines(value):
        raise ConfigError("a comment may stand within the value: edit the file by hand")
    for depth in range(len(path) - 2, -1, -1):
        parent, mapping = path[depth]
        if len(mapping.value) > 1:
            break
        colon = _COLON.match(text, parent.end_mark.index)
        if text[parent.end_mark.index : start].strip() != ":" or _has_comment_below(
            text, end, parent.start_mark.column
        ):
            at = start if colon is None else colon.end()
            return Span(at, end, f" {{}}{text[at:start]}")
        start = line_start(text, parent.start_mark.index)
    return Span(start, end, "")


def _walk(text: str, keys: Sequence[str]) -> tuple[yaml.Node | None, list[Pair]]:
    """Return the root, and the pairs along *keys* as far as they are there.

    Raises:
        ConfigError: One of the values also stands elsewhere, and so would a change of it.
    """
    try:
        root = compose(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"not YAML: {error}") from None
    repeated = _repeated(root) if "*" in text else set()
    node: Any = root
    path: list[Pair] = []
    for depth, key in enumerate(keys):
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = next(((k, v) for k, v in reversed(pairs) if followed(k).value == key), None)
        if found is None:
            break
        name = ".".join(keys[: depth + 1])
        if isinstance(found[1], AliasNode):
            raise ConfigError(f"{name} is an alias (*{found[1].value}): edit the file by hand")
        if id(found[1]) in repeated:
            raise ConfigError(f"{name} stands elsewhere too, by an alias: edit the file by hand")
        path.append(found)
        node = found[1]
    return root, path


def _repeated(root: yaml.Node | None) -> set[int]:
    """Return the identities of the nodes that an alias repeats."""
    found: set[int] = set()
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, AliasNode):
            found.add(id(node.target))
        elif isinstance(node, yaml.MappingNode):
            stack += (part for pair in node.value for part in pair)
        elif isinstance(node, yaml.SequenceNode):
            stack += node.value
    return found


def _is_on_lines(node: Any) -> bool:
    """Return whether *node* is a list or mapping without brackets."""
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def _is_nothing(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == NULL_TAG


def _has_comment_below(text: str, at: int, column: int) -> bool:
    """Return whether the next line with something on it is a comment right of *column*."""
    while at < len(text):
        end = line_end(text, at)
        line = text[at:end].rstrip()
        if line:
            stripped = line.lstrip(" ")
            return stripped.startswith("#") and len(line) - len(stripped) > column
        at = end
    return False


def _replacement(
    text: str, pair: tuple[yaml.Node, Any], value: Any, *, in_flow: bool, quote: str | None
) -> Span:
    key, node = pair
    if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}:
        raise ConfigError("the value is a block of text: edit the file by hand")
    if _is_on_lines(node):
        return _block_replacement(text, key, node, value)
    inside = text[node.start_mark.index : node.end_mark.index]
    if "#" in inside and not isinstance(node, yaml.ScalarNode):
        raise ConfigError("a comment may stand within the value: edit the file by hand")
    # Text without quotes shows that this is not JSON; a number or null does not.
    style = getattr(node, "style", None) or (None if node.tag == _TEXT_TAG else quote)
    return _in_place(text, node, _scalar(value, style, in_flow=in_flow, quote=quote))


def _in_place(text: str, node: Any, written: str) -> Span:
    """Return the replacement of a node, but for its anchor and tag."""
    start, end = node.start_mark.index, node.end_mark.index
    kept = _PROPERTIES.match(text[start:end])
    start += 0 if kept is None else kept.end()
    # Behind the colon of a key with no value, or behind an anchor, there is no blank yet.
    return Span(start, end, written if text[start - 1 : start].isspace() else f" {written}")


def _block_replacement(text: str, key: yaml.Node, node: Any, value: Any) -> Span:
    """Return the change from a list with a line for each item to one in brackets."""
    colon = _COLON.match(text, key.end_mark.index)
    end = _end_of_block(text, node)
    first = node.value[0][0] if isinstance(node, yaml.MappingNode) else node.value[0]
    between = "" if colon is None else text[colon.end() : first.start_mark.index]
    if colon is None or between.strip() not in {"", "-"} or "#" in text[colon.end() : end]:
        raise ConfigError("a comment may stand within the value: edit the file by hand")
    return Span(colon.end(), end, f" {_scalar(value, None)}{newline_of(text)}")


def _flow_insertion(text: str, mapping: yaml.MappingNode, written: str) -> Span:
    """Return the insertion of a pair as the last one in braces."""
    end = mapping.end_mark.index - 1
    if not mapping.value:
        return Span(end, end, written)
    after = mapping.value[-1][1].end_mark.index
    comma = "" if "," in _COMMENT.sub("", text[after:end]) else ","
    # Before the comma's own place a comment could swallow it; behind the last blank none does.
    if comma and not text[after:end].strip():
        return Span(after, after, f", {written}")
    return Span(end, end, f"{comma} {written}")


def _end_of_block(text: str, node: Any) -> int:
    """Return the start of the line after the last one that belongs to *node*."""
    last = node
    while isinstance(last, (yaml.MappingNode, yaml.SequenceNode)) and not last.flow_style:
        child = last.value[-1]
        last = child[1] if isinstance(child, tuple) else child
    index = last.end_mark.index
    if isinstance(last, yaml.ScalarNode) and last.style in {"|", ">"}:
        return int(index)
    return line_end(text, index)


def _scalar(
    value: Any, style: str | None, *, in_flow: bool = False, quote: str | None = None
) -> str:
    """Return *value* on one line.

    Args:
        value: What to write.
        style: Quotes of what stands there already, None for none.
        in_flow: Whether it stands in braces.
        quote: Quotes for the items of a list, None where they need none.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_scalar(str(item), quote, in_flow=True) for item in value)}]"
    text = str(value)
    if style in {"'", '"'}:
        dumped = yaml.safe_dump(text, default_style=style, width=2**30, allow_unicode=True)
    else:
        # As an item of a list of the kind around it: [, ] and : need quotes in brackets only.
        dumped = yaml.safe_dump([text], default_flow_style=in_flow, width=2**30, allow_unicode=True)
        return dumped.strip()[1:-1] if in_flow else dumped.strip()[2:]
    return dumped.strip()


def _block(keys: Sequence[str], value: Any, indent: int) -> list[str]:
    lines = [f"{' ' * (indent + 2 * depth)}{key}:" for depth, key in enumerate(keys)]
    lines[-1] += f" {_scalar(value, None)}"
    return lines


def _flow(keys: Sequence[str], value: Any, quote: str | None) -> str:
    first, *rest = keys
    written = (
        f"{{{_flow(rest, value, quote)}}}"
        if rest
        else _scalar(value, quote, in_flow=True, quote=quote)
    )
    return f"{quote or ''}{first}{quote or ''}: {written}"
