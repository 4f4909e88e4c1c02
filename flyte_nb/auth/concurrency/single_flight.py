"""The same work once, however many ask for it at the same time."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Generic, TypeVar

from .apart import Apart

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Work that goes on, each in a thread of its own.

    There is no lock in it: entering a dictionary by `setdefault` is one step. And a process that
    was forked shares nothing, for it has none of the threads.

    Args:
        name: Name of the threads.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._going_on: dict[tuple[int, object], Apart[T]] = {}

    def join(self, key: object, work: Callable[[], T]) -> Apart[T]:
        """Return what goes on for *key*, which is *work* if nothing did."""
        place = (os.getpid(), key)

        def run() -> T:
            try:
                return work()
            finally:
                self._going_on.pop(place, None)

        mine = Apart(run, self._name)
        joined = self._going_on.setdefault(place, mine)
        if joined is mine:
            try:
                mine.start()
            except BaseException:  # an interrupt
                self._going_on.pop(place, None)
                raise
        return joined
