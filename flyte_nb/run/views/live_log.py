"""The end of what a node prints, in pieces of bounded size and without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.context.leak_guard.stream import GLIMPSE
from flyte_nb.run.record import Phase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flyte_nb.run.handle.progress import NodeProgress

MAX_LINES = 60  # of a piece
_MAX_LINE = 400  # characters
_MAX_PIECE = 8_000


class LiveLog:
    """Follows what one node prints: the one that was chosen, else one that runs.

    Attributes:
        chosen: Path of the node that somebody wants to see; empty for whichever runs.
    """

    def __init__(self) -> None:
        self.chosen = ""
        self._path = ""
        self.again()

    def again(self) -> None:
        """Begin with the last lines again: there is a new reader."""
        self._count: int | None = None
        self._rest = ""
        self._mask = LEAK_GUARD.stream()

    def piece(self, nodes: Sequence[NodeProgress]) -> dict[str, Any] | None:
        """Return what came since the last time, None where that is nothing.

        In it are the ``path`` of the node, whether it ``begins`` a text, how many lines were
        ``skipped`` before it, the ``text``, and the ``rest``: a line that has no end so far.
        """
        node = self._node(nodes)
        if node is None:
            return None
        if node.path != self._path:
            self._path = node.path
            self.again()
        known = self._count
        count, lines, rest = node.transcript.since(known or 0, MAX_LINES)
        lines = _last(lines)
        rest = "" if LEAK_GUARD.is_active else rest  # it may be half a secret
        skipped = count - (known or 0) - len(lines)
        if skipped:
            self._mask = LEAK_GUARD.stream()
        text = "".join(f"{line}\n" for line in lines)
        text = self._mask.feed(text) if text else self._mask.release(GLIMPSE)
        text = "\n".join(line[:_MAX_LINE] for line in text.split("\n"))  # half a secret is none
        if known is not None and not text and rest == self._rest:
            return None
        self._count, self._rest = count, rest
        return {
            "path": node.path,
            "begins": known is None,
            "skipped": skipped,
            "text": text,
            "rest": rest[:_MAX_LINE],
        }

    def _node(self, nodes: Sequence[NodeProgress]) -> NodeProgress | None:
        """Return the node to follow: one that runs and prints stays it until it has ended."""
        current = runs = spoke = failed = last = None
        wanted = self.chosen or self._path
        for node in nodes:
            has_spoken = bool(node.transcript.count)
            if node.path == wanted:
                if self.chosen or (node.phase is Phase.RUNNING and has_spoken):
                    return node
                current = node if has_spoken else None
            if node.phase is Phase.RUNNING:
                runs = node
                spoke = node if has_spoken else spoke
            elif has_spoken:
                last = node
                failed = node if node.phase is Phase.FAILED else failed
        return spoke or failed or current or last or runs


def _last(lines: list[str]) -> list[str]:
    """Return the last lines, as many as a piece may have."""
    room = _MAX_PIECE
    for number, line in enumerate(reversed(lines)):
        room -= min(len(line), _MAX_LINE) + 1
        if room < 0:
            return lines[len(lines) - number :]
    return lines
