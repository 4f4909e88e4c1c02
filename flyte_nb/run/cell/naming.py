"""How a module, a class or a type is written in a file of its own, and what is imported for it."""

from __future__ import annotations

import sys
import types
import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNIONS = (typing.Union, types.UnionType)


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of code.

    Attributes:
        text: The code.
        imports: Lines that it needs at the top of its module.
    """

    text: str
    imports: tuple[str, ...] = ()


def import_of(name: str, value: Any) -> str | None:
    """Return the line that makes *name* in a module what *value* is; None where there is none."""
    if isinstance(value, types.ModuleType):
        own = value.__name__
        return f"import {own}" if own == name else f"import {own} as {name}"
    for module in _modules_of(value):
        loaded = sys.modules.get(module)
        for attribute in dict.fromkeys((_text_of(value, "__name__") or name, name)):
            if loaded is not None and getattr(loaded, attribute, None) is value:
                return f"from {module} import {attribute}" + (
                    f" as {name}" if attribute != name else ""
                )
    return None


def _modules_of(value: Any) -> list[str]:
    """Return modules that may have *value*, the most public one first."""
    found = []
    for module in (_text_of(value, "__module__"), type(value).__module__):
        if module and module not in {"__main__", "builtins"}:
            parts = module.split(".")
            found += [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
    return list(dict.fromkeys(found))


def _text_of(value: Any, attribute: str) -> str:
    found = getattr(value, attribute, None)
    return found if isinstance(found, str) else ""


def written_type(kind: Any, names: Mapping[str, Any]) -> Written:  # noqa: PLR0911 - one for each kind of type
    """Return how the type *kind* is written where *names* are those of the notebook.

    Example:
        >>> written_type(list[int] | None, {}).text
        'list[int] | None'
    """
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in _UNIONS:
        return _joined(" | ", [written_type(one, names) for one in arguments])
    if origin is typing.Literal:
        return Written(
            f"Literal[{', '.join(map(repr, arguments))}]", ("from typing import Literal",)
        )
    if origin is not None and arguments and isinstance(origin, type) and origin is not type:
        outer = written_type(origin, names)
        inner = _joined(", ", [written_type(one, names) for one in arguments])
        return Written(f"{outer.text}[{inner.text}]", (*outer.imports, *inner.imports))
    if kind is None or kind is type(None):
        return Written("None")
    if kind is Ellipsis:
        return Written("...")
    if kind is Any:
        return Written("Any", ("from typing import Any",))
    if isinstance(kind, type):
        return _written_class(kind, names)
    return Written(str(kind).replace("typing.", ""))


def _joined(between: str, parts: list[Written]) -> Written:
    imports = tuple(line for part in parts for line in part.imports)
    return Written(between.join(part.text for part in parts), imports)


def _written_class(kind: type, names: Mapping[str, Any]) -> Written:
    if kind.__module__ in {"builtins", "__main__"}:
        return Written(kind.__qualname__)
    for name, value in names.items():
        if value is kind and (line := import_of(name, value)):
            return Written(name, (line,))
    for name, value in names.items():  # as an attribute of a module: pd.DataFrame
        if not isinstance(value, types.ModuleType) or name.startswith("_"):
            continue
        if vars(value).get(kind.__name__) is kind:
            return Written(f"{name}.{kind.__name__}", (str(import_of(name, value)),))
    line = import_of(kind.__name__, kind)
    return Written(kind.__name__, (line,)) if line else Written(kind.__qualname__)


def is_nameable(kind: type) -> bool:
    """Return whether *kind* can be written by a name, in the notebook or imported."""
    if "<" in kind.__qualname__:
        return False
    return kind.__module__ in {"builtins", "__main__"} or bool(import_of(kind.__name__, kind))
