"""What was emitted, summed up as it comes: memory grows with the names, not with the values."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from flyte_nb.context.leak_guard import LEAK_GUARD

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_SERIES = 1_000  # a task that puts an id into a name or a tag would fill the memory
MAX_UNIQUE = 10_000

Tags: TypeAlias = tuple[tuple[str, str], ...]


class Kind(Enum):
    """The kinds of metrics that statsd has; the value is the client's method."""

    COUNTER = "incr"
    GAUGE = "gauge"
    TIMING = "timing"
    SET = "set"


class Emission(NamedTuple):
    """One emitted value.

    Attributes:
        kind: What it is.
        name: Dotted name, with its scope.
        value: Increment, level, duration in milliseconds, or member of a set.
        tags: Labels, sorted by name.
        rate: The share of values that is sent, over 0 to 1.
        delta: Whether a gauge moves by the value.
    """

    kind: Kind
    name: str
    value: float | str
    tags: Tags = ()
    rate: float = 1
    delta: bool = False


@dataclass(slots=True)
class Metric:
    """All that was emitted under one name with the same tags.

    Attributes:
        kind: What it is.
        name: Dotted name, with its scope.
        tags: Labels, sorted by name.
        count: How many values there were.
        value: Sum of a counter or of timings in milliseconds, last level of a gauge, number
            of different members of a set.
        smallest: The smallest value; of gauges and timings.
        largest: The largest value; of gauges and timings.
    """

    kind: Kind
    name: str
    tags: Tags = ()
    count: int = 0
    value: float = 0.0
    smallest: float = float("inf")
    largest: float = float("-inf")
    _members: set[str] = field(default_factory=set, repr=False, compare=False)

    def add(self, emission: Emission) -> None:
        """Take one more value in."""
        self.count += 1
        value = emission.value
        if isinstance(value, str):
            if len(self._members) < MAX_UNIQUE:
                self._members.add(value)
            self.value = len(self._members)
            return
        replaces = self.kind is Kind.GAUGE and not emission.delta
        self.value = value if replaces else self.value + value
        seen = self.value if self.kind is Kind.GAUGE else value
        self.smallest = min(self.smallest, seen)
        self.largest = max(self.largest, seen)


class Recorder:
    """Keeps the metrics of one attempt, from all its threads.

    Args:
        send: Where else each value goes, such as to statsd.
    """

    __slots__ = ("_lock", "_metrics", "_send", "dropped")

    def __init__(self, send: Callable[[Emission], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._metrics: dict[tuple[Kind, str, Tags], Metric] = {}
        self._send = send
        self.dropped = 0
        """Values that were not kept: there were more than `MAX_SERIES` names."""

    def __bool__(self) -> bool:
        return bool(self._metrics)

    def take(self, emission: Emission) -> None:
        """Keep a value, and send it."""
        key = (emission.kind, emission.name, emission.tags)
        with self._lock:
            metric = self._metrics.get(key)
            if metric is None and len(self._metrics) < MAX_SERIES:
                metric = self._metrics[key] = Metric(*key)
            if metric is None:
                self.dropped += 1
            else:
                metric.add(emission)
        if self._send is not None:
            self._send(emission)

    def metrics(self) -> tuple[Metric, ...]:
        """Return what was emitted so far, in the order in which the names came up, masked."""
        mask = LEAK_GUARD.mask
        with self._lock:
            return tuple(
                Metric(
                    m.kind,
                    mask(m.name),
                    tuple((mask(k), mask(v)) for k, v in m.tags),
                    m.count,
                    m.value,
                    m.smallest,
                    m.largest,
                )
                for m in self._metrics.values()
            )
