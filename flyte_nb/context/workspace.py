"""The directories of one run: made when first asked for, gone when it ends."""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING

from flyte_nb.config import LocalSDK
from flyte_nb.errors import WorkspaceError

from .remove import remove_folder

if TYPE_CHECKING:
    from pathlib import Path


class Workspace:
    """A temporary folder that costs nothing until it is used.

    It goes when it is closed, or with this object. Unlike `tempfile.TemporaryDirectory` it knows
    its folder before that is there: an interrupt in between leaves nothing behind.

    Args:
        sandbox: Folder that it is made in; the setting ``sdk.local_sandbox`` by default.
    """

    __slots__ = (
        "__weakref__",
        "_finalizer",
        "_folder",
        "_lock",
        "_pid",
        "_sandbox",
        "is_made",
        "was_closed",
    )

    def __init__(self, sandbox: str | None = None) -> None:
        self._sandbox = sandbox
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._pid = 0
        self._finalizer: weakref.finalize[..., Workspace] | None = None
        self.is_made = False
        """Whether the folder is there."""
        self.was_closed = False
        """Whether the run that it is of has ended."""

    def directory(self, name: str) -> Path:
        """Return the folder *name* of this run, an existing one.

        Raises:
            WorkspaceError: The sandbox cannot be written.
        """
        path = self._root() / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def path(self, name: str) -> Path:
        """Return where *name* of this run is, without making it."""
        return self._root() / name

    def close(self) -> None:
        """Remove everything; the next use starts afresh. Call it again if it is interrupted."""
        self.was_closed = True
        if self._folder is None:
            return
        _remove(self._folder, self._pid)
        with self._lock:
            if self._finalizer is not None:
                self._finalizer.detach()
            self._folder, self._finalizer, self.is_made = None, None, False

    def _root(self) -> Path:
        with self._lock:
            if self._folder is None:
                sandbox = (
                    LocalSDK.LOCAL_SANDBOX.in_force() if self._sandbox is None else self._sandbox
                )
                self._folder = _new_path(sandbox)
                self._pid = os.getpid()
                self._finalizer = weakref.finalize(self, _remove, self._folder, self._pid)
            if not self.is_made:
                _make(self._folder)
                self.is_made = True
            return self._folder


def _remove(folder: Path, pid: int) -> None:
    if os.getpid() == pid:  # a forked child ends, and the folder is its parent's
        remove_folder(folder)


def _new_path(sandbox: str) -> Path:
    from pathlib import Path
    from tempfile import gettempdir

    parent = Path(sandbox).expanduser() if sandbox else Path(gettempdir())
    return parent / f"flyte-{os.urandom(8).hex()}"


def _make(folder: Path) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(
            f"no folder for this run can be made in {str(folder.parent)!r}: {error.strerror}",
            hint=f"set {LocalSDK.LOCAL_SANDBOX.env_name} to a folder that can be written",
        ) from None
