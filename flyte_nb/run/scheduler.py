"""Runs the nodes of a graph, those that wait for nobody side by side."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from .failures import say_where
from .graph.bindings import resolve
from .graph.node import ControlNode
from .team import LOOK_AGAIN_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .graph.node import Node
    from .workflow_execution import WorkflowExecution

Values = dict[str, dict[str, Any]]


def run_nodes(  # noqa: PLR0913 - all but three by name
    nodes: list[Node],
    values: Values,
    within: WorkflowExecution,
    *,
    kept: Iterable[Node] = (),
    fail_late: bool = False,
    failures: dict[str, BaseException] | None = None,
) -> Values:
    """Run *nodes*; return node's id to its outputs by name, for those that are *kept*.

    The calling thread runs nodes itself, and others help as far as the execution's
    ``max_parallelism`` goes: a chain costs no thread.

    Args:
        nodes: In an order in which each comes after those that it waits for.
        values: What is there already: the outputs of the start node, and of nodes that these
            look at without waiting for them.
        within: The execution that they are part of.
        kept: Nodes whose outputs are wanted; those of others are let go when all who need them
            have ended.
        fail_late: Whether nodes that wait for nothing that failed are run all the same.
        failures: Where failures are put, by the node's id, instead of raising the first; implies
            *fail_late*.

    Raises:
        BaseException: What the first node raised that failed; the tasks' own.
    """
    __tracebackhide__ = True
    crew = _Crew(nodes, values, within, kept, fail_late=fail_late or failures is not None)
    try:
        crew.lead()
    except Exception:
        if failures is None:
            raise
        failures.update(crew.failures)
    return crew.values


class _Crew:
    """The threads that run one graph: who called, and helpers."""

    def __init__(
        self,
        nodes: list[Node],
        values: Values,
        within: WorkflowExecution,
        kept: Iterable[Node],
        *,
        fail_late: bool,
    ) -> None:
        self.values = values
        self._within = within
        self._progress = within.progress
        if self._progress is not None:
            self._progress.add_graph(within.path, nodes)
        self._fail_late = fail_late
        # Held by `with` alone, which an interrupt cannot leave locked; a Condition's can be.
        self._lock = threading.Lock()
        self._changed: SimpleQueue[None] = SimpleQueue()  # wakes who leads
        self._waits: dict[str, int] = {}
        self._followers: dict[str, list[Node]] = {}
        self._uses: dict[str, int] = {}
        for node in nodes:
            self._waits[node.id] = len(node.upstream)
            for before in node.upstream:
                self._followers.setdefault(before.id, []).append(node)
                self._uses[before.id] = self._uses.get(before.id, 0) + 1
        for node in kept:
            self._uses[node.id] = self._uses.get(node.id, 0) + 1
        self._ready = deque(node for node in nodes if not node.upstream)
        self._has_failed = False
        self._running = 0
        self._alone = False  # whether what runs now must have the environment for itself
        self._error: BaseException | None = None
        self.failures: dict[str, BaseException] = {}

    def lead(self) -> None:
        """Run everything; raise what failed first.

        An interrupt ends the helpers' nodes too, and waits for those that notice it; the next one
        does not wait. That holds also for one of which a task made nothing.
        """
        __tracebackhide__ = True
        team = self._within.team
        is_first = team.claim()
        try:
            self._work(is_leader=True)
            team.check()
        except BaseException as error:
            if is_first and not isinstance(error, Exception):
                try:
                    team.stop()
                except KeyboardInterrupt:
                    team.interrupt_again()
                    raise
            raise
        if self._error is not None:
            raise self._error

    def _work(self, *, is_leader: bool) -> None:
        __tracebackhide__ = True
        while (node := self._take(is_leader=is_leader)) is not None:
            try:
                outputs = self._run(node)
            except BaseException as error:
                say_where(error, node, self._within.path)
                self._ended(node, error=error)
                if is_leader and not isinstance(error, Exception):
                    raise
            else:
                self._ended(node, outputs)

    def _run(self, node: Node) -> dict[str, Any]:
        __tracebackhide__ = True
        entity: Any = node.entity
        if entity is None:
            return {}
        progress, path = self._progress, f"{self._within.path}{node.id}"
        if progress is not None:
            progress.began(path)
        if isinstance(node, ControlNode):
            return node.run(self.values, self._within)
        given = {name: resolve(bound, self.values) for name, bound in node.bindings.items()}
        if progress is not None:
            progress.given(path, given)
        outputs: dict[str, Any] = entity.interface.split(
            entity.run_as_node(given, self._within.at(node.id))
        )
        if progress is not None:
            progress.gave(path, outputs)
        return outputs

    def _take(self, *, is_leader: bool) -> Node | None:
        """Return the next node to run; None when there is none, for a helper: none now."""
        while True:
            with self._lock:
                if self._may_start():
                    node = self._ready.popleft()
                    self._alone = self._needs_environment(node)
                    self._running += 1
                    self._call_helpers()
                    return node
                if not is_leader or not self._running or self._within.team.is_stopped:
                    return None
            with suppress(Empty):
                self._changed.get(timeout=LOOK_AGAIN_S)

    def _may_start(self) -> bool:
        if not self._ready or self._alone or self._has_failed or self._within.team.is_stopped:
            return False
        return not (self._running and self._needs_environment(self._ready[0]))

    def _needs_environment(self, node: Node) -> bool:
        """Return whether *node* sets variables of this process."""
        if self._within.how.isolates and getattr(node.entity, "can_be_isolated", True):
            return False
        return node.needs_environment(self._within.settings)

    def _call_helpers(self) -> None:
        """Start a thread for each node that could begin, as far as that is allowed."""
        team = self._within.team
        for _ in range(len(self._ready)):
            if not self._may_start() or not self._within.helpers.take():
                return
            team.help(partial(self._work, is_leader=False), self._within.helpers)

    def _ended(
        self, node: Node, outputs: dict[str, Any] | None = None, error: BaseException | None = None
    ) -> None:
        if self._progress is not None:
            self._progress.ended(f"{self._within.path}{node.id}", error)
        with self._lock:
            self._running -= 1
            self._alone = False
            if error is not None:
                self._error = self._error or error
                self._has_failed = not self._fail_late
                self.failures[node.id] = error
            else:
                if self._uses.get(node.id):
                    self.values[node.id] = outputs or {}
                for follower in self._followers.get(node.id, ()):
                    self._waits[follower.id] -= 1
                    if not self._waits[follower.id]:
                        self._ready.append(follower)
                for before in node.upstream:
                    self._uses[before.id] -= 1
                    if not self._uses[before.id]:
                        self.values.pop(before.id, None)
        self._changed.put(None)
