"""The deck that shows how long the parts of a task took."""

from __future__ import annotations

import time
from contextlib import ContextDecorator
from datetime import datetime, timedelta, timezone
from heapq import nlargest
from html import escape
from typing import TYPE_CHECKING, Any

from flyte_nb.context import running
from flyte_nb.errors import InvalidValueError

from .deck import Deck

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

_HEAD = ("Name", "Wall time", "CPU time", "Started")
# A bar has the whole width below its part: beside the numbers there is none in a narrow frame.
_STYLE = (
    "<style>.flyte-nb-timeline{width:100%}"
    ".flyte-nb-timeline :is(th,td){padding:5px min(12px,1.5vw)}"
    ".flyte-nb-timeline [scope=row]{min-width:min(7em,20vw);overflow-wrap:anywhere}"
    ".flyte-nb-timeline :is([scope=row],[scope=row]~td){border:0}"
    ".flyte-nb-timeline [colspan]{padding-top:0}"
    ".flyte-nb-timeline span{display:block;height:.6em;min-width:2px;border-radius:2px;"
    "background:#6b4fbb}</style>"
)
_MOST = 200  # parts that are drawn: more than one can look at
_NAMES = ("Name", "Start", "Finish", "WallTime", "ProcessTime")


class TimeLineDeck(Deck):
    """Bars on a line of time (flytekit's ``TimeLineDeck``), drawn when it is looked at.

    Of a great many parts the longest are drawn.

    Example:
        >>> current_context().timeline_deck.append_time_info(
        ...     dict(Name="load", Start=start, Finish=end, WallTime=1.5, ProcessTime=0.4)
        ... )
    """

    __slots__ = ("time_info",)

    def __init__(self, name: str, html: Any = "", auto_add_to_deck: bool = True) -> None:  # noqa: FBT001, FBT002 - flytekit's signature
        self.time_info: list[Mapping[str, Any]] = []  # first: who takes it in may look at it
        super().__init__(name, html, auto_add_to_deck)

    def append_time_info(self, info: Mapping[str, Any]) -> None:
        """Add one part.

        Args:
            info: Its ``Name``, ``Start`` and ``Finish`` as `datetime`, ``WallTime`` and
                ``ProcessTime`` in seconds.

        Raises:
            InvalidValueError: One of them is missing or of another type.
        """
        for name in _NAMES:
            expected = _TYPES.get(name, object)
            if name not in info or not isinstance(info[name], expected):
                raise InvalidValueError(
                    f"time info: {name} is missing, or not what it should be",
                    hint=f"give a dict of {', '.join(_NAMES)}; Start and Finish are datetimes,"
                    " the times seconds",
                )
        # astimezone: one that does not say is in local time, and the two do not compare.
        times = {name: info[name].astimezone() for name in ("Start", "Finish")}
        self.time_info.append({**info, **times})
        if self._watchers:
            self._tell()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.time_info and super().is_empty

    @property
    def html(self) -> str:
        """What was appended, then the longest parts, in the order in which they began."""
        own = super().html
        return "\n".join(filter(None, [own, self._table()]))

    def _table(self) -> str:
        parts = self.time_info[:]  # threads may add some meanwhile
        if not parts:
            return ""
        first = min(part["Start"] for part in parts)
        whole = max(max(part["Finish"] for part in parts) - first, timedelta(microseconds=1))
        said = (
            f"{len(parts):,} part{'' if len(parts) == 1 else 's'} in {whole.total_seconds():,.3f} s"
        )
        longest = nlargest(_MOST, parts, key=lambda part: part["Finish"] - part["Start"])
        if rest := len(parts) - len(longest):
            took = sum(part["WallTime"] for part in parts)
            took -= sum(part["WallTime"] for part in longest)
            said += f". The {_MOST} longest are shown; the other {rest:,} took {took:,.3f} s"
        head = "".join(f'<th scope="col">{name}</th>' for name in _HEAD)
        rows = []
        for part in sorted(longest, key=lambda part: part["Start"]):
            left = (part["Start"] - first) / whole * 100
            width = (part["Finish"] - part["Start"]) / whole * 100
            rows.append(
                f'<tr><th scope="row">{escape(str(part["Name"]))}</th>'
                f"<td>{part['WallTime']:,.3f}&nbsp;s</td><td>{part['ProcessTime']:,.3f}&nbsp;s</td>"
                f"<td>+{(part['Start'] - first).total_seconds():,.3f}&nbsp;s</td></tr>"
                f'<tr aria-hidden="true"><td colspan="{len(_HEAD)}"><span style="'
                f'width:{width:.2f}%;margin-left:min({left:.2f}%,100% - 2px)"></span></td></tr>'
            )
        return (
            f'{_STYLE}<div style="overflow-x:auto"><table class="flyte-nb-timeline">'
            f"<caption>{said}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table></div>"
        )


_TYPES: dict[str, Any] = {
    "Start": datetime,
    "Finish": datetime,
    "WallTime": (int, float),
    "ProcessTime": (int, float),
}


class timeit(ContextDecorator):  # noqa: N801 - flytekit's name
    """Adds what a ``with`` block or a function took to the timeline of the running task.

    The same as flytekit's ``timeit``. Outside of tasks it does nothing.

    Args:
        name: What to call it.

    Example:
        >>> with timeit("load"):
        ...     frame = load()
    """

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._started: list[tuple[datetime, float, float]] = []  # a recursive function nests

    def __enter__(self) -> Self:
        now = datetime.now(timezone.utc)
        self._started.append((now, time.perf_counter(), time.process_time()))
        return self

    def __exit__(self, *_: object) -> None:
        start, wall, process = self._started.pop()
        took, cpu = time.perf_counter() - wall, time.process_time() - process
        if (context := running()) is None:
            return
        context.timeline_deck.append_time_info(
            {
                "Name": self._name,
                "Start": start,
                "Finish": start + timedelta(seconds=took),
                "WallTime": took,
                "ProcessTime": cpu,
            }
        )
