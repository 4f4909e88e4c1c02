"""Metrics that a task emits, recorded where it runs."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from numbers import Real
from typing import TYPE_CHECKING

from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Metric:
    """One emitted value.

    Attributes:
        kind: ``counter``, ``gauge`` or ``timing``.
        name: Dotted name.
        value: Increment, level, or duration in milliseconds.
        tags: Labels of this value.
    """

    kind: str
    name: str
    value: float
    tags: tuple[tuple[str, str], ...] = ()


class Stats:
    """Records metrics; has the methods of flytekit's ``TaggableStats`` that tasks call."""

    __slots__ = ("_metrics",)

    def __init__(self) -> None:
        self._metrics: list[Metric] = []  # list.append is atomic: safe from any thread

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Everything emitted so far, in order."""
        return tuple(self._metrics)

    def incr(self, metric: str, count: float = 1, *, tags: Mapping[str, str] | None = None) -> None:
        """Add *count* to a counter."""
        self._emit("counter", metric, count, tags)

    inc = incr  # the specification's spelling

    def decr(self, metric: str, count: float = 1, *, tags: Mapping[str, str] | None = None) -> None:
        """Take *count* from a counter."""
        self._emit("counter", metric, count, tags, sign=-1)

    def gauge(self, metric: str, value: float, *, tags: Mapping[str, str] | None = None) -> None:
        """Set a level."""
        self._emit("gauge", metric, value, tags)

    def timing(
        self, metric: str, delta: float | timedelta, *, tags: Mapping[str, str] | None = None
    ) -> None:
        """Record a duration: milliseconds, or a `timedelta`."""
        ms = delta / timedelta(milliseconds=1) if isinstance(delta, timedelta) else delta
        self._emit("timing", metric, ms, tags)

    @contextmanager
    def timer(self, metric: str, *, tags: Mapping[str, str] | None = None) -> Iterator[None]:
        """Record how long the block takes."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.timing(metric, (time.perf_counter() - start) * 1e3, tags=tags)

    def totals(self) -> dict[str, float]:
        """Return the sum of each counter, the last level of each gauge, all time of each timing."""
        totals: dict[str, float] = {}
        for metric in self._metrics:
            before = 0.0 if metric.kind == "gauge" else totals.get(metric.name, 0.0)
            totals[metric.name] = before + metric.value
        return totals

    def _emit(
        self, kind: str, name: str, value: float, tags: Mapping[str, str] | None, sign: int = 1
    ) -> None:
        self._metrics.append(
            Metric(kind, str(name), sign * _number(name, value), tuple((tags or {}).items()))
        )


def _number(name: str, value: object) -> float:
    """Return *value* as a float; refuse what is no number where it is emitted, not later."""
    if not isinstance(value, Real):
        kind = type(value).__name__
        raise InvalidValueError(f"stats: the value of {name!r} is a number, not a {kind}")
    return float(value)
