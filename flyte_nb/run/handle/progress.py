"""What goes on in a run: told by who runs it, read by who shows it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flyte_nb.run.describe import error_in_words
from flyte_nb.run.record import Phase, phase_of

from .transcript import Transcript
from .transcript_room import TranscriptRoom
from .values import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flyte_nb.run.cache import CacheStatus
    from flyte_nb.run.graph.node import Node
    from flyte_nb.run.record import Attempt

MAX_DESCRIBED = 1_000
"""Nodes of a run of which inputs and outputs are kept: each takes as long as a small task."""
_LINES_OF_LOG = 20  # of an attempt whose log is in the transcript too
_NOTHING: Mapping[str, str] = MappingProxyType({})


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
        inputs: What it was given, by name, in words; of the first `MAX_DESCRIBED` nodes of a run.
        outputs: What came out, by name, in words; as for inputs.
        changes: How often something changed that is not printed.
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
    inputs: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    outputs: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    changes: int = 0

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
        self.room = TranscriptRoom()
        """What the transcripts of all nodes share."""
        self.phases: Counter[Phase] = Counter()
        """How many nodes are in each phase."""
        self._described = 0
        self._is_closed = False

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
                name=node.title,
                calls=getattr(node.entity, "name", ""),
                kind=kind_of(node.entity),
                upstream=tuple(f"{path}{before.id}" for before in node.upstream),
                transcript=Transcript(self.room),
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

    def given(self, path: str, inputs: Mapping[str, Any]) -> None:
        """Note what a node that runs was given."""
        node = self.node(path)
        if node is None or self._described >= MAX_DESCRIBED:
            return
        self._described += 1
        node.inputs = in_words(inputs)
        self._changed(node)

    def gave(self, path: str, outputs: Mapping[str, Any]) -> None:
        """Note what came out of a node of which it is kept what it was given."""
        node = self.node(path)
        if node is not None and node.inputs is not _NOTHING:
            node.outputs = in_words(outputs)
            self._changed(node)

    def attempt_began(self, path: str, number: int) -> None:
        """Note that an attempt of the task at *path* begins."""
        if (node := self.node(path)) is not None:
            node.attempt = number
            self._changed(node)

    def attempt_ended(self, path: str, attempt: Attempt) -> None:
        """Note how an attempt ended."""
        if (node := self.node(path)) is not None and not self._is_closed:
            # An interrupt can come to one that had ended already: then it counts as interrupted.
            node.attempts[:] = [a for a in node.attempts if a.number != attempt.number]
            if node.transcript.count and len(attempt.log) > _LINES_OF_LOG:
                attempt = replace(attempt, log=attempt.log[-_LINES_OF_LOG:])
            node.attempts.append(attempt)
            self._changed(node)

    def cached(self, path: str, status: CacheStatus) -> None:
        """Note what the cache had for the task at *path*."""
        if (node := self.node(path)) is not None:
            node.cache = status
            self._changed(node)

    def close(self, phase: Phase, error: str = "") -> None:
        """Note that nothing runs any more: what did is in *phase*, what did not is skipped.

        What is told afterwards, by a thread that was left behind, changes nothing.

        Args:
            phase: How those end that run.
            error: What is said of these.
        """
        for node in self.nodes():
            if node.phase is Phase.RUNNING:
                self._move(node.path, phase, error)
            elif node.phase is Phase.QUEUED:
                self._move(node.path, Phase.SKIPPED)
        self._is_closed = True

    def _move(self, path: str, phase: Phase, error: str = "") -> None:
        node = self.node(path)
        if node is None or self._is_closed:
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
        if phase.is_over:
            node.transcript.ended(has_failed=phase is not Phase.SUCCEEDED)
        self._changed(node)

    def _changed(self, node: NodeProgress) -> None:
        with self._lock:
            node.changes += 1  # last: who has read it before reads it again
        self._on_change()


def in_words(values: Mapping[str, Any]) -> dict[str, str]:
    """Return values by name as a record has them."""
    return {name: described(value) for name, value in values.items()}


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
