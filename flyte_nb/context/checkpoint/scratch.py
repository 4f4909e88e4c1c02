"""Temporary folders that go with the object that uses them, or with Python."""

from __future__ import annotations

import weakref
from pathlib import Path
from tempfile import mkdtemp

from flyte_nb.context.current import running
from flyte_nb.context.remove import remove_folder


class Scratch:
    """A temporary folder, made when it is first asked for.

    Unlike `tempfile.TemporaryDirectory` it says nothing when it goes with its owner: who
    restores a checkpoint has no reason to close it.
    """

    def __init__(self) -> None:
        self._finalizer: weakref.finalize[..., Scratch] | None = None
        self._path = Path()

    def path(self) -> Path:
        """Return the folder, an existing one."""
        if self._finalizer is None or not self._finalizer.alive or not self._path.exists():
            context = running()  # its folder goes with the run, whoever still holds this object
            parent = None if context is None else context.scratch_directory()
            self._path = Path(mkdtemp(prefix="flyte-", dir=parent))
            self._finalizer = weakref.finalize(self, remove_folder, self._path)
        return self._path

    def close(self) -> None:
        """Remove it; the next use makes another one."""
        if self._finalizer is not None:
            self._finalizer()
