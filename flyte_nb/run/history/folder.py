"""The folder of all runs: one folder for each, which any kernel may read, sweep and clear.

    ~/.flyte/flyte-nb/runs/20260726-070148-1239f3c/run.json         what a list tells
    ~/.flyte/flyte-nb/runs/20260726-070148-1239f3c/nodes.jsonl      a line for each node
    ~/.flyte/flyte-nb/runs/20260726-070148-1239f3c/traceback.txt
    ~/.flyte/flyte-nb/runs/20260726-070148-1239f3c/decks/0001.html
    ~/.flyte/flyte-nb/runs/20260726-070148-1239f3c/journal.jsonl    while it goes on

`run.json` is written when the run begins, masked anew when a secret becomes known, and replaced
when everything else is there: a kernel that is killed in between leaves a run that is "running" in
a process that is gone, and what the journal says of its nodes. Files are whole or not there, but
for the journal; those that are damaged, or no file of ours, are left out.
"""

from __future__ import annotations

import os
import re
import stat
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from flyte_nb.config import LocalSDK
from flyte_nb.context.remove import remove_folder
from flyte_nb.run.handle.run_id import RUN_ID
from flyte_nb.run.record import Phase

from . import files, journal
from .describe_run import head_of
from .json_form import Fields, parsed, to_text
from .lost import Lost
from .masked import masked
from .node_record import NodeRecord
from .process import Process
from .record import RunHead, RunRecord, head_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flyte_nb.run.handle.run import Run

    from .journal import Journal

HEAD, NODES, TRACEBACK, DECKS = "run.json", "nodes.jsonl", "traceback.txt", "decks"
_GONE = ".gone-"
_ABANDONED_S = 3_600.0  # since something was last written to it
_DECK = re.compile(r"\d{4,9}\.html")


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much is kept; the oldest runs go first, those that go on only when they are too old.

    Attributes:
        age_s: Seconds since the run was last written: 30 days.
        count: Number of runs.
        size_bytes: Bytes of all together: 1 GiB.
    """

    age_s: float = 30 * 86_400.0
    count: int = 1_000
    size_bytes: int = 1 << 30


def runs_folder() -> Path:
    """Return where it is: below the setting ``sdk.local_sandbox``, else in ``~/.flyte``.

    Raises:
        ConfigFileError: The configuration file cannot be used.
    """
    sandbox = LocalSDK.LOCAL_SANDBOX.in_force() or "~/.flyte"
    return Path(sandbox).expanduser().absolute() / "flyte-nb" / "runs"


class HistoryFolder:
    """All runs that are kept.

    Args:
        root: Where they are; the usual place by default. Made when something is stored.
        limits: How many there may be.
    """

    def __init__(self, root: Path | None = None, limits: Limits | None = None) -> None:
        self.root = runs_folder() if root is None else root
        self.limits = Limits() if limits is None else limits

    # -- written by the run ---------------------------------------------------------------

    def begin(self, head: RunHead) -> None:
        """Keep a run that begins.

        Raises:
            OSError: It cannot be written.
        """
        self.make_root()
        folder = self.root / head.id
        folder.mkdir(mode=0o700)
        try:
            self._write_head(head)
        except BaseException:
            remove_folder(folder)
            raise

    def keep(self, record: RunRecord) -> None:
        """Keep all of a run that has ended before it was known here.

        Raises:
            OSError: It cannot be written.
        """
        self.make_root()
        self.end(record)

    def journal(self, run: Run) -> Journal:
        """Return what is written of *run* while it goes on."""

        def write_head() -> None:
            # Where it has just ended, that is told when the rest is there.
            self._write_head(replace(head_of(run), phase=Phase.RUNNING, ended_at=None))

        path = self.root / run.id / journal.NAME
        return journal.Journal(path, run.progress, write_head=write_head)

    def end(self, record: RunRecord) -> None:
        """Keep all of a run that is over.

        Raises:
            OSError: It cannot be written.
        """
        folder = self.root / record.id
        folder.mkdir(mode=0o700, exist_ok=True)
        try:
            self._write_decks(folder, record)
            lines = (to_text(masked(node.to_json())) + "\n" for node in record.nodes)
            files.write(folder / NODES, lines)
            if record.traceback:
                files.write(folder / TRACEBACK, [record.traceback])
        finally:  # that it is over is told, whatever else could be written
            self._write_head(record)
        (folder / journal.NAME).unlink(missing_ok=True)  # where that could not be, it is all there

    def _write_head(self, head: RunHead) -> None:
        files.write(self.root / head.id / HEAD, [to_text(masked(head.head_to_json()))])

    def _write_decks(self, folder: Path, record: RunRecord) -> None:
        decks = (d for n in record.nodes for a in n.attempts for d in a.decks)
        names = dict.fromkeys(deck.file for deck in decks if deck.file)
        if names:
            (folder / DECKS).mkdir(mode=0o700, exist_ok=True)
        for file in names:
            files.write(folder / DECKS / file, [record.read_deck(file)])

    def make_root(self) -> None:
        """Make the folder of all runs, where only we may look.

        Raises:
            OSError: It cannot be made.
        """
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.name != "nt" and stat.S_IMODE(self.root.stat().st_mode) & 0o077:
            with suppress(OSError):  # not ours: the runs are for us alone in any case
                self.root.chmod(0o700)

    # -- read by anybody ------------------------------------------------------------------

    def ids(self) -> list[str]:
        """Return the ids of all runs, those too that cannot be read, the newest first."""
        return sorted((e.name for e in self._scan() if RUN_ID.fullmatch(e.name)), reverse=True)

    def heads(self, ids: Iterable[str] | None = None) -> Iterator[RunHead]:
        """Yield what can be read of the runs, the newest first.

        Args:
            ids: Those to read; all by default.
        """
        alive: dict[Process, bool | None] = {}
        for run_id in self.ids() if ids is None else ids:
            head = self._head(run_id, alive)
            if head is not None:
                yield head

    def head(self, run_id: str) -> RunHead | None:
        """Return what a list tells of a run, None where that cannot be read."""
        return self._head(run_id, {})

    def read(self, run_id: str) -> RunRecord | None:
        """Return all of a run, None where it cannot be read."""
        head = self.head(run_id)
        if head is None:
            return None
        folder = self.root / run_id
        names = (name for name in RunHead.__dataclass_fields__)
        nodes = (
            _nodes(folder / NODES)
            if head.phase.is_over
            else journal.read_journal(folder / journal.NAME)
        )
        return RunRecord(
            **{name: getattr(head, name) for name in names},
            nodes=tuple(map(_lost, nodes) if head.is_lost else nodes),
            traceback=files.read(folder / TRACEBACK).decode(errors="replace"),
            read_deck=lambda file: self._deck(folder, file),
        )

    def _head(self, run_id: str, alive: dict[Process, bool | None]) -> RunHead | None:
        # 1,000 of them in a list: a Path for each would take as long as all the rest.
        path = os.path.join(self.root, run_id, HEAD)  # noqa: PTH118
        fields = head_fields(parsed(files.read_head(path)))
        if fields is None or fields["id"] != run_id:
            return None
        head = RunHead(**fields)
        if head.phase.is_over:
            return head
        process = Process(host=head.host, pid=head.pid, mark=head.process)
        if process not in alive:
            alive[process] = process.is_alive
        return replace(
            head, is_lost=alive[process] is False, last_seen_at=self._last_seen_at(run_id)
        )

    def _last_seen_at(self, run_id: str) -> datetime | None:
        try:
            changed = (self.root / run_id / journal.NAME).stat().st_mtime
            return datetime.fromtimestamp(changed, timezone.utc)
        except (OSError, ValueError, OverflowError):
            return None

    def _deck(self, folder: Path, file: str) -> str:
        known = _DECK.fullmatch(file)  # a name that leads elsewhere is none of ours
        return files.read(folder / DECKS / file).decode(errors="replace") if known else ""

    # -- removed ---------------------------------------------------------------------------

    def remove(self, run_id: str) -> bool:
        """Remove a run, from the list at once; return whether there was one."""
        gone = self.root / f"{_GONE}{os.urandom(8).hex()}"
        try:
            (self.root / run_id).rename(gone)
        except OSError:
            return False
        remove_folder(gone)
        return True

    def sweep(self) -> int:
        """Remove what is too old or too much, and what killed processes left; return how many."""
        now, limits, removed = time.time(), self.limits, 0
        for entry in self._scan():
            if (
                entry.name.startswith((files.NEW, _GONE))
                and now - files.changed(entry) > _ABANDONED_S
            ):
                remove_folder(entry.path)
        ids = self.ids()
        sizes = {run_id: files.measured(self.root / run_id) for run_id in ids}
        count, size = len(ids), sum(size for size, _ in sizes.values())
        for run_id in reversed(ids):
            bytes_, changed = sizes[run_id]
            is_old = now - changed > limits.age_s
            if not is_old and count <= limits.count and size <= limits.size_bytes:
                continue
            head = self.head(run_id)
            goes_on = head is not None and head.goes_on
            is_young = now - changed < _ABANDONED_S
            if (goes_on and not is_old) or (head is None and is_young):  # it may be in the making
                continue
            if self.remove(run_id):
                count, size, removed = count - 1, size - bytes_, removed + 1
        return removed

    def size_bytes(self) -> int:
        """Return the size of all runs."""
        return sum(files.measured(self.root / run_id)[0] for run_id in self.ids())

    def _scan(self) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.root) as found:
                return [entry for entry in found if entry.is_dir(follow_symlinks=False)]
        except OSError:
            return []


def _lost(node: NodeRecord) -> NodeRecord:
    """Return *node* of a process that has ended."""
    return replace(node, phase=Lost.LOST) if node.phase is Phase.RUNNING else node


def _nodes(path: Path) -> Iterator[NodeRecord]:
    """Yield the nodes whose lines are whole."""
    for line in files.read(path).splitlines():
        data = parsed(line)
        if isinstance(data, dict):
            yield NodeRecord.from_json(Fields(data))
