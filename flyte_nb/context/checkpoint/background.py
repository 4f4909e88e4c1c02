"""A checkpoint that is saved while the task goes on."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections import deque
from contextlib import AbstractContextManager
from contextvars import copy_context
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from flyte_nb.context.current import running
from flyte_nb.context.remove import interrupts_as_such, remove_folder
from flyte_nb.context.storage.failures import explain
from flyte_nb.context.storage.streams import copy
from flyte_nb.errors import CheckpointError

from .base import Checkpoint
from .scratch import Scratch
from .source import files_of
from .sync import SyncCheckpoint, as_reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from .sync import Target

_MOST_PENDING = 2
_logger = logging.getLogger(__name__)


class AsyncCheckpoint(Checkpoint, AbstractContextManager["AsyncCheckpoint"]):
    """Takes a local copy of what is to be saved, and brings it away in the background.

    Saves arrive in the order in which they were asked for; when two are on their way the next
    one waits. An error is raised by the next call, or by `close`. In a task the attempt ends
    when all saves have, and fails when one of them did.

    Args:
        checkpoint_dest: As for `SyncCheckpoint`; or the checkpoint that does the saving, such as
            ``current_context().checkpoint``.
        checkpoint_src: That of the previous attempt, if there was one.
        **options: As for `SyncCheckpoint`.

    Example:
        >>> with AsyncCheckpoint("s3://bucket/attempt-1", "s3://bucket/attempt-0") as checkpoint:
        ...     checkpoint.save("model.pt")
    """

    def __init__(
        self,
        checkpoint_dest: Target | Checkpoint,
        checkpoint_src: Target | None = None,
        **options: Any,
    ) -> None:
        self._checkpoint = (
            checkpoint_dest
            if isinstance(checkpoint_dest, Checkpoint)
            else SyncCheckpoint(checkpoint_dest, checkpoint_src, **options)
        )
        self._changed = threading.Condition()
        self._pending: deque[Callable[[], None]] = deque()
        self._worker: threading.Thread | None = None
        self._failure: BaseException | None = None
        self._scratch = Scratch()
        context = running()
        if context is not None:
            context.at_end_of_attempt(self.close)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._checkpoint!r})"

    def __exit__(self, _: object, error: BaseException | None, trace: object) -> None:
        try:
            self.close()
        except CheckpointError as failure:
            if error is None:
                raise
            # The user's own error is on its way and decides, for example on another attempt.
            _logger.warning("a checkpoint was not saved: %s", failure)

    def prev_exists(self) -> bool:
        """Return whether the previous attempt saved anything."""
        return self._checkpoint.prev_exists()

    def restore(self, path: str | os.PathLike[str] | None = None) -> Path | None:
        """Copy the newest checkpoint into *path*, once what is on its way has arrived."""
        self.wait()
        return self._checkpoint.restore(path)

    def read(self) -> bytes | None:
        """Return the content of the newest saved file, once what is on its way has arrived."""
        self.wait()
        return self._checkpoint.read()

    def save(self, cp: str | os.PathLike[str] | IO[bytes]) -> None:
        """Take a copy and return; it is saved afterwards."""
        if isinstance(cp, (str, os.PathLike)):
            path = Path(cp)
            if not os.fspath(cp) or not path.exists():
                raise CheckpointError(f"there is no file or folder {os.fspath(cp)!r} to save")
            self._submit(lambda folder: _stage_path(path, folder))
        elif hasattr(cp, "read"):
            self._submit(lambda folder: _stage_reader(cp, folder))
        else:
            self._checkpoint.save(cp)  # which says what is wrong with it

    def write(self, b: bytes) -> None:
        """Take a copy and return; it is saved afterwards."""
        self.save(as_reader(b))

    def wait(self) -> None:
        """Return when everything is saved.

        Raises:
            CheckpointError: Something could not be saved; it is said once.
        """
        with interrupts_as_such(), self._changed:
            while self._pending:
                self._start_worker()
                self._changed.wait()
        self._raise_failure()

    def close(self) -> None:
        """Wait, and remove the local copies. It can be used again.

        Raises:
            CheckpointError: Something could not be saved.
        """
        try:
            self.wait()
        finally:
            self._scratch.close()

    def _submit(self, stage: Callable[[Path], tuple[Path, bool]]) -> None:
        self._raise_failure()
        with interrupts_as_such(), self._changed:
            while len(self._pending) >= _MOST_PENDING:
                self._start_worker()
                self._changed.wait()
        folder = self._new_folder()
        try:
            staged, is_blob = stage(folder)
        except BaseException as error:
            remove_folder(folder)
            if isinstance(error, OSError):
                reason, hint = explain(error, str(folder))
                raise CheckpointError(f"saving failed: {reason}", hint=hint) from error
            raise
        with interrupts_as_such(), self._changed:
            self._pending.append(lambda: self._bring(folder, staged, is_blob=is_blob))
            self._start_worker()

    def _start_worker(self) -> None:
        """Start the thread that saves, unless it lives; an interrupt may have come before it did.

        Call it with the lock held.
        """
        if self._worker is None or not self._worker.is_alive():
            # No daemon: Python ends when what was saved has arrived.
            run = copy_context().run
            self._worker = threading.Thread(target=run, args=(self._work,), name="checkpoint")
            self._worker.start()

    def _bring(self, folder: Path, staged: Path, *, is_blob: bool) -> None:
        try:
            if is_blob:
                with staged.open("rb") as reader:
                    self._checkpoint.save(reader)
            else:
                self._checkpoint.save(staged)
        finally:
            remove_folder(folder)

    def _work(self) -> None:
        """Save one after the other until there is nothing left to save."""
        while True:
            with self._changed:
                if self._worker is not threading.current_thread():
                    return  # another one was started in its place
                if not self._pending:
                    self._worker = None
                    return
                bring = self._pending[0]
            try:
                bring()
            except BaseException as error:  # noqa: BLE001 - raised by the next call
                with self._changed:
                    self._failure = self._failure or error
            with self._changed:
                self._pending.popleft()
                self._changed.notify_all()

    def _raise_failure(self) -> None:
        with self._changed:
            failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _new_folder(self) -> Path:
        with self._changed:
            folder = self._scratch.path() / os.urandom(8).hex()
        folder.mkdir()
        return folder


def _stage_path(path: Path, folder: Path) -> tuple[Path, bool]:
    """Copy a file or folder; return the copy, and that its name counts."""
    target = folder / (path.name or "root")
    for name, file in files_of(path).items():
        to = target / name if path.is_dir() else target
        if file is None:
            to.mkdir(parents=True)
            continue
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, to)
    if path.is_dir():
        target.mkdir(exist_ok=True)
    return target, False


def _stage_reader(reader: IO[bytes], folder: Path) -> tuple[Path, bool]:
    target = folder / "blob"
    with target.open("wb") as out:
        copy(reader, out)
    return target, True
