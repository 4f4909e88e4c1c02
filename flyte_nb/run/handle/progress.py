"""What goes on in a run: told by who runs it, read by who shows it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flyte_nb.run.describe import error_in_words
from flyte_nb.run.record import Phase, phase_of

from .transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flyte_nb.run.cache import CacheStatus
    from flyte_nb.run.graph.node import Node
    from flyte_nb.run.record import Attempt


@dataclass(kw_only=True, slots=True, eq=False)
class NodeProgress:
    """One call in a run.

    Attributes:
        path: Ids of the nodes that it is in, and its own, joined by ``/``; empty for the whole.
        name: What it is called for people.
        calls: Name of what it calls.
        kind: ``task``, ``workflow``, ``dynamic``, ``map task``, ``launch plan``, ``conditional``.
        upstream: Paths of the nodes that it waits for.
        phase: Where it is.
        attempts: Those that have ended.
        attempt: Number of the one that runs, or ran last; None where there is none.
        began: When, by `time.time`; None so far.
        ended: When.
        error: What it raised, in words; empty for nothing.
        cache: What the cache had; None where it was not asked.
        transcript: The end of what it printed and logged.
        inputs: What it was given, by name, in words.
        outputs: What came out, by name, in words.
    """

    path: str
    name: str
    calls: str
    kind: str
    upstream: tuple[str, ...] = ()
    phase: Phase = Phase.QUEUED
    attempts: list[Attempt] = field(default_factory=list)
    attempt: int | None = None
    began: float | None = None
    ended: float | None = None
    error: str = ""
    cache: CacheStatus | None = None
    transcript: Transcript = field(default_factory=Transcript)
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    def seconds(self, now: float | None = None) -> float | None:
        """Return how long it has taken so far; None before it has begun."""
        if self.began is None:
            return None
        return max(0.0, (self.ended or now or time.time()) - self.began)


class Progress:
    """The nodes of a run and where they are; told and read from any thread.

    Args:
        on_change: Called after each change, in the thread that told: it must be quick.
    """

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self._lock = threading.Lock()
        self._nodes: dict[str, NodeProgress] = {}
        self._on_change = on_change
        self.phases: Counter[Phase] = Counter()
        """How many nodes are in each phase."""

    def nodes(self) -> list[NodeProgress]:
        """Return all nodes that are known so far, in the order in which they came."""
        with self._lock:
            return list(self._nodes.values())

    def node(self, path: str) -> NodeProgress | None:
        """Return the node at *path*, None where there is none; a ``/`` may end it."""
        return self._nodes.get(path.rstrip("/"))

    def add(self, nodes: Iterable[NodeProgress]) -> None:
        """Take nodes in that will run."""
        with self._lock:
            for node in nodes:
                if node.path not in self._nodes:
                    self._nodes[node.path] = node
                    self.phases[node.phase] += 1
        self._on_change()

    def add_graph(self, path: str, nodes: Iterable[Node]) -> None:
        """Take in the *nodes* of the graph inside of *path*."""
        self.add(
            NodeProgress(
                path=f"{path}{node.id}",
                name=node.label or node.id,
                calls=getattr(node.entity, "name", ""),
                kind=kind_of(node.entity),
                upstream=tuple(f"{path}{before.id}" for before in node.upstream),
            )
            for node in nodes
            if node.entity is not None
        )

    def began(self, path: str) -> None:
        """Note that a node runs now."""
        self._move(path, Phase.RUNNING)

    def ended(self, path: str, error: BaseException | None = None) -> None:
        """Note how a node ended."""
        if error is None:
            self._move(path, Phase.SUCCEEDED)
        else:
            self._move(path, phase_of(error), error_in_words(error))

    def attempt_began(self, path: str, number: int) -> None:
        """Note that an attempt of the task at *path* begins."""
        if (node := self.node(path)) is not None:
            node.attempt = number
            self._on_change()

    def attempt_ended(self, path: str, attempt: Attempt) -> None:
        """Note how an attempt ended."""
        if (node := self.node(path)) is not None:
            # An interrupt can come to one that had ended already: then it counts as interrupted.
            node.attempts[:] = [a for a in node.attempts if a.number != attempt.number]
            node.attempts.append(attempt)
            self._on_change()

    def cached(self, path: str, status: CacheStatus) -> None:
        """Note what the cache had for the task at *path*."""
        if (node := self.node(path)) is not None:
            node.cache = status
            self._on_change()

    def close(self, phase: Phase) -> None:
        """Note that nothing runs any more: what did is in *phase*, what did not is skipped."""
        for node in self.nodes():
            if node.phase is Phase.RUNNING:
                self._move(node.path, phase)
            elif node.phase is Phase.QUEUED:
                self._move(node.path, Phase.SKIPPED)

    def _move(self, path: str, phase: Phase, error: str = "") -> None:
        node = self.node(path)
        if node is None:
            return
        now = time.time()
        with self._lock:
            self.phases[node.phase] -= 1
            self.phases[phase] += 1
            node.phase, node.error = phase, error
            if phase is Phase.RUNNING:
                node.began = now
            elif node.began is not None:
                node.ended = now
        self._on_change()


def kind_of(entity: Any) -> str:
    """Return what kind of thing a node calls, in a word or two."""
    return _KINDS.get(type(entity).__name__, "task")


_KINDS = {
    "Choice": "conditional",
    "DynamicTask": "dynamic",
    "LaunchPlan": "launch plan",
    "MapTask": "map task",
    "Workflow": "workflow",
}
