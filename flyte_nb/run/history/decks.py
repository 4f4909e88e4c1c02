"""Decks of past runs: shown, listed, saved to a file, and set side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyte_nb.decks.bound import megabytes
from flyte_nb.display import TableView, short_path
from flyte_nb.errors import ConfigError, InvalidValueError

from .calls import KEPT_CALLS
from .choose import chosen_id
from .compare import Comparison
from .deck_page import page_of_record, page_parts
from .folder import HistoryFolder
from .masked import masked
from .recorder import RECORDER
from .runs import began_at, run_record

if TYPE_CHECKING:
    from flyte_nb.decks.pages import DeckPage

    from .deck_comparison import DeckComparison
    from .record import RunRecord

_HEAD = ("id", "of", "phase", "began", "decks", "size")
_SHOWN = 50
_NAMED = 6  # decks of a run
_MARK = 'name="generator" content="flyte-nb"'


def run_decks(run: Any = "last") -> DeckPage:
    """Return the decks of a past run as one page, which a notebook shows.

    Args:
        run: As for `run_record`; ``last``, ``-2`` … count the runs that have decks.

    Raises:
        InvalidValueError: There is no such run, or it has no decks.

    Example:
        >>> run_decks("last")
    """
    return page_of_record(_with_decks(run))


def list_decks(last: int = _SHOWN) -> TableView:
    """Return a table of the runs that have decks, the newest first.

    Args:
        last: How many at most.

    Raises:
        InvalidValueError: *last* is no number from 1 up.
    """
    if type(last) is not int or last < 1:
        raise InvalidValueError(f"last={last!r}: how many, from 1 up")
    history = HistoryFolder()
    rows: list[tuple[str, ...]] = []
    for run_id in _ids(history):
        if len(rows) == last:
            break
        record = run_record(run_id, history=history)
        decks = [d for node in record.nodes for a in node.attempts for d in a.decks]
        names = list(dict.fromkeys(deck.name for deck in decks))
        more = f", … {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        size = megabytes(sum(deck.size_bytes for deck in decks))
        rows.append((record.id, record.name, record.outcome, began_at(record),
                     ", ".join(names[:_NAMED]) + more, size))  # fmt: skip
    count = f"{len(rows):,} run{'' if len(rows) == 1 else 's'} with decks"
    title = count if rows else "No decks"
    shown = tuple(map(tuple, masked(list(map(list, rows)))))  # some became secrets since
    return TableView(title, _HEAD, shown, (f"kept in {short_path(str(history.root))}",))


def save_decks(file: Any, run: Any = "last", *, overwrite: bool = False) -> Path:
    """Write all decks of a run into one HTML file, which needs nothing else.

    Args:
        file: Where to; a page of decks that is there is replaced.
        run: As for `run_decks`.
        overwrite: Whether any other file that is there is replaced, too.

    Raises:
        InvalidValueError: There is no such run, it has no decks, or the file is something else,
            or cannot be written.

    Example:
        >>> save_decks("report.html", "last")
        PosixPath('report.html')
    """
    from flyte_nb.config.edit.write import write_atomically

    record = _with_decks(run)
    try:
        path = Path(file).expanduser()
        is_folder = path.is_dir()
        is_kept = path.exists() and not (is_folder or overwrite or _is_page(path))
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: the ~ of nobody
        why = getattr(error, "strerror", None) or error
        raise InvalidValueError(f"{file} cannot be written: {why}") from None
    if is_folder:
        raise InvalidValueError(f"{file} is a folder", hint="write the name of a file in it")
    if is_kept:
        raise InvalidValueError(
            f"{file} is there and no page of decks", hint="choose another name, or --overwrite"
        )
    try:
        page = b"".join(part.encode(errors="replace") for part in page_parts(record))
        write_atomically(str(path), page)
    except ConfigError as error:
        raise InvalidValueError(str(error.args[0])) from None
    except ValueError:  # a zero in it, of which a look at the file says that there is none
        raise InvalidValueError(
            f"{str(file)!r} cannot be written: no file has such a name"
        ) from None
    return path


def compare_decks(a: Any, b: Any = "last") -> DeckComparison:
    """Return the decks of two runs beside each other, those that differ marked and first.

    Args:
        a: One of them; as for `run_decks`.
        b: The other one.

    Raises:
        InvalidValueError: There is no such run, it has no decks, or both are the same.
    """
    from .deck_comparison import DeckComparison

    one, other = _with_decks(a), _with_decks(b)
    if one.id == other.id:
        raise InvalidValueError(
            f"{a} and {b} are the same run, {one.id}", hint="%flyte_deck list names the others"
        )
    return DeckComparison(Comparison(one, other))


def _with_decks(run: Any) -> RunRecord:
    history = HistoryFolder()
    word = str(run) if isinstance(run, (int, str)) else run
    if isinstance(word, str) and (word == "last" or word.startswith("-")):
        ids = _ids(history, most=None if word != "last" else 1)
        if not ids:
            raise InvalidValueError(
                "no run has decks so far", hint="make one in a task: Deck('report', html)"
            )
        word = chosen_id(word, ids)
    record = run_record(word, history=history)
    if not record.decks:
        raise InvalidValueError(
            f"the run {record.id} of {record.name} has no decks",
            hint="%flyte_deck list names the runs that have",
        )
    return record


def _ids(history: HistoryFolder, most: int | None = None) -> list[str]:
    """Return the ids of the runs with decks, the newest first."""
    KEPT_CALLS.wait()
    found: list[str] = []
    for head in history.heads():
        held = RECORDER.running.get(head.id)
        if head.decks or (held is not None and run_record(head.id, history=history).decks):
            found.append(head.id)
        if len(found) == most:
            break
    return found


def _is_page(path: Path) -> bool:
    if not path.is_file():  # a pipe would be waited for
        return False
    with path.open("rb") as file:
        return _MARK.encode() in file.read(1_000)
