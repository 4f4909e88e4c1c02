"""What changes in a file, fit to be shown: no line of it holds a secret."""

from __future__ import annotations

import difflib
import re

import yaml

from flyte_nb.config.file import is_yaml_path
from flyte_nb.config.mask import MASK, without_passwords
from flyte_nb.config.sources.yaml_nodes import compose, followed
from flyte_nb.display import short_path

# Whatever is called a secret counts as one, known to us or not, also in a comment.
_HINT = re.compile(r"(?i)secret|passw|token|private|account_key|api[_-]?key")
_NAME = rf"(?<![\w.-])[\w.-]*(?:{_HINT.pattern[4:]})[\w.-]*"
# What only says where a secret is, or how to get one, is none.
_NO_SECRET = re.compile(r"(?i)(location|env_?var|dir|prefix|url|window)$")
_MAX_SHOWN = 1_000  # characters of a line; the expressions take the square of that
_CONTEXT = 3  # lines around a change
_AROUND = 50  # lines around it that difflib looks at
_HUNK = re.compile(r"(?<=[-+])\d+")
_MAX_PAIRS = 1_000_000  # of lines that are compared
_LINE = re.compile(rf"(?i)(?P<key>{_NAME})[\"']?[ \t]*[:=][ \t]*(?P<value>\S.*|$)")


def difference(before: bytes, after: bytes, path: str) -> str:
    """Return the unified diff of two versions of the file *path*, with secrets masked."""
    old, new = (content.decode(errors="replace") for content in (before, after))
    was, now = masked(old, path), masked(new, path)
    old_lines, new_lines = old.split("\n"), new.split("\n")
    first = _shared(old_lines, new_lines)
    last = _shared(old_lines[first:][::-1], new_lines[first:][::-1])
    for a, b in _changed(old_lines, new_lines, first, last):
        if was[a] == now[b]:  # a secret that changes is seen to change
            now[b] += " (changed)"
    # A large file is the same but for a few lines, and difflib takes long to see it.
    first, last = max(0, first - _AROUND), max(0, last - _AROUND)
    was, now = was[first : len(was) - last], now[first : len(now) - last]
    name = short_path(path)
    names = (f"{name} (before)", f"{name} (after)")
    lines = difflib.unified_diff(was, now, *names, n=_CONTEXT, lineterm="")
    return "\n".join(
        _HUNK.sub(lambda number: str(int(number[0]) + first), line) if line[:2] == "@@" else line
        for line in lines
    )


def masked(text: str, path: str) -> list[str]:
    """Return the lines of a configuration file without the secrets in them."""
    if is_yaml_path(path):
        text = _without_secret_values(text)
    shown = []
    inside: int | None = None  # indent of a secret whose value goes on in the next lines
    for whole in text.split("\n"):
        line = whole[:_MAX_SHOWN].rstrip("\r")
        indent = len(line) - len(line.lstrip())
        if inside is not None and line and indent > inside:
            shown.append(" " * indent + MASK)
            continue
        found = _LINE.search(line) if _HINT.search(line) else None
        inside = None
        if found is not None and not _NO_SECRET.search(found["key"]) and MASK not in line:
            inside = indent
            line = line[: found.start("value")] + MASK
        shown.append(without_passwords(line) if "://" in line else line)
    return shown


def _without_secret_values(text: str) -> str:
    """Return YAML with the value of each key that is called a secret masked; as many lines."""
    try:
        stack = [compose(text)]
    except yaml.YAMLError:
        return text  # what is no YAML has lines that look like it: those are masked anyway
    spans, seen = set(), set()
    while stack:
        node = stack.pop()
        if not isinstance(node, (yaml.MappingNode, yaml.SequenceNode)) or id(node) in seen:
            continue
        seen.add(id(node))
        for item in node.value:
            key, value = map(followed, item) if isinstance(item, tuple) else (None, followed(item))
            name = str(getattr(key, "value", ""))[:_MAX_SHOWN]
            if _is_secret(name):
                spans.add((value.start_mark.index, value.end_mark.index))
            else:
                stack.append(value)
    for start, end in sorted(spans, reverse=True):
        value = text[start:end]
        if value.strip():
            text = text[:start] + MASK + "\n" * value.count("\n") + text[end:]
    return text


def _is_secret(name: str) -> bool:
    is_hint = _HINT.search(name) is not None
    return is_hint and not _NO_SECRET.search(name) and re.fullmatch(r"[\w.-]+", name) is not None


def _changed(old: list[str], new: list[str], first: int, last: int) -> list[tuple[int, int]]:
    """Return the numbers of the lines that stand for each other before and after.

    *first* and *last* are how many at the beginning and at the end are the same.
    """
    old, new = old[first : len(old) - last], new[first : len(new) - last]
    if len(old) * len(new) > _MAX_PAIRS:
        return []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        (first + pair[0], first + pair[1])
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag == "replace"
        for pair in zip(range(a, b), range(c, d), strict=False)
    ]


def _shared(old: list[str], new: list[str]) -> int:
    """Return how many lines both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(old), len(new)))
