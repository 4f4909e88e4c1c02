"""Which configuration file this kernel was told to use, before any of the usual places."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Chooser(Protocol):
    """Who may name a configuration file: the session."""

    @property
    def config_path(self) -> str | None:
        """The file that was chosen, None for the first of the usual places."""


class _Choosers:
    """The choosers in force; the newest decides."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stack: tuple[Chooser, ...] = ()

    def install(self, chooser: Chooser) -> Callable[[], None]:
        """Let *chooser* decide; return what takes it away."""
        with self._lock:
            self._stack = (*self._stack, chooser)

        def remove() -> None:
            with self._lock:
                self._stack = tuple(other for other in self._stack if other is not chooser)

        return remove

    def path(self) -> str | None:
        """Return the file that was chosen, None for the first of the usual places."""
        stack = self._stack
        return stack[-1].config_path if stack else None


_choosers = _Choosers()
install_chooser = _choosers.install
chosen_path = _choosers.path
