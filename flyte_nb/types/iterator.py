"""`FlyteIterator`: what a task is given that declares ``Iterator[T]``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


class FlyteIterator(Iterator[T]):
    """Items that are handed on one after the other (flytekit's ``FlyteIterator``).

    A cluster hands on a list: what is iterated over is at its end before the next task begins.
    Unlike other iterators it has a length, and begins anew with each loop over it.

    Args:
        items: All of them.

    Example:
        >>> numbers = FlyteIterator([1, 2])
        >>> len(numbers), list(numbers), list(numbers)
        (2, [1, 2], [1, 2])
    """

    __slots__ = ("_items", "_next")

    def __init__(self, items: Iterable[T]) -> None:
        self._items = [*items]
        self._next = 0

    @property
    def items(self) -> list[T]:
        """All items, whatever was taken so far."""
        return self._items

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> FlyteIterator[T]:
        self._next = 0
        return self

    def __next__(self) -> T:
        if self._next >= len(self._items):
            raise StopIteration
        self._next += 1
        return self._items[self._next - 1]

    def __reduce__(self) -> tuple[Any, ...]:
        return FlyteIterator, (self._items,)

    def __repr__(self) -> str:
        return f"FlyteIterator({self._items!r})"
