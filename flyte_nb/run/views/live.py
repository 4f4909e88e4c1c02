"""What changes while a run goes on, as messages of bounded size: for a widget, without one."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.display import visible
from flyte_nb.run.record import Phase

from .graph_svg import Drawing
from .live_log import LiveLog
from .live_rows import listed, row
from .nested import depths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flyte_nb.run.handle.progress import NodeProgress
    from flyte_nb.run.handle.run import Run

_GRAPH_S = 0.4  # between two drawings of a graph that grows
_SHARE = 10  # of the time that a drawing takes, passes before the next one


class LiveRun:
    """Tells what changed in *run* since it was last asked; asked by one thread at a time.

    Messages are numbered in ``seq``: who missed one asks for a whole `frame`.

    Args:
        run: The run.
        clock: Seconds, for what must not be done too often.
    """

    def __init__(self, run: Run, clock: Callable[[], float] = time.monotonic) -> None:
        self._run = run
        self._clock = clock
        self._lock = threading.RLock()
        self._seq = 0
        self._head: dict[str, Any] = {}
        self._rows: dict[str, dict[str, Any]] = {}
        self._drawing = Drawing(())
        self._contents: dict[str, str] = {}
        self._next_drawing = 0.0
        self.log = LiveLog()
        self.changes()

    def frame(self) -> dict[str, Any]:
        """Return all that `changes` has told so far, but for what is printed."""
        with self._lock:
            return {
                "type": "frame",
                "seq": self._seq,
                "id": self._run.id,
                "name": LEAK_GUARD.mask(visible(self._run.name)),
                "kind": self._run.kind,
                **self._head,
                "elapsed": self._run.seconds,
                "running": _running(self._run.progress.nodes(), self._rows),
                "rows": list(self._rows.values()),
                "svg": LEAK_GUARD.mask(self._drawing.svg(self._run.name, is_live=True)),
            }

    def changes(self) -> dict[str, Any] | None:
        """Return what changed, None where nothing did."""
        with self._lock:
            nodes = self._run.progress.nodes()
            found = {**self._new_head(), **self._new_rows(nodes), **self._new_graph(nodes)}
            if piece := self.log.piece(nodes):
                found["log"] = piece
            if not found:
                return None
            self._seq += 1
            if "rows" in found or "order" in found:
                found["running"] = _running(nodes, self._rows)
            return {"type": "changes", "seq": self._seq, "elapsed": self._run.seconds, **found}

    def _told(self) -> dict[str, Any]:
        run = self._run
        counts = {phase.name: count for phase, count in run.progress.phases.items() if count}
        return {"phase": run.phase.name, "counts": counts, "cancelling": run.is_cancelling}

    def _new_head(self) -> dict[str, Any]:
        told = self._told()
        changed = {name: value for name, value in told.items() if self._head.get(name) != value}
        self._head = told
        return changed

    def _new_rows(self, nodes: Sequence[NodeProgress]) -> dict[str, Any]:
        shown = listed(nodes)
        depth = depths(shown)
        rows = {node.path: row(node, depth[node.path]) for node in shown}
        changed = [told for path, told in rows.items() if self._rows.get(path) != told]
        found: dict[str, Any] = {"rows": changed} if changed else {}
        if list(rows) != list(self._rows):
            found["order"] = list(rows)
        self._rows = rows
        return found

    def _new_graph(self, nodes: Sequence[NodeProgress]) -> dict[str, Any]:
        """Return what is new in the graph: boxes, or all of it where it has others."""
        if self._clock() < self._next_drawing and not self._run.done:
            return {}
        shape, contents = self._drawing.shape, self._contents
        self._draw(nodes)
        if self._drawing.shape != shape:
            svg = self._drawing.svg(self._run.name, is_live=True)
            return {"svg": LEAK_GUARD.mask(svg)}
        changed = {
            key: LEAK_GUARD.mask(drawn)
            for key, drawn in self._contents.items()
            if contents.get(key) != drawn
        }
        label = LEAK_GUARD.mask(visible(self._drawing.label(self._run.name)))
        return {"boxes": changed, "label": label} if changed else {}

    def _draw(self, nodes: Sequence[NodeProgress]) -> None:
        began = self._clock()
        self._drawing = Drawing(nodes)
        self._contents = self._drawing.contents()
        now = self._clock()
        self._next_drawing = now + max(_GRAPH_S, _SHARE * (now - began))


def _running(nodes: Sequence[NodeProgress], rows: dict[str, Any]) -> dict[str, float | None]:
    """Return how long those have taken so far that run and are listed."""
    return {
        node.path: node.seconds()
        for node in nodes
        if node.phase is Phase.RUNNING and node.path in rows
    }
