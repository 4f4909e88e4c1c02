"""The handle that task code emits metrics by."""

from __future__ import annotations

from datetime import timedelta
from math import isfinite
from numbers import Integral
from typing import TYPE_CHECKING, Any

from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.display import table_html, table_text
from flyte_nb.errors import InvalidValueError

from .recorder import Emission, Kind, Recorder
from .view import HEAD, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from statsd.client.timer import Timer
    from typing_extensions import Self

    from .recorder import Metric, Tags


class TaggableStats:
    """Emits metrics, under a scope and with tags (flytekit's ``TaggableStats``).

    Each method takes ``tags`` of its own, ``per_host`` to tell the hosts apart, and ``rate``,
    the share of the values that is sent; here all of them are counted.

    Args:
        recorder: Where the values are kept; one of its own by default.
        scope: What every name begins with.
        tags: Labels of every value.
        take: Takes each value; the recorder by default.

    Example:
        >>> stats = current_context().stats
        >>> stats.incr("rows", 20, tags={"table": "users"})
        >>> with stats.timer("load"):
        ...     frame = load()
    """

    __slots__ = ("_recorder", "_scope", "_tags", "_take")

    def __init__(
        self,
        recorder: Recorder | None = None,
        scope: str = "",
        tags: Mapping[str, Any] | None = None,
        *,
        take: Callable[[Emission], None] | None = None,
    ) -> None:
        self._recorder = Recorder() if recorder is None else recorder
        self._take = self._recorder.take if take is None else take
        self._scope = scope
        self._tags = _as_tags(tags)

    def incr(
        self,
        stat: str,
        count: float = 1,
        rate: float = 1,
        *,
        tags: Mapping[str, Any] | None = None,
        per_host: bool = False,
    ) -> None:
        """Add *count* to a counter."""
        self._emit(Kind.COUNTER, stat, _number(stat, count), rate, tags, per_host)

    inc = incr  # the specification's spelling

    def decr(
        self,
        stat: str,
        count: float = 1,
        rate: float = 1,
        *,
        tags: Mapping[str, Any] | None = None,
        per_host: bool = False,
    ) -> None:
        """Take *count* from a counter."""
        self._emit(Kind.COUNTER, stat, -_number(stat, count), rate, tags, per_host)

    def gauge(  # noqa: PLR0913
        self,
        stat: str,
        value: float,
        rate: float = 1,
        delta: bool = False,  # noqa: FBT001, FBT002 - statsd's signature
        *,
        tags: Mapping[str, Any] | None = None,
        per_host: bool = False,
    ) -> None:
        """Set a level; with *delta* move it by *value*."""
        self._emit(Kind.GAUGE, stat, _number(stat, value), rate, tags, per_host, delta=delta)

    def timing(
        self,
        stat: str,
        delta: float | timedelta,
        rate: float = 1,
        *,
        tags: Mapping[str, Any] | None = None,
        per_host: bool = False,
    ) -> None:
        """Record a duration: milliseconds, or a `timedelta`."""
        ms = delta / timedelta(milliseconds=1) if isinstance(delta, timedelta) else delta
        self._emit(Kind.TIMING, stat, _number(stat, ms), rate, tags, per_host)

    def set(
        self,
        stat: str,
        value: object,
        rate: float = 1,
        *,
        tags: Mapping[str, Any] | None = None,
        per_host: bool = False,
    ) -> None:
        """Count *value* as a member of a set: the same one again counts no more."""
        self._emit(Kind.SET, stat, str(value), rate, tags, per_host)

    def timer(
        self,
        stat: str,
        rate: float = 1,
        *,
        tags: Mapping[str, Any] | None = None,
        per_host: bool = False,
    ) -> Timer:
        """Return what records how long a ``with`` block takes; it is a decorator too."""
        from statsd.client.timer import Timer

        labels = dict(self._all_tags(tags, per_host))
        return Timer(
            TaggableStats(self._recorder, self._scope, labels, take=self._take), stat, rate
        )

    def get_stats(self, name: str, copy_tags: bool = True) -> TaggableStats:  # noqa: FBT001, FBT002 - flytekit's signature
        """Return a handle whose names begin with *name*, inside of this one's scope.

        Args:
            name: The scope.
            copy_tags: Whether it begins with the tags that this handle has.
        """
        tags = dict(self._tags) if copy_tags else None
        return TaggableStats(self._recorder, self._full(name), tags, take=self._take)

    def extend_tags(self, tags: Mapping[str, Any]) -> None:
        """Add *tags* to every value that this handle emits from now on."""
        self._tags = self._all_tags(tags, per_host=False)

    def clear_tags(self) -> None:
        """Emit without tags of the handle's own from now on."""
        self._tags = ()

    def pipeline(self) -> Pipeline:
        """Return a handle that keeps what it is told until the end of its ``with`` block."""
        return Pipeline(self._recorder, self._scope, dict(self._tags), take=self._take)

    def take(self, emission: Emission) -> None:
        """Take a value that was emitted elsewhere, in a process of the same attempt."""
        self._take(emission)

    @property
    def full_prefix(self) -> str:
        """What every name begins with."""
        return self._scope

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What was emitted so far, summed up by name and tags."""
        return self._recorder.metrics()

    def copy(self) -> TaggableStats:
        """Return a handle to the same metrics with tags of its own."""
        return TaggableStats(self._recorder, self._scope, dict(self._tags), take=self._take)

    def __repr__(self) -> str:
        return f"TaggableStats({self._scope or 'no scope'}, {len(self.metrics)} metrics)"

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as an empty handle: another process records for itself."""
        return TaggableStats, (None, self._scope, dict(self._tags))

    def _repr_html_(self) -> str:
        return table_html("Metrics", HEAD, rows(self.metrics, self._recorder.dropped))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002, FBT001
        printer.text(table_text("Metrics", HEAD, rows(self.metrics, self._recorder.dropped)))

    def _full(self, name: str) -> str:
        if not name or not isinstance(name, str):
            raise InvalidValueError(f"stats: the name of a metric is text, not {name!r}")
        return f"{self._scope}.{name}" if self._scope else name

    def _all_tags(self, tags: Mapping[str, Any] | None, per_host: bool) -> Tags:  # noqa: FBT001
        if not tags and not per_host:
            return self._tags
        more = {"_f": "i"} if per_host else {}
        return _as_tags({**dict(_as_tags(tags)), **dict(self._tags), **more})

    def _emit(  # noqa: PLR0913, PLR0917
        self,
        kind: Kind,
        stat: str,
        value: float | str,
        rate: float,
        tags: Mapping[str, Any] | None,
        per_host: bool,  # noqa: FBT001
        *,
        delta: bool = False,
    ) -> None:
        if not _is_share(rate):
            raise InvalidValueError(
                f"stats: the rate of {stat!r} is a number over 0 and at most 1",
                hint="tags go by name: tags={...}",
            )
        labels = self._all_tags(tags, per_host)
        if not isinstance(value, str) and not isfinite(value):
            # As in a pod, where a loss that is no number does not end the task.
            TASK_LOGGER.warning("stats: %s is %s, which is not counted", stat, value)
            return
        self._take(Emission(kind, self._full(stat), value, labels, rate, delta))


class Pipeline(TaggableStats):
    """A handle that keeps what it is told until `send`, or the end of its ``with`` block."""

    __slots__ = ("_kept", "_target")

    def __init__(
        self,
        recorder: Recorder,
        scope: str,
        tags: Mapping[str, Any],
        *,
        take: Callable[[Emission], None],
    ) -> None:
        self._kept: list[Emission] = []
        self._target = take
        super().__init__(recorder, scope, tags, take=self._kept.append)

    def send(self) -> None:
        """Emit what was kept."""
        kept, self._kept[:] = list(self._kept), []
        for emission in kept:
            self._target(emission)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.send()


def _is_share(rate: object) -> bool:
    return isinstance(rate, (int, float)) and 0 < rate <= 1


def _as_tags(tags: Any) -> Tags:
    if tags is not None and not hasattr(tags, "items"):
        raise InvalidValueError(f"stats: tags are a dictionary, not a {type(tags).__name__}")
    return tuple(sorted((str(k), str(v)) for k, v in tags.items())) if tags else ()


def _number(name: str, value: object) -> float:
    """Return *value* as a number; refuse what is none where it is emitted, not later."""
    if type(value) is int:
        return value
    if isinstance(value, (str, bytes)) or not hasattr(value, "__float__"):
        raise InvalidValueError(
            f"stats: the value of {name!r} is a number, not a {type(value).__name__}"
        )
    try:
        return int(value) if isinstance(value, Integral) else float(value)
    except (TypeError, ValueError, OverflowError):
        raise InvalidValueError(
            f"stats: the value of {name!r} is one number, not a {type(value).__name__}"
        ) from None
