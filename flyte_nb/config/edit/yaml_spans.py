"""Where one setting stands in a YAML file, to the character."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from flyte_nb.errors import ConfigError

from .spans import Span, appended, line_end, line_start, newline_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def set_span(text: str, keys: Sequence[str], value: Any) -> Span:
    """Return the change that gives the setting at *keys* a value.

    Raises:
        ConfigError: It stands where a change would touch other settings too.
    """
    path, missing = _walk(text, keys)
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not missing:
        parents = [root, *(node for _, node in path[:-1])]
        in_flow = any(getattr(node, "flow_style", False) for node in parents)
        return _replacement(text, path[-1][1], value, in_flow=in_flow)
    mapping = path[-1][1] if path else root
    if mapping is None:
        return appended(text, _block(missing, value, 0))
    if not isinstance(mapping, yaml.MappingNode):
        raise ConfigError(f"{'.'.join(keys[: len(path)])} holds a value, so nothing goes below it")
    if mapping.flow_style:
        comma = ", " if mapping.value else ""
        end = mapping.end_mark.index - 1
        return Span(end, end, comma + _flow(missing, value))
    last = mapping.value[-1][1]
    indent = mapping.value[0][0].start_mark.column
    at = _end_of_block(text, last)
    lines = _block(missing, value, indent)
    newline = newline_of(text)
    before = "" if at == 0 or text[at - 1] == "\n" else newline
    return Span(at, at, before + "".join(line + newline for line in lines))


def unset_span(text: str, keys: Sequence[str]) -> Span | None:
    """Return the change that removes the setting at *keys*, None when it is not there.

    Raises:
        ConfigError: It stands where a change would touch other settings too.
    """
    path, missing = _walk(text, keys)
    if missing:
        return None
    key, value = path[-1]
    parent = path[-2][1] if len(path) > 1 else yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(parent, yaml.MappingNode) or parent.flow_style or len(parent.value) == 1:
        # Its place stays: a mapping with nothing in it is another value than the mapping was.
        return _replacement(text, value, None, in_flow=True)
    return Span(line_start(text, key.start_mark.index), _end_of_block(text, value), "")


def _walk(text: str, keys: Sequence[str]) -> tuple[list[tuple[Any, Any]], list[str]]:
    """Return the (key, value) nodes along *keys*, and the keys that are not there.

    Raises:
        ConfigError: One of the values is an alias, so that a change of it is a change elsewhere.
    """
    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    path: list[tuple[Any, Any]] = []
    for depth, key in enumerate(keys):
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = next(((k, v) for k, v in reversed(pairs) if k.value == key), None)
        if found is None:
            return path, list(keys[depth:])
        if found[1].start_mark.index < found[0].end_mark.index:  # written elsewhere
            name = ".".join(keys[: depth + 1])
            raise ConfigError(f"{name} is an alias (*…): edit the file by hand")
        path.append(found)
        node = found[1]
    return path, []


def _replacement(text: str, node: Any, value: Any, *, in_flow: bool) -> Span:
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}:
        raise ConfigError("the value is a block of text: edit the file by hand")
    if not isinstance(node, yaml.ScalarNode) and not getattr(node, "flow_style", True):
        return _block_replacement(text, node, value)
    written = _scalar(value, getattr(node, "style", None), in_flow=in_flow)
    if start == end:  # a key with no value
        return Span(start, end, f" {written}")
    return Span(start, end, written)


def _block_replacement(text: str, node: Any, value: Any) -> Span:
    """Return the change from a list with a line for each item to one in brackets."""
    before = text.rfind(":", 0, node.start_mark.index) + 1
    return Span(before, _end_of_block(text, node), f" {_scalar(value, None)}{newline_of(text)}")


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


def _scalar(value: Any, style: str | None, *, in_flow: bool = False) -> str:
    """Return *value* on one line, in the quotes that stand there already where they do."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_scalar(str(item), None, in_flow=True) for item in value)}]"
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


def _flow(keys: Sequence[str], value: Any) -> str:
    first, *rest = keys
    return (
        f"{first}: {{{_flow(rest, value)}}}"
        if rest
        else f"{first}: {_scalar(value, None, in_flow=True)}"
    )
