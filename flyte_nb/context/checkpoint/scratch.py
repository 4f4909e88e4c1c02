"""Temporary folders that go with the object that uses them, or with Python."""

from __future__ import annotations

import shutil
import weakref
from pathlib import Path
from tempfile import mkdtemp


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
        if self._finalizer is None or not self._finalizer.alive:
            self._path = Path(mkdtemp(prefix="flyte-"))
            self._finalizer = weakref.finalize(self, shutil.rmtree, self._path, ignore_errors=True)
        return self._path

    def close(self) -> None:
        """Remove it; the next use makes another one."""
        if self._finalizer is not None:
            self._finalizer()
