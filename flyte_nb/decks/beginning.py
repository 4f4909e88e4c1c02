"""The `repr` of a value, as far as a deck shows it: that of a large list takes a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    dict: ("{", "}"),
}
_DEEPEST = 5  # levels of containers that are gone into


def beginning_of_repr(value: Any, most: int) -> tuple[str, bool]:
    """Return the `repr` of *value*, of a container perhaps the beginning; and whether it is all.

    Args:
        value: The value.
        most: Characters of which the beginning has more.
    """
    found: list[str] = []
    size = 0
    for piece in _pieces(value, ()):
        if size > most:
            return "".join(found), False
        found.append(piece)
        size += len(piece)
    return "".join(found), True


def _pieces(value: Any, around: tuple[Any, ...]) -> Iterator[str]:
    """Yield the `repr` of *value* in pieces, as Python writes it within *around*."""
    kind = type(value)
    if kind not in _BRACKETS or not value or len(around) == _DEEPEST:
        yield repr(value)
        return
    first, last = _BRACKETS[kind]
    if any(value is outer for outer in around):
        yield f"{first}...{last}"
        return
    around = (*around, value)
    pairs = value.items() if kind is dict else ((None, item) for item in value)
    yield first
    for number, (key, item) in enumerate(pairs):
        if number:
            yield ", "
        if kind is dict:
            yield f"{key!r}: "
        yield from _pieces(item, around)
    yield f",{last}" if kind is tuple and len(value) == 1 else last
