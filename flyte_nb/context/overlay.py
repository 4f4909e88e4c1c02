"""Variables that are there for the length of a run."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flyte_nb.config import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

_lock = threading.RLock()
_values: dict[str, list[tuple[EnvironmentOverlay, str]]] = {}
_before: dict[str, str | None] = {}


class EnvironmentOverlay:
    """The variables of one run, in this process's environment while the run lasts.

    Runs overlap: threads share one environment. Each variable has the value of the newest run
    that set it, and its own one back when the last of them has ended, in whatever order.
    """

    def set(self, variables: Mapping[str, str]) -> None:
        """Set *variables* until `undo` is called."""
        environ = environment()
        with _lock:
            for name, value in variables.items():
                if not _values.setdefault(name, []):
                    _before[name] = environ.get(name)
                _values[name].append((self, value))
                environ[name] = value

    def undo(self) -> None:
        """Take the variables away; nothing happens the second time."""
        environ = environment()
        with _lock:
            for name, values in list(_values.items()):
                if all(owner is not self for owner, _ in values):
                    continue
                others = [pair for pair in values if pair[0] is not self]
                before = others[-1][1] if others else _before.get(name)
                if before is None:
                    environ.pop(name, None)
                else:
                    environ[name] = before
                # Last: who is interrupted before undoes it once more.
                if others:
                    _values[name] = others
                else:
                    del _values[name]
