"""The checkpoints of one run: which one an attempt goes on from, and where it saves."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any

from flyte_nb.context.logs import TASK_LOGGER

from .fingerprint import TooLargeError, fingerprint
from .history import RUNNING, SUCCEEDED, Entry, History
from .local import LocalPlace
from .sync import SyncCheckpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from flyte_nb.context.scope import RunScope

    from .base import Checkpoint
    from .lease import Lease

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What was called with what.

    Attributes:
        task: Name of the task.
        version: Version of the task: a checkpoint outlives an edit of the code.
        origin: The file or notebook that defines it: many a notebook has a task ``train``.
        inputs: All inputs by name, defaults too.
    """

    task: str
    version: str
    origin: str
    inputs: Mapping[str, Any]

    def line(self) -> str:
        """Return what is the same for the calls that may resume each other."""
        try:
            return fingerprint((self.task, self.origin, dict(self.inputs)))
        except TooLargeError:
            TASK_LOGGER.warning(
                "%s: its inputs are too large to be compared, so a later run will not go on from"
                " its checkpoint; pass paths instead of millions of values",
                self.task,
            )
            return ""


class RunCheckpoints:
    """Made when an attempt first asks for its checkpoint, and ended with the run.

    The first attempt goes on from the last run of the same task with the same inputs, unless
    that one succeeded; a later attempt goes on from the one before it, as on a cluster.

    Args:
        scope: The run.
        root: Folder of the history; the usual one by default.
        previous: What an attempt saved that ran in another process, None for nothing.
        on_entry: Called with each entry of the history that is made.
    """

    def __init__(
        self,
        scope: RunScope,
        *,
        root: Path | None = None,
        previous: Entry | None = None,
        on_entry: Callable[[Entry], None] = lambda _: None,
    ) -> None:
        self._scope = scope
        self._lock = threading.RLock()
        self._call = None if scope.called is None else scope.called()
        self._history = None if self._call is None else History(root)
        self._known_line: str | None = None
        self._previous = previous
        self._on_entry = on_entry
        self._checkpoints: dict[int, Checkpoint] = {}
        self._entries: dict[int, tuple[Entry, Lease | None]] = {}
        self._at_end: list[Callable[[], None]] = []
        self._has_succeeded = False

    def of_attempt(self, number: int) -> Checkpoint:
        """Return the checkpoint of an attempt, the same at each call."""
        with self._lock:
            if number not in self._checkpoints:
                self._checkpoints[number] = self._new(number)
            return self._checkpoints[number]

    def at_end_of_attempt(self, function: Callable[[], None]) -> None:
        """Call *function* when the current attempt ends; what it raises fails the attempt."""
        with self._lock:
            self._at_end.append(function)

    @property
    def line(self) -> str:
        """What is the same for the calls that may resume each other; empty where none may."""
        if self._known_line is None:
            self._known_line = "" if self._call is None else self._call.line()
        return self._known_line

    def entry(self, number: int) -> Entry | None:
        """Return what an attempt has saved."""
        known = self._entries.get(number)
        return None if known is None else known[0]

    def take_in(self, line: str, entry: Entry | None) -> None:
        """Take for its own what an attempt did whose process has ended.

        Args:
            line: That of the run, as it was there.
            entry: What it saved.
        """
        with self._lock:
            self._known_line = line
            if entry is not None and self._history is not None:
                self._entries[entry.attempt] = (entry, self._history.hold(entry))

    def run_at_end(self) -> Exception | None:
        """Finish what the attempt left to do; return what failed first."""
        with self._lock:
            functions, self._at_end = self._at_end, []
        failure: Exception | None = None
        for function in functions:
            try:
                function()
            except Exception as error:  # noqa: BLE001 - told, once all have been called
                failure = failure or error
        return failure

    def end_attempt(self, number: int, outcome: str) -> None:
        """Finish what the attempt left to do, and note how it ended.

        Raises:
            CheckpointError: A save in the background failed.
        """
        failure = self.run_at_end()
        self._has_succeeded = outcome == SUCCEEDED and failure is None
        if number in self._entries and self._history is not None:
            entry, lease = self._entries[number]
            entry = replace(entry, outcome=outcome if failure is None else "failed")
            self._entries[number] = (entry, lease)
            with suppress(OSError):
                self._history.change(entry)
        if failure is not None:
            raise failure

    def close(self) -> None:
        """Note how the run ended; after a success the next one begins afresh."""
        for _, lease in self._entries.values():
            if lease is not None:
                lease.release()
        if self._has_succeeded and self._history is not None:
            try:
                self._history.settle(self.line)
            except OSError as error:
                _logger.warning(
                    "it has succeeded, but a later run may go on from its checkpoints: %s",
                    error,
                )

    def _new(self, number: int) -> Checkpoint:
        workspace, history, call = self._scope.workspace, self._history, self._call
        after_save = self._scope.after_save
        if history is None or call is None:  # outside of tasks nothing says what belongs together
            return SyncCheckpoint(workspace.path(f"checkpoints/attempt-{number}"))
        line, source = self.line, self._source(number, history)
        resumed: list[Entry] = []  # the source, once it has been used

        def note_resume() -> None:
            if source is not None:
                resumed.append(source)
            if source is not None and number == self._scope.settings.attempt:
                _say_resumed(source, call)

        def enter() -> Path:
            entry, lease = history.add(
                Entry(
                    line=line,
                    task=call.task,
                    version=call.version,
                    execution=self._scope.execution_id.name,
                    attempt=number,
                    came_from=resumed[0].number if resumed else None,
                    outcome=RUNNING,
                    started_at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
                )
            )
            self._entries[number] = (entry, lease)
            self._on_entry(entry)
            return history.files(entry)

        return SyncCheckpoint(
            LocalPlace(None, make=enter),
            None if source is None else LocalPlace(history.files(source)),
            restored=lambda: workspace.path(f"restored-{number}"),
            on_resume=note_resume,
            on_save=after_save and partial(after_save, number),
        )

    def _source(self, number: int, history: History) -> Entry | None:
        if number > self._scope.settings.attempt:
            return self.entry(number - 1) or self._previous
        return history.resumable(self.line) if self.line else None


def _say_resumed(source: Entry, call: Call) -> None:
    edited = "" if source.version == call.version else ", before the task was edited"
    ended = "whose kernel ended" if source.outcome == RUNNING else f"that {source.outcome}"
    TASK_LOGGER.info(
        "%s goes on from checkpoint %d, of a run %s%s; `%%flyte_checkpoint clear %d` lets it"
        " begin afresh",
        call.task,
        source.number,
        ended,
        edited,
        source.number,
    )
