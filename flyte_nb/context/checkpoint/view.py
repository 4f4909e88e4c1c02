"""The kept checkpoints as a user looks at them, takes them out, and removes them."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from flyte_nb.display import TableView, short_path
from flyte_nb.errors import CheckpointError

from .history import RUNNING, History
from .local import LocalPlace
from .sync import SyncCheckpoint

if TYPE_CHECKING:
    import os

    from .history import Entry

_HEAD = ("id", "task", "inputs", "attempt", "ended", "came from", "size", "saved", "next run")


def list_checkpoints(history: History | None = None, *, remark: str = "") -> TableView:
    """Return every attempt that saved something, the newest first, and where it came from.

    Args:
        history: Where they are; the usual place by default.
        remark: What to say below; by default where that is.

    Raises:
        ConfigFileError: The configuration, which says where they are, cannot be used.
    """
    history = History() if history is None else history
    entries = history.entries()
    chosen = {entry.line: history.resumable(entry.line) for entry in entries}
    rows = tuple(_row(history, entry, chosen[entry.line] == entry) for entry in reversed(entries))
    title = "Checkpoints" if rows else "No checkpoints"
    return TableView(title, _HEAD, rows, (remark or f"kept in {short_path(str(history.root))}",))


def restore_checkpoint(
    number: int, path: str | os.PathLike[str], history: History | None = None
) -> Path:
    """Copy the files of a checkpoint into a folder, and return that.

    Args:
        number: Its id in the list.
        path: The folder; made if need be.
        history: Where it is; the usual place by default.

    Raises:
        CheckpointError: There is none of that id, *path* is a file, or it cannot be copied.
    """
    history = History() if history is None else history
    place = LocalPlace(history.files(_found(history, number)))
    # As the source, not the destination: nothing is ever saved there.
    restored = SyncCheckpoint(LocalPlace(None), place).restore(Path(path).expanduser())
    if restored is None:
        raise CheckpointError(f"checkpoint {number} is empty: its first save was not completed")
    return restored


def clear_checkpoints(number: int | None = None, history: History | None = None) -> int:
    """Remove a checkpoint, or all of them; return how many that were.

    The next run with the same inputs begins afresh. Those of a run that goes on stay when all
    are removed.

    Args:
        number: Its id in the list; None for all.
        history: Where they are; the usual place by default.

    Raises:
        CheckpointError: There is none of that id, or its run goes on.
    """
    history = History() if history is None else history
    if number is None:
        gone = [entry for entry in history.entries() if not history.is_live(entry)]
    else:
        gone = [_found(history, number)]
        if history.is_live(gone[0]):
            raise CheckpointError(f"checkpoint {number} belongs to a run that has not ended")
    for entry in gone:
        history.remove(entry)
        if number is not None:
            history.settle(entry.line)  # older ones stay to be looked at; no run goes on from them
    return len(gone)


def _found(history: History, number: int) -> Entry:
    entry = history.find(number)
    if entry is None:
        known = ", ".join(str(entry.number) for entry in history.entries()) or "none"
        raise CheckpointError(f"there is no checkpoint {number}", hint=f"there are: {known}")
    return entry


def _row(history: History, entry: Entry, is_next: bool) -> tuple[str, ...]:  # noqa: FBT001
    try:
        manifest = history.manifest(entry)
        size = "-" if manifest is None else size_text(manifest.size_bytes)
        saved_at = entry.started_at if manifest is None else manifest.saved_at
    except (CheckpointError, OSError):
        size, saved_at = "damaged", entry.started_at
    return (
        str(entry.number),
        entry.task,
        entry.line[:6] or "-",
        f"{entry.attempt + 1} of {entry.execution}",
        ended(history, entry),
        "-" if entry.came_from is None else str(entry.came_from),
        size,
        _age(saved_at),
        "goes on from it" if is_next else "",
    )


def ended(history: History, entry: Entry) -> str:
    """Return how the attempt of *entry* ended: that it died where nobody could note it."""
    died = entry.outcome == RUNNING and not history.is_live(entry)
    return "died" if died else entry.outcome


def size_text(size_bytes: int) -> str:
    """Return a size as a person writes it.

    Example:
        >>> size_text(1536)
        '1.5 KiB'
    """
    size, units = float(size_bytes), ["B", "KiB", "MiB", "GiB"]
    while size >= 1024 and len(units) > 1:  # noqa: PLR2004
        size, units = size / 1024, units[1:]
    return f"{size:.1f} {units[0]}" if units[0] != "B" else f"{size_bytes} B"


def _age(moment: str) -> str:
    """Return when that was, in local time; with the date only when it was not today."""
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return "-"
    local = at.astimezone()
    is_today = local.date() == datetime.fromtimestamp(time.time(), timezone.utc).astimezone().date()
    return f"{local:%H:%M:%S}" if is_today else f"{local:%Y-%m-%d %H:%M}"
