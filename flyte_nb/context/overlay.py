"""Variables that are there for the length of a run."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flyte_nb.config import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

_lock = threading.RLock()
# Name to the value of each run that has set it, the newest last; and what it was before them.
_values: dict[str, dict[EnvironmentOverlay, str]] = {}
_before: dict[str, str | None] = {}


class EnvironmentOverlay:
    """The variables of one run, in this process's environment while the run lasts.

    Runs overlap: threads share one environment. Each variable has the value of the newest run
    that set it, and its own one back when the last of them has ended, in whatever order.
    """

    __slots__ = ("_names",)

    def __init__(self) -> None:
        self._names: dict[str, None] = {}

    def set(self, variables: Mapping[str, str]) -> None:
        """Set *variables* until `undo` is called.

        One that has the value already, by this overlay, is not set again: what a task did to it
        has been taken back when it ended.
        """
        environ = environment()
        with _lock:
            for name, value in variables.items():
                self._names[name] = None
                values = _values.setdefault(name, {})
                if not values:
                    _before[name] = environ.get(name)
                elif next(reversed(values)) is self and values[self] == value:
                    continue  # it is there already: that takes as long as a small task
                values.pop(self, None)  # or it would keep its older place
                values[self] = value
                environ[name] = value

    def undo(self) -> None:
        """Take the variables away; nothing happens the second time."""
        environ = environment()
        with _lock:
            for name in tuple(self._names):
                values = _values.get(name, {})
                values.pop(self, None)
                before = values[next(reversed(values))] if values else _before.get(name)
                if before is None:
                    environ.pop(name, None)
                else:
                    environ[name] = before
                # Last: who is interrupted before undoes it once more.
                if not values:
                    _values.pop(name, None)
                del self._names[name]
