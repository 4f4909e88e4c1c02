"""Names with types as they stand in a line: ``a,b:int,c:dict[str, float]``."""

from __future__ import annotations

import builtins
import difflib
import keyword
import sys
import types
import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_OPEN, _CLOSE = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Declared:
    """A name and the type that was written for it, empty for none."""

    name: str
    text: str = ""


def declared(flag: str, texts: Iterable[str]) -> tuple[Declared, ...]:
    """Return what *texts* declare, each name once.

    Args:
        flag: What they follow, for messages.
        texts: Each one or more names, divided by commas.

    Raises:
        InvalidValueError: One is no name, or there twice.

    Example:
        >>> declared("--in", ["a,b:dict[str, int]"])
        (Declared(name='a', text=''), Declared(name='b', text='dict[str, int]'))
    """
    found: dict[str, Declared] = {}
    for item in (item for text in texts for item in split(text)):
        name, colon, kind = (part.strip() for part in item.partition(":"))
        if not is_name(name):
            raise InvalidValueError(
                f"{flag} {item}: {name!r} is not a name", hint=f"{flag} a,b:int"
            )
        if colon and not kind:
            raise InvalidValueError(
                f"{flag} {item}: no type follows the colon", hint=f"{flag} {name}:int"
            )
        if name in found:
            raise InvalidValueError(f"{flag} {item}: {name} is given twice")
        found[name] = Declared(name, kind)
    return tuple(found.values())


def is_name(text: str) -> bool:
    """Return whether a variable can be called *text*."""
    return text.isidentifier() and not keyword.iskeyword(text)


def split(text: str) -> list[str]:
    """Return the items between the commas of *text* that are in no bracket."""
    items, depth = [""], 0
    for char in text:
        depth += (char in _OPEN) - (char in _CLOSE)
        if char == "," and depth <= 0:
            items.append("")
        else:
            items[-1] += char
    return [item.strip() for item in items if item.strip()]


def evaluated(flag: str, one: Declared, names: Mapping[str, Any]) -> Any:
    """Return the type that *one* names.

    Args:
        flag: What it follows, for messages.
        one: A name with the text of a type.
        names: Those of the notebook; names of `typing` and loaded modules are known too.

    Raises:
        InvalidValueError: There is no such type.
    """
    where = f"{flag} {one.name}:{one.text}"
    known = {**{n: getattr(typing, n) for n in ("Any", "Literal", "Optional", "Union")}, **names}
    try:
        kind = eval(one.text, {"__builtins__": vars(builtins)}, _Names(known))  # noqa: S307 - the user's own line
    except NameError as error:
        name = getattr(error, "name", None) or str(error)
        near = difflib.get_close_matches(name, [*known, *vars(builtins)], n=1)
        raise InvalidValueError(
            f"{where}: {name} is not defined",
            hint=f"did you mean {near[0]}?" if near else "import it in a cell before",
        ) from None
    except Exception as error:  # noqa: BLE001 - whatever the user's own expression raises
        raise InvalidValueError(f"{where}: {type(error).__name__}: {error}") from None
    if kind is not None and not isinstance(kind, type) and typing.get_origin(kind) is None:
        special = kind is Any or isinstance(kind, types.UnionType)
        if not special:
            raise InvalidValueError(
                f"{where}: {one.text} is a value of type {type(kind).__name__}, and not a type",
                hint=f"write {flag} {one.name}:{type(kind).__name__}",
            )
    return kind


class _Names(dict[str, Any]):
    """Names of the notebook; a loaded module is one too."""

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name) or name not in sys.modules:
            raise KeyError(name)
        return sys.modules[name]
