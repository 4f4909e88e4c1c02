"""The directories of one run: made when first asked for, gone when it ends."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flyte_nb.config import LocalSDK
from flyte_nb.errors import WorkspaceError

if TYPE_CHECKING:
    from pathlib import Path
    from tempfile import TemporaryDirectory


class Workspace:
    """A temporary folder that costs nothing until it is used.

    Args:
        sandbox: Folder that it is made in; the setting ``sdk.local_sandbox`` by default.
    """

    __slots__ = ("_folder", "_lock", "_sandbox")

    def __init__(self, sandbox: str | None = None) -> None:
        self._sandbox = sandbox
        self._lock = threading.Lock()
        self._folder: TemporaryDirectory[str] | None = None

    @property
    def is_made(self) -> bool:
        """Whether the folder is there."""
        return self._folder is not None

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
        """Remove everything; the next use starts afresh."""
        if self._folder is None:
            return
        with self._lock:
            folder, self._folder = self._folder, None
        if folder is not None:
            _remove(folder)

    def _root(self) -> Path:
        from pathlib import Path

        with self._lock:
            if self._folder is None:
                sandbox = (
                    LocalSDK.LOCAL_SANDBOX.in_force() if self._sandbox is None else self._sandbox
                )
                self._folder = _make_folder(sandbox)
            return Path(self._folder.name)


def _remove(folder: TemporaryDirectory[str]) -> None:
    """Remove *folder*, also when an interrupt comes in between."""
    try:
        folder.cleanup()
    except BaseException as error:
        import shutil

        shutil.rmtree(folder.name, ignore_errors=True)
        # An interrupt inside rmtree may come out as an error of a file descriptor.
        if isinstance(error, OSError) and isinstance(error.__context__, KeyboardInterrupt):
            raise error.__context__ from None
        raise


def _make_folder(sandbox: str) -> TemporaryDirectory[str]:
    import tempfile
    from pathlib import Path

    try:
        parent = Path(sandbox).expanduser() if sandbox else Path(tempfile.gettempdir())
        parent.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix="flyte-", dir=parent, ignore_cleanup_errors=True)
    except OSError as error:
        raise WorkspaceError(
            f"no folder for this run can be made in {sandbox or 'the temporary folder'!r}:"
            f" {error.strerror}",
            hint=f"set {LocalSDK.LOCAL_SANDBOX.env_name} to a folder that can be written",
        ) from None
