"""Things that are in force until somebody takes them away."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Installed(Generic[T]):
    """A collection that any thread may add to while others walk through it.

    Attributes:
        items: What is in force, the newest last; never changed, only replaced.
    """

    __slots__ = ("_lock", "items")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.items: tuple[T, ...] = ()

    def add(self, item: T) -> Callable[[], None]:
        """Put *item* in force; return what takes it away."""
        with self._lock:
            self.items = (*self.items, item)

        def remove() -> None:
            with self._lock:
                self.items = tuple(other for other in self.items if other is not item)

        return remove
