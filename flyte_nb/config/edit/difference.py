"""What changes in a file, fit to be shown: no line of it holds a secret."""

from __future__ import annotations

import difflib
import re

import yaml

from flyte_nb.config.file import is_yaml_path
from flyte_nb.config.resolve import MASK

# Whatever is called a secret counts as one, known to us or not, also in a comment.
_NAME = r"[\w.-]*(?:secret|passw|token|private|account_key|api[_-]?key)[\w.-]*"
# What only says where a secret is, or how to get one, is none.
_NO_SECRET = re.compile(r"(?i)(location|env_?var|dir|prefix|url|window)$")
_LINE = re.compile(rf"(?i)(?P<key>{_NAME})[\"']?[ \t]*[:=][ \t]*(?P<value>\S.*|$)")
_USER_INFO = re.compile(r"(?P<scheme>\w+://[^\s/:@]+:)[^\s/@]+(?=@)")


def difference(before: bytes, after: bytes, path: str) -> str:
    """Return the unified diff of two versions of the file *path*, with secrets masked."""
    old, new = (content.decode(errors="replace") for content in (before, after))
    was, now = masked(old, path), masked(new, path)
    for a, b in _changed(old.split("\n"), new.split("\n")):
        if was[a] == now[b]:  # a secret that changes is seen to change
            now[b] += " (changed)"
    lines = difflib.unified_diff(was, now, f"{path} (before)", f"{path} (after)", lineterm="")
    return "\n".join(lines)


def masked(text: str, path: str) -> list[str]:
    """Return the lines of a configuration file without the secrets in them."""
    if is_yaml_path(path):
        text = _without_secret_values(text)
    shown = []
    inside: int | None = None  # indent of a secret whose value goes on in the next lines
    for whole in text.split("\n"):
        line = whole.rstrip("\r")
        indent = len(line) - len(line.lstrip())
        if inside is not None and line and indent > inside:
            shown.append(" " * indent + MASK)
            continue
        found = _LINE.search(line)
        inside = None
        if found is not None and not _NO_SECRET.search(found["key"]) and MASK not in line:
            inside = indent
            line = line[: found.start("value")] + MASK
        shown.append(_USER_INFO.sub(rf"\g<scheme>{MASK}", line))
    return shown


def _without_secret_values(text: str) -> str:
    """Return YAML with the value of each key that is called a secret masked; as many lines."""
    try:
        stack = [yaml.compose(text, Loader=yaml.SafeLoader)]
    except (yaml.YAMLError, ValueError, RecursionError):
        return text  # what is no YAML has lines that look like it: those are masked anyway
    spans, seen = set(), set()
    while stack:
        node = stack.pop()
        if not isinstance(node, (yaml.MappingNode, yaml.SequenceNode)) or id(node) in seen:
            continue
        seen.add(id(node))
        for item in node.value:
            key, value = item if isinstance(item, tuple) else (None, item)
            name = str(getattr(key, "value", ""))
            if re.fullmatch(_NAME, name, re.IGNORECASE) and not _NO_SECRET.search(name):
                spans.add((value.start_mark.index, value.end_mark.index))
            else:
                stack.append(value)
    for start, end in sorted(spans, reverse=True):
        value = text[start:end]
        if value.strip():
            text = text[:start] + MASK + "\n" * value.count("\n") + text[end:]
    return text


def _changed(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Return the numbers of the lines that stand for each other before and after."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        pair
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag == "replace"
        for pair in zip(range(a, b), range(c, d), strict=False)
    ]
