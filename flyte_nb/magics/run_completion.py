"""What can follow in the line of `%flyte_run`."""

from __future__ import annotations

import glob
import typing
from pathlib import Path
from typing import Any, Literal

from IPython.core.error import UsageError

from flyte_nb.run.typed_text.kinds import bare, is_enum, is_path, is_union

from .arguments import words_before
from .completion import names_in_expression
from .run_line import OPTIONS

_MAX_FILES = 200


def complete_run(shell: Any, event: Any) -> list[str]:
    """Return what can follow in the line of *event*."""
    from .run_targets import find, names_in_modules, targets

    words = words_before(event)
    namespace = shell.user_ns
    symbol = event.symbol
    if words and words[-1].endswith("@"):
        return _files(symbol)
    if words and words[-1].endswith("="):
        return names_in_expression(shell, symbol)
    if not words:
        module = symbol.rpartition(".")[0]
        return [*targets(namespace), *names_in_modules(namespace, module)]
    try:
        entity = find(words[0], namespace)
    except UsageError:
        return []
    return _after_name(entity, words[1:], symbol)


def _after_name(entity: Any, words: list[str], symbol: str) -> list[str]:
    types = entity.interface.types
    fixed = getattr(entity, "fixed_inputs", {})
    inputs = [name for name in entity.interface.inputs if name not in fixed]
    option = words[-1] if words else ""
    is_input = "--" in words or option not in OPTIONS
    name = option[2:].replace("-", "_") if option.startswith("--") else ""
    values: list[str] = []
    if is_input and name in inputs:
        values = _files(symbol) if is_path(bare(types[name])) else _values(types[name])
        if bare(types[name]) is not bool:
            return values
    elif not is_input and OPTIONS[option].kind is not None:
        return []
    given = {word[2:].removeprefix("no-").replace("-", "_") for word in words if word[:2] == "--"}
    left = [name for name in inputs if name not in given]
    flags = [f"--no-{name}" for name in left if bare(types[name]) is bool]
    found = [*values, *(f"--{name}" for name in left), *flags]
    if "--" in words:
        return found
    return [*dict.fromkeys(found), *(name for name in OPTIONS if name not in words)]


def _values(expected: Any) -> list[str]:
    """Return all values that there are of a type, where they can be told."""
    expected = bare(expected)
    if is_union(expected):
        return [value for arg in typing.get_args(expected) for value in _values(arg)]
    if is_enum(expected):
        return [str(member.value) for member in expected]
    if typing.get_origin(expected) is Literal:
        return [str(value) for value in typing.get_args(expected)]
    return ["true", "false"] if expected is bool else []


def _files(begin: str) -> list[str]:
    found = glob.glob(glob.escape(begin) + "*")[:_MAX_FILES]  # noqa: PTH207 - of a text, as typed
    return [f"{name}/" if Path(name).is_dir() else name for name in sorted(found)]
