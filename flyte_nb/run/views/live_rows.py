"""Which nodes of a run are listed while it goes on, and what is told of each."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.display import visible
from flyte_nb.run.record import Phase

from .boxes import short_name
from .nested import nested

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flyte_nb.run.handle.progress import NodeProgress

MAX_ROWS = 60
_MAX_FAILED = 20
_MAX_RUNNING = 25
_MAX_TEXT = 160  # characters
_UNTOLD = ("CACHE_DISABLED", "CACHE_MISS")
_BAD = (Phase.FAILED, Phase.ABORTED)


def listed(nodes: Sequence[NodeProgress]) -> list[NodeProgress]:
    """Return the nodes that are listed, each after what it is inside of.

    Where there are too many: some that failed, some that run, and those that ended last.
    """
    if len(nodes) <= MAX_ROWS:
        return nested(nodes)
    some = [n for n in nodes if n.phase in _BAD][:_MAX_FAILED]
    some += [n for n in nodes if n.phase is Phase.RUNNING][:_MAX_RUNNING]
    chosen = {node.path for node in some}
    others = (n for n in nodes if n.path not in chosen)
    some += heapq.nlargest(MAX_ROWS - len(some), others, key=lambda node: node.ended or 0.0)
    places = {node.path for node in some}
    return nested([node for node in nodes if node.path in places])


def row(node: NodeProgress, depth: int) -> dict[str, Any]:
    """Return what is told of *node*, but for how long it has run so far."""
    name = LEAK_GUARD.mask(visible(short_name(node)))
    error = visible(node.error)
    return {
        "path": node.path,
        "depth": depth,
        "name": name[:_MAX_TEXT],
        "kind": node.kind,
        "phase": node.phase.name,
        "attempt": None if node.attempt is None else node.attempt + 1,
        "failures": len([a for a in node.attempts if a.phase is not Phase.SUCCEEDED]),
        "cache": _cache(node),
        "error": error[:_MAX_TEXT],
        "seconds": None if node.ended is None else node.seconds(),
    }


def _cache(node: NodeProgress) -> str:
    return "" if node.cache is None or node.cache.name in _UNTOLD else node.cache.value
