"""The runs of this sandbox as a user lists them, opens one, and clears them away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import TYPE_CHECKING, Any, overload

from flyte_nb.display import TableView, short_path
from flyte_nb.errors import InvalidValueError
from flyte_nb.run.words import duration

from .calls import KEPT_CALLS
from .choose import RunFilter, ago, chosen_id
from .describe_run import record_of
from .folder import HistoryFolder
from .recorder import RECORDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .record import RunHead, RunRecord

_HEAD = ("id", "of", "phase", "began", "took", "inputs", "from")
_SHOWN = 50
_MOST = 48  # characters of a column
_LIST_HINT = "%flyte_runs lists those that there are"


class Runs(Sequence["RunHead"]):
    """Runs, the newest first; shows itself as a table.

    They are read when they are asked for: to show the newest of thousands takes no longer than to
    show them alone.

    Args:
        heads: The runs.
        remarks: What to say below.
        shown: How many of them a table shows.
    """

    def __init__(
        self, heads: Iterable[RunHead], remarks: tuple[str, ...] = (), shown: int = _SHOWN
    ) -> None:
        self._unread = iter(heads)
        self._heads: list[RunHead] = []
        self._remarks = remarks
        self._shown = shown

    def __len__(self) -> int:
        return len(self._read(None))

    @overload
    def __getitem__(self, index: int) -> RunHead: ...
    @overload
    def __getitem__(self, index: slice) -> Runs: ...
    def __getitem__(self, index: int | slice) -> RunHead | Runs:
        if isinstance(index, slice):
            return Runs(self._read(None)[index], self._remarks, self._shown)
        return self._read(index + 1 if index >= 0 else None)[index]

    def remarked(self, remark: str) -> Runs:
        """Return the same runs, with that said below."""
        return Runs(self, (remark,), self._shown)

    def table(self) -> TableView:
        """Return what is shown."""
        found = self._read(self._shown + 1)
        rows = tuple(map(_row, found[: self._shown]))
        is_all = len(found) == len(rows)
        title = f"{len(rows):,} run{'' if len(rows) == 1 else 's'}" if rows else "No runs"
        more = () if is_all else ("there are more: --last N shows so many",)
        title = title if is_all else f"The newest {title}"
        return TableView(title, _HEAD, rows, (*more, *self._remarks))

    def _read(self, count: int | None) -> list[RunHead]:
        """Return the runs that were read, so many at least where there are; None for all."""
        self._heads += islice(self._unread, None if count is None else _missing(count, self._heads))
        return self._heads

    def __repr__(self) -> str:
        from flyte_nb.run.views.runs_view import runs_text

        return runs_text(self.table(), self._read(self._shown)[: self._shown])

    def _repr_html_(self) -> str:
        from flyte_nb.run.views.runs_view import runs_html

        return runs_html(self.table(), self._read(self._shown)[: self._shown])


def _missing(count: int, found: Sequence[RunHead]) -> int:
    return max(0, count - len(found))


def runs(  # noqa: PLR0913 - each narrows the list by itself
    *,
    task: str | None = None,
    phase: str | None = None,
    since: str | float | timedelta | datetime | None = None,
    last: int | None = None,
    here: bool = False,
    history: HistoryFolder | None = None,
) -> Runs:
    """Return the runs of this sandbox, of all kernels, the newest first.

    Args:
        task: Name of what was run, or its last part; ``*`` stands for anything.
        phase: How it ended: ``failed``, ``succeeded``, ``running``, ``aborted``, ``lost`` …
        since: How long ago it began at most, for example ``2h``; or a moment.
        last: How many at most.
        here: Whether those of this kernel alone are wanted.
        history: Where they are kept; the usual place by default.

    Raises:
        InvalidValueError: There is no such phase, or a number or a time cannot be used.
        ConfigFileError: The configuration, which says where they are, cannot be used.

    Example:
        >>> runs(task="train", phase="failed", since="2h")
    """
    if last is not None and (type(last) is not int or last < 1):
        raise InvalidValueError(f"last={last!r}: how many, from 1 up")
    KEPT_CALLS.wait()
    history = HistoryFolder() if history is None else history
    wanted = RunFilter(task=task, phase=phase, since=since, here=here)
    found = islice(filter(wanted.takes, history.heads()), last)
    return Runs(found, (f"kept in {short_path(str(history.root))}",), last or _SHOWN)


def run_record(run: Any = "last", *, history: HistoryFolder | None = None) -> RunRecord:
    """Return all that is known of a run; in a notebook it shows itself.

    One of this kernel that goes on is told as it is now, one of another kernel as it was a second
    ago or two; of one whose kernel was killed there is what was known then, without its decks.

    Args:
        run: An id, or the beginning of one or of its last part; ``last``, or ``-1``, ``-2`` …;
            or one of `runs`, or a `Run`.
        history: Where it is kept; the usual place by default.

    Raises:
        InvalidValueError: There is no such run, there are several, or it cannot be read.
        ConfigFileError: The configuration, which says where they are, cannot be used.

    Example:
        >>> run_record("last").outputs
        {'o0': '4'}
    """
    KEPT_CALLS.wait()
    history = HistoryFolder() if history is None else history
    run_id = _id(run, history)
    held = RECORDER.running.get(run_id)
    record = history.read(run_id) if held is None else record_of(held)
    if record is None:
        raise InvalidValueError(
            f"the run {run_id} cannot be read: it is damaged, or was removed just now",
            hint=_LIST_HINT,
        )
    return record


def clean_runs(
    *of: Any,
    older: str | float | timedelta | None = None,
    everything: bool = False,
    history: HistoryFolder | None = None,
) -> int:
    """Remove runs from the history; return how many that were.

    Those that go on stay, unless they are named.

    Args:
        of: Which ones; as for `run_record`.
        older: Instead, those that began so long ago or longer, for example ``7d``.
        everything: Instead, all of them.
        history: Where they are kept; the usual place by default.

    Raises:
        InvalidValueError: Nothing or more than one thing is said, there is no such run, it goes
            on, or the time is none.
        ConfigFileError: The configuration, which says where they are, cannot be used.
    """
    if bool(of) + (older is not None) + everything != 1:
        raise InvalidValueError(
            "which runs?", hint="say which ones, or older='7d', or everything=True"
        )
    history = HistoryFolder() if history is None else history
    if of:
        ids = list(dict.fromkeys(_id(one, history) for one in of))
        for run_id in ids:
            head = history.head(run_id)
            if head is not None and head.goes_on:
                raise InvalidValueError(f"the run {run_id} goes on", hint="cancel it first")
    else:
        before = None if older is None else ago(older)
        ids = list(_idle(history, before))
    return sum(map(history.remove, ids))


def _idle(history: HistoryFolder, before: datetime | None) -> Iterator[str]:
    """Yield ids of runs that do not go on, those that cannot be read among them."""
    for run_id in history.ids():
        head = history.head(run_id)
        began = run_id[:15] if head is None else f"{head.started_at:%Y%m%d-%H%M%S}"
        if before is not None and began >= f"{before:%Y%m%d-%H%M%S}":
            continue
        if head is None or not head.goes_on:
            yield run_id


def _id(run: Any, history: HistoryFolder) -> str:
    word = getattr(run, "id", run)
    if type(word) is int and word < 0:
        word = str(word)
    if not isinstance(word, str):
        raise InvalidValueError(f"{run!r} is no run", hint=_LIST_HINT)
    return chosen_id(word, history.ids())


def _row(head: RunHead) -> tuple[str, ...]:
    seconds = head.seconds
    place = head.notebook.rpartition("/")[2]
    return (
        head.id,
        _short(head.name),
        head.outcome,
        began_at(head),
        "-" if seconds is None else duration(seconds),
        _short(", ".join(f"{name}={value}" for name, value in head.inputs.items())),
        f"{_short(place)} · {head.pid}" if place else str(head.pid),
    )


def began_at(head: RunHead) -> str:
    """Return when it began, in local time; with the date only when that was not today."""
    local = head.started_at.astimezone()
    is_today = local.date() == datetime.now(timezone.utc).astimezone().date()
    return f"{local:%H:%M:%S}" if is_today else f"{local:%Y-%m-%d %H:%M}"


def _short(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
