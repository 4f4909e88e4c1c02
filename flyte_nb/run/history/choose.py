"""Choosing runs of a list: by an id that is cut short, by time, by what they were."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from flyte_nb.errors import InvalidValueError
from flyte_nb.run.record import Phase

from .process import this_process

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .record import RunHead

LOST = "lost"
PHASES = (*dict.fromkeys(p.name.lower() for p in Phase if p.name != "RETRYABLE_FAILURE"), LOST)
_IN_WORDS = {p.value: p.name.lower() for p in Phase}  # what is shown can be written, too
_UNITS = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
_BACK = re.compile(r"-([1-9]\d{0,5})")
_SHOWN = 5
_HINT = "write 90s, 30m, 2h, 7d or 1w"


def span(text: str | float | timedelta) -> timedelta:
    """Return a time that is written like ``90s``, ``30m``, ``2h``, ``7d`` or ``1w``.

    Args:
        text: It; a number is one of seconds.

    Raises:
        InvalidValueError: It is written in another way.

    Example:
        >>> span("2h")
        datetime.timedelta(seconds=7200)
    """
    if isinstance(text, timedelta):
        return text
    if isinstance(text, str) and (found := _SPAN.fullmatch(text.strip().lower())):
        text = float(found[1]) * _UNITS[found[2]]
    try:
        return timedelta(seconds=text)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise InvalidValueError(f"{text!r} is no time", hint=_HINT) from None


def ago(text: str | float | timedelta) -> datetime:
    """Return the moment that is so long ago; see `span`.

    Raises:
        InvalidValueError: It is no time, one to come, or one before there were dates.
    """
    past = span(text)
    if past < timedelta(0):
        raise InvalidValueError(f"{text!r} is no time ago: it is below 0", hint=_HINT)
    try:
        return datetime.now(timezone.utc) - past
    except OverflowError:
        raise InvalidValueError(f"{text!r} ago there were no dates", hint=_HINT) from None


def chosen_id(word: str, ids: Sequence[str]) -> str:
    """Return the id that *word* means.

    Args:
        word: ``last``; ``-1`` for the same, ``-2`` for the one before it; an id, or the beginning
            of one or of its last part.
        ids: All there are, the newest first.

    Raises:
        InvalidValueError: It means none of them, or several.
    """
    back = _BACK.fullmatch("-1" if word == "last" else word)
    if back is not None:
        number = int(back[1])
        if number > len(ids):
            there = f"there are {len(ids):,}" if ids else "there are none"
            raise InvalidValueError(f"there is no run {word}: {there}")
        return ids[number - 1]
    if word in ids:
        return word
    found = [i for i in ids if word and (i.startswith(word) or _tail(i).startswith(word))]
    if len(found) == 1:
        return found[0]
    if found:
        more = ", …" if len(found) > _SHOWN else ""
        raise InvalidValueError(
            f"{word!r} may be {len(found):,} runs: {', '.join(found[:_SHOWN])}{more}",
            hint="write more of the id",
        )
    near = difflib.get_close_matches(word, [*ids[:1_000], *map(_tail, ids[:1_000])], n=1)
    hint = f"did you mean {near[0]!r}?" if near else "%flyte_runs lists those that there are"
    raise InvalidValueError(f"there is no run {word!r}", hint=hint)


def _tail(run_id: str) -> str:
    return run_id.rpartition("-")[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFilter:
    """Which runs are wanted; what is not said does not matter.

    Attributes:
        task: Name of what was run, or its last part; ``*`` stands for anything.
        phase: How it ended: a name of `Phase`, or ``lost``.
        since: When it began: at that moment or later, or so long ago or less, for example ``2h``.
        here: Whether it belongs to this kernel.

    Raises:
        InvalidValueError: There is no such phase, or the time cannot be read.
    """

    task: str | None = None
    phase: str | Phase | None = None
    since: str | float | timedelta | datetime | None = None
    here: bool = False

    def __post_init__(self) -> None:
        phase, since = self.phase, self.since
        if phase is not None:
            name = phase.name.lower() if isinstance(phase, Phase) else str(phase).lower()
            name = _IN_WORDS.get(name, name)
            if name not in PHASES:
                raise InvalidValueError(f"there is no phase {name!r}: {', '.join(PHASES)}")
            object.__setattr__(self, "phase", name)
        if isinstance(since, datetime):
            object.__setattr__(self, "since", since.astimezone())
        elif since is not None:
            object.__setattr__(self, "since", ago(since))

    def takes(self, head: RunHead) -> bool:
        """Return whether it is one of those."""
        phase = LOST if head.is_lost else head.phase.name.lower()
        process = this_process() if self.here else None
        return (
            (self.task is None or _is_called(head.name, self.task))
            and self.phase in (None, phase)
            and (not isinstance(self.since, datetime) or head.started_at >= self.since)
            and (process is None or (process.pid, process.mark) == (head.pid, head.process))
        )


def _is_called(name: str, wanted: str) -> bool:
    return any(fnmatchcase(one, wanted) for one in (name, name.rpartition(".")[2]))
