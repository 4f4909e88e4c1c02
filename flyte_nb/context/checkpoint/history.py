"""The checkpoints of this machine: one folder for each attempt that saved anything.

    ~/.flyte/flyte-nb/checkpoints/000017/attempt.json    which task, which inputs, how it ended
    ~/.flyte/flyte-nb/checkpoints/000017/files/          what it saved

Numbers grow, so that order never depends on the clock. They outlive the kernel. At most three
attempts are kept for one task and its inputs, a hundred in all, and 10 GiB: the oldest go when
another one saves for the first time.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flyte_nb.config import LocalSDK
from flyte_nb.context.remove import remove_folder
from flyte_nb.context.storage.failures import explain
from flyte_nb.errors import CheckpointError

from .lease import Lease, is_held
from .local import LocalPlace
from .sync import manifest_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .manifest import Manifest

RUNNING = "running"
SUCCEEDED = "succeeded"
MOST_OF_A_LINE = 3
MOST = 100
MOST_BYTES = 10 << 30
_RECORD = "attempt.json"
_LEASE = "lease"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One attempt that saved something.

    Attributes:
        line: What the attempts have in common that may resume each other: task and inputs.
        task: Name of the task.
        version: Version of the task.
        execution: Name of the execution.
        attempt: Number of the attempt in it, from 0.
        came_from: The entry that it resumed from.
        outcome: How the attempt ended; ``running`` until it did.
        is_settled: Whether a run after it, or its own, has succeeded: nothing resumes from it.
        started_at: When it first saved, in UTC, for whoever looks at it.
        number: Its number, 0 before it has one.
    """

    line: str
    task: str
    version: str
    execution: str
    attempt: int
    came_from: int | None = None
    outcome: str = RUNNING
    is_settled: bool = False
    started_at: str = ""
    number: int = 0


def history_folder() -> Path:
    """Return where it is: below the setting ``sdk.local_sandbox``, else in ``~/.flyte``."""
    sandbox = LocalSDK.LOCAL_SANDBOX.in_force() or "~/.flyte"
    return Path(sandbox).expanduser() / "flyte-nb" / "checkpoints"


class History:
    """All entries; safe to use from several processes.

    Args:
        root: Its folder; the usual one by default.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = history_folder() if root is None else root

    def entries(self) -> list[Entry]:
        """Return what there is, the oldest first."""
        return [entry for n in self._numbers() if (entry := self._entry(n)) is not None]

    def find(self, number: int) -> Entry | None:
        """Return the entry of that number."""
        return self._entry(number)

    def resumable(self, line: str) -> Entry | None:
        """Return the newest entry that the next run of *line* goes on from."""
        found = [e for e in self.entries() if e.line == line and not e.is_settled]
        idle = (e for e in reversed(found) if not self.is_live(e))
        return next((e for e in idle if self.manifest(e) is not None), None)

    def files(self, entry: Entry) -> Path:
        """Return the folder of what *entry* saved."""
        return self._folder(entry) / "files"

    def manifest(self, entry: Entry) -> Manifest | None:
        """Return what *entry* has saved, None before its first save has ended."""
        return manifest_at(LocalPlace(self.files(entry)))

    def is_live(self, entry: Entry) -> bool:
        """Return whether its run goes on, in whatever process."""
        return is_held(self._folder(entry) / _LEASE)

    def add(self, entry: Entry) -> tuple[Entry, Lease]:
        """Make a folder for *entry* and return it with its number, and the lease of its run.

        Raises:
            CheckpointError: It cannot be made.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            with Lease(self.root / ".lock", wait=True):
                self._prune(entry.line)
                return self._make(entry)
        except OSError as error:
            reason, _ = explain(error, str(self.root))
            raise CheckpointError(
                f"no checkpoint can be kept in {str(self.root)!r}: {reason}",
                hint=f"set {LocalSDK.LOCAL_SANDBOX.env_name} to a folder that can be written",
            ) from error

    def hold(self, entry: Entry) -> Lease | None:
        """Say that the run of *entry* goes on, in this process; None where it is gone."""
        try:
            return Lease(self._folder(entry) / _LEASE)
        except OSError:
            return None

    def change(self, entry: Entry) -> None:
        """Write what became of *entry*, unless it is gone."""
        record = self._folder(entry) / _RECORD
        partial = record.with_name(f"{_RECORD}.{os.urandom(4).hex()}")
        try:
            partial.write_bytes(_to_json(entry))
            partial.replace(record)
        except FileNotFoundError:
            return

    def settle(self, line: str) -> None:
        """Let the next run of *line* begin afresh."""
        for entry in self.entries():
            if entry.line == line and not entry.is_settled and not self.is_live(entry):
                self.change(replace(entry, is_settled=True))

    def remove(self, entry: Entry) -> None:
        """Remove *entry* from the list, at once, and then from the disk."""
        gone = self.root / f".gone-{os.urandom(6).hex()}"
        with suppress(FileNotFoundError):
            self._folder(entry).rename(gone)
            remove_folder(gone)

    def _folder(self, entry: Entry) -> Path:
        return self.root / f"{entry.number:06d}"

    def _numbers(self) -> list[int]:
        try:
            names = [entry.name for entry in os.scandir(self.root)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(int(name) for name in names if name.isdecimal())

    def _entry(self, number: int) -> Entry | None:
        try:
            data = (self.root / f"{number:06d}" / _RECORD).read_bytes()
            return replace(Entry(**json.loads(data)), number=number)
        except (OSError, ValueError, TypeError):
            return None

    def _make(self, entry: Entry) -> tuple[Entry, Lease]:
        staged = self.root / f".new-{os.urandom(6).hex()}"
        staged.mkdir(mode=0o700)
        lease = Lease(staged / _LEASE)
        try:
            (staged / _RECORD).write_bytes(_to_json(entry))
            number = max(self._numbers(), default=0) + 1
            staged.rename(self.root / f"{number:06d}")
        except BaseException:
            lease.release()
            remove_folder(staged)
            raise
        return replace(entry, number=number), lease

    def _prune(self, line: str) -> None:
        """Make room for one more entry of *line*."""
        for folder in self.root.glob(".*-*"):  # what a process left that died at it
            if folder.name.startswith(".gone-") or not is_held(folder / _LEASE):
                remove_folder(folder)
        for number in self._numbers():  # what nobody can tell what it is
            folder = self.root / f"{number:06d}"
            if self._entry(number) is None and not is_held(folder / _LEASE):
                remove_folder(folder)
        for entry in self._surplus(line):
            self.remove(entry)

    def _surplus(self, line: str) -> Iterator[Entry]:
        """Return what is too much, settled entries first, then the oldest."""
        idle = [entry for entry in self.entries() if not self.is_live(entry)]
        of_line = [entry for entry in idle if entry.line == line]
        too_many = of_line[: -(MOST_OF_A_LINE - 1)]
        yield from too_many
        kept = [entry for entry in idle if entry not in too_many]
        newest = of_line[-1:]  # what the run goes on from
        sizes = {entry.number: self._size(entry) for entry in kept}
        count, size = len(kept), sum(sizes.values())
        for entry in sorted(kept, key=lambda entry: (not entry.is_settled, entry.number)):
            if count < MOST and size <= MOST_BYTES:
                return
            if entry not in newest:
                count, size = count - 1, size - sizes[entry.number]
                yield entry

    def _size(self, entry: Entry) -> int:
        try:
            manifest = self.manifest(entry)
        except (CheckpointError, OSError):
            return 0
        return 0 if manifest is None else manifest.size_bytes


def _to_json(entry: Entry) -> bytes:
    fields = asdict(entry)
    del fields["number"]  # that is the folder's name
    return json.dumps(fields, indent=1).encode()
