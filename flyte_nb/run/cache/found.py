"""What is found for a call: a value, or the place for one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from .call import CacheCall
    from .entry import CacheEntry
    from .turn import Turn

    Store = Callable[[CacheCall, Any, "CacheStatus"], "CacheStatus"]


class CacheStatus(Enum):
    """What became of a call at the cache (flyteidl ``core.CatalogCacheStatus``)."""

    CACHE_DISABLED = "without the cache"
    CACHE_MISS = "not in the cache"
    CACHE_HIT = "from the cache"
    CACHE_POPULATED = "stored in the cache"
    CACHE_LOOKUP_FAILURE = "what is in the cache cannot be used"
    CACHE_PUT_FAILURE = "could not be stored in the cache"
    CACHE_SKIPPED = "the cache was not asked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A value that was kept.

    Attributes:
        value: It, made anew: whoever changes it changes it for nobody else.
        entry: When and by which execution it was computed.
    """

    value: Any
    entry: CacheEntry

    @property
    def status(self) -> CacheStatus:
        """That it was taken from the cache."""
        return CacheStatus.CACHE_HIT


class Miss(AbstractContextManager["Miss"]):
    """There is no value: the call computes it, and stores it here.

    As a context manager it lets those go on who wait for the value, however it ends.

    Args:
        store: What keeps a value; None to keep none.
        call: The call.
        status: Why there is none.
        turn: Held while others wait.

    Attributes:
        status: Why there is no value; after `store` what became of the new one.
    """

    def __init__(
        self, store: Store | None, call: CacheCall, status: CacheStatus, turn: Turn | None = None
    ) -> None:
        self._store = store
        self._call = call
        self._turn = turn
        self.status = status

    def store(self, value: Any) -> CacheStatus:
        """Keep *value*, if it can be; return whether it is.

        What goes wrong is a warning: the task has succeeded.
        """
        try:
            if self._store is not None:
                self.status = self._store(self._call, value, self.status)
        finally:
            self.release()
        return self.status

    def release(self) -> None:
        """Let those go on who wait for the value; doing so twice is no error."""
        if self._turn is not None:
            self._turn.release()

    def __exit__(self, *_: object) -> None:
        self.release()
