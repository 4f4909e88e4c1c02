"""The copy that one attempt of a task has of what it is given."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .kept import stamp

if TYPE_CHECKING:
    from collections.abc import Callable


class LocalCopy:
    """A copy that is made when it is first needed.

    Args:
        path: Where it is to be.
        attempt: Number of the attempt that it is for; None where no task runs.
    """

    __slots__ = ("_attempt", "_is_made", "_stamp", "path")

    def __init__(self, path: str, attempt: int | None) -> None:
        self.path = path
        self._attempt = attempt
        self._is_made = False
        self._stamp: tuple[int, int] | None = None

    def is_for(self, attempt: int | None) -> bool:
        """Return whether that *attempt* has this one; a thread that knows no context has it too."""
        return attempt in (None, self._attempt) or (self._attempt is None and self._is_made)

    @property
    def is_made(self) -> bool:
        """Whether it was made, and has not been removed since."""
        return self._is_made and os.path.exists(self.path)  # noqa: PTH110 - a path as a text

    @property
    def is_changed(self) -> bool:
        """Whether the file is not as it was made; never of a folder."""
        return self._stamp is not None and self.is_made and stamp(self.path) != self._stamp

    def make(self, fetch: Callable[[str], object]) -> str:
        """Let *fetch* make it at a path, unless it is there; return that path."""
        if not self.is_made:
            fetch(self.path)
            self._stamp, self._is_made = stamp(self.path), True
        return self.path
