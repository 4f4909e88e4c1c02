"""What is known of a run while it goes on, added to a file: for when its kernel is killed.

A line of the file is what is known of a node, which replaces what was known before, or what the
node has printed since the last such line. Nothing is written twice but for a node that changes,
until the file is large: then it is written anew, with what would be kept if the run ended now.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.context.leak_guard.stream import GLIMPSE

from . import files
from .describe_run import Share, node_of
from .json_form import Fields, parsed, to_text
from .masked import masked
from .node_record import NodeRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flyte_nb.context.leak_guard.stream import StreamMask
    from flyte_nb.run.handle.progress import NodeProgress, Progress

NAME = "journal.jsonl"
_MOST_BYTES = 4 << 20
_NODES = 500  # that are described at a time, so that the tasks get on
_LINES = 200  # of a node at a time
_LOG = Share(lines=20, characters=10_000)  # of an attempt


class Journal:
    """Writes down what changes in a run; in one thread, but for `close`.

    Args:
        path: The file.
        progress: The nodes of the run.
        max_bytes: Its size from which on it is written anew, where that makes it half as large.
        write_head: Writes anew what else is kept of the run, which may have a secret too.
    """

    def __init__(
        self,
        path: Path,
        progress: Progress,
        max_bytes: int = _MOST_BYTES,
        write_head: Callable[[], None] = lambda: None,
    ) -> None:
        self._path = path
        self._write_head = write_head
        self._progress = progress
        self._lock = threading.Lock()
        self._is_closed = False
        self._size = 0
        self._most = self._max_bytes = max_bytes
        self._secrets = LEAK_GUARD.count
        self._forget()

    def _forget(self) -> None:
        self._changes: list[int] = []  # of each node, when it was last written
        self._counts: list[int] = []  # of the lines of each node
        self._rests: dict[str, str] = {}
        self._masks: dict[str, StreamMask] = {}

    def write(self) -> None:
        """Write what is new; where nothing is, say by the file's time that the run goes on.

        Raises:
            OSError: It cannot be written.
        """
        with self._lock:
            if self._is_closed:
                return
            secrets = LEAK_GUARD.count
            if secrets != self._secrets:  # what was written before one was known stays there else
                self._write_head()
                self._write_anew()
                self._secrets = secrets
                return
            if self._size > self._most:
                self._write_anew()
                return
            pieces = list(self._new(_NODES, _LINES))
            files.append(self._path, pieces)
            if not pieces:
                os.utime(self._path)
            self._size += sum(map(len, pieces))

    def close(self) -> None:
        """Write nothing any more, from when this returns."""
        with self._lock:
            self._is_closed = True

    def _write_anew(self) -> None:
        self._forget()
        nodes = self._progress.nodes()
        pieces = list(self._new(len(nodes), Share.among(nodes).lines))
        files.write(self._path, pieces)
        self._size = sum(map(len, pieces))
        self._most = max(self._max_bytes, 2 * self._size)

    def _new(self, most_nodes: int, most_lines: int) -> Iterator[str]:
        """Yield lines for what is new, of so many nodes those first that have begun."""
        nodes = self._progress.nodes()
        unknown = len(nodes) - len(self._changes)
        self._changes += [-1] * unknown
        self._counts += [0] * unknown
        new = [n for n, node in enumerate(nodes) if node.changes != self._changes[n]]
        if len(new) > most_nodes:
            new = sorted(new, key=lambda n: nodes[n].began is None)[:most_nodes]
        for n in new:
            node = nodes[n]
            self._changes[n] = node.changes  # first: what changes meanwhile is written again
            data = node_of(node, _LOG).to_json()
            data.pop("transcript", None)
            yield to_text(masked(data)) + "\n"
        for n, node in enumerate(nodes):
            if node.phase.is_over and self._counts[n] == node.transcript.count:
                if node.path in self._masks:
                    yield from self._of_text(node, self._masks.pop(node.path).release(), "")
                continue
            yield from self._printed(n, node, most_lines)

    def _printed(self, n: int, node: NodeProgress, most: int) -> Iterator[str]:
        before = self._counts[n]
        count, lines, rest = node.transcript.since(before, most)
        rest = "" if LEAK_GUARD.is_active else rest  # it may be half a secret
        self._counts[n] = count
        mask = self._masks.pop(node.path, None)
        text = "".join(f"{line}\n" for line in lines)
        if LEAK_GUARD.is_active:
            if mask is None or count - before > len(lines):  # something is left out before it
                mask = LEAK_GUARD.stream()
            text = mask.feed(text) if text else mask.release(GLIMPSE)
            if mask:
                self._masks[node.path] = mask
        yield from self._of_text(node, text, rest)

    def _of_text(self, node: NodeProgress, text: str, rest: str) -> Iterator[str]:
        if not text and rest == self._rests.get(node.path, ""):
            return
        self._rests[node.path] = rest
        data = {"path": node.path, "lines": node.transcript.count, "text": text, "rest": rest}
        yield to_text(data) + "\n"


def read_journal(path: Path) -> Iterator[NodeRecord]:
    """Yield the nodes as they were when a journal was last written; lines that are torn count not.

    Args:
        path: The file; none there is as good as an empty one.
    """
    known: dict[str, dict[str, Any]] = {}
    texts: defaultdict[str, list[str]] = defaultdict(list)
    ends: dict[str, Fields] = {}
    for line in files.read(path).splitlines():
        data = parsed(line)
        fields = Fields(data)
        node = fields.text("path")
        if "text" in fields:
            texts[node].append(fields.text("text"))
            ends[node] = fields
        elif "kind" in fields:
            known[node] = data
    for node, data in known.items():
        end = ends.get(node, Fields(None))
        text = "".join([*texts[node], end.text("rest")]).removesuffix("\n")
        last = "\n".join(text.split("\n")[-_LINES:])
        lines = end.count("lines")
        yield NodeRecord.from_json(Fields({**data, "transcript": last, "lines": lines}))
