"""A run put into words: what is kept of it, and shown of it while it goes on."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.context.stats.view import rows
from flyte_nb.decks.bound import beginning
from flyte_nb.decks.deck import html_of
from flyte_nb.run.cache.found import CacheStatus
from flyte_nb.run.describe import error_in_words
from flyte_nb.run.run_options import AS_DECLARED

from .json_form import Fields
from .masked import masked
from .node_record import AttemptRecord, DeckRecord, NodeRecord
from .process import notebook, this_process
from .record import FORMAT, RunRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from flyte_nb.decks import Deck
    from flyte_nb.models import WorkflowExecutionIdentifier
    from flyte_nb.run.handle.progress import NodeProgress
    from flyte_nb.run.handle.run import Run
    from flyte_nb.run.record import Attempt, TaskRun

MOST_LINES = 20_000  # of all nodes together, so that a record grows with the nodes at most
MOST_CHARACTERS = 8 << 20  # of these lines; at least one line of a node is kept
_LINES_OF_A_NODE = range(5, 200)
_MOST_TRACEBACK = 50_000  # characters
_MOST_DECK_BYTES, _MOST_DECK_FILES = 64 << 20, 2_000  # of all decks of a run
_LEAST_BEGINNING, _SHARE = 8_000, 8  # bytes, and what part of the room a deck takes that has none
_MOST_NAMES = 100  # of inputs, and of outputs
_MOST_ROWS = 500  # of metrics, and of what was said about outputs
_MOST_TEXT = 2_000  # characters of a name or a message
# Whose versions one would look at first when two runs differ.
_LIBRARIES = (
    "flytekit", "numpy", "pandas", "polars", "pyarrow", "scipy", "sklearn", "torch", "tensorflow",
    "xgboost", "lightgbm", "transformers",
)  # fmt: skip


def record_of(run: Run) -> RunRecord:
    """Return what is known of *run* now, without secrets."""
    decks = _Decks()
    found = run.progress.nodes()
    share = Share.among(found)
    nodes = tuple(_clean(node_of(node, share, decks.add)) for node in found)
    attempts = [attempt for node in nodes for attempt in node.attempts]
    return replace(
        head_of(run),
        is_cancelling=run.is_cancelling,
        nodes=nodes,
        traceback=LEAK_GUARD.mask(run.traceback)[-_MOST_TRACEBACK:],
        read_deck=decks.read,
        attempts=len(attempts),
        cached=sum(node.cache is CacheStatus.CACHE_HIT for node in nodes),
        decks=sum(len(attempt.decks) for attempt in attempts),
        findings=len({one for attempt in attempts for one in attempt.findings}),
    )


def head_of(run: Run) -> RunRecord:
    """Return what `record_of` does without nodes, without secrets too."""
    record = RunRecord.from_json(masked(_head(run)))
    if record is None:
        raise AssertionError("a run without an id or a beginning")
    return record


def record_of_call(call: TaskRun, run_id: str) -> RunRecord:
    """Return what is known of a call of a task that has ended, without secrets.

    Args:
        call: It.
        run_id: What it is kept as.
    """
    decks = _Decks()
    share = Share(_LINES_OF_A_NODE.stop, MOST_CHARACTERS)
    attempts = tuple(_attempt(attempt, share, decks.add) for attempt in call.attempts)
    name, ended_at = _cut(call.task_name), call.started_at + timedelta(seconds=call.duration_s)
    node = NodeRecord(
        path="n0",
        name=name,
        calls=name,
        kind="task",
        phase=call.phase,
        attempts=attempts,
        began=call.started_at.timestamp(),
        ended=ended_at.timestamp(),
        error=attempts[-1].error,
    )
    record = RunRecord(
        id=run_id,
        name=name,
        kind="task",
        phase=call.phase,
        started_at=call.started_at,
        ended_at=ended_at,
        **_where(call.execution_id),
        error=attempts[-1].error,
        phases={call.phase.name: 1},
        attempts=len(attempts),
        decks=sum(len(attempt.decks) for attempt in attempts),
    )
    return replace(_masked(record), nodes=(_clean(node),), read_deck=decks.read)


def _masked(record: RunRecord) -> RunRecord:
    found = RunRecord.from_json(masked(record.to_json()))
    return record if found is None else found


def _head(run: Run) -> dict[str, Any]:
    ended_at = run.ended_at
    return {
        "format": FORMAT,
        "id": run.id,
        "name": _cut(run.name),
        "kind": run.kind,
        "version": _cut(_version(run.entity)),
        "phase": run.phase.name,
        "started_at": run.started_at.isoformat(),
        "ended_at": "" if ended_at is None else ended_at.isoformat(),
        **_where(run.execution_id),
        "inputs": _words(run.inputs),
        "outputs": _words(run.outputs),
        "options": _options(run.how),
        "error": "" if run.error is None else error_in_words(run.error),
        "phases": {phase.name: n for phase, n in list(run.progress.phases.items()) if n},
    }


def _where(execution: WorkflowExecutionIdentifier) -> dict[str, Any]:
    """Return which execution a run was, of which process, notebook and software."""
    process = this_process()
    return {
        "execution": f"{execution.project}:{execution.domain}:{execution.name}",
        "versions": _versions(),
        "notebook": notebook(),
        "host": process.host,
        "pid": process.pid,
        "process": process.mark,
    }


@dataclass(frozen=True, slots=True)
class Share:
    """How much is kept of what one node printed and logged.

    Attributes:
        lines: Lines.
        characters: Characters of all of them.
    """

    lines: int
    characters: int

    @classmethod
    def among(cls, nodes: Sequence[NodeProgress]) -> Share:
        """Return it for each of *nodes* of one run: those that said nothing need none."""
        talking = max(1, sum(bool(node.transcript.count) for node in nodes))
        lines = max(_LINES_OF_A_NODE.start, min(MOST_LINES // talking, _LINES_OF_A_NODE.stop))
        return cls(lines, MOST_CHARACTERS // talking)

    def of(self, lines: Iterable[str]) -> list[str]:
        """Return the last ones of *lines*."""
        found = list(lines)[-self.lines :]
        room = self.characters
        for number, line in enumerate(reversed(found)):
            room -= len(line)
            if room < 0 and number:
                return found[-number:]
        return found


def node_of(
    node: NodeProgress, share: Share, deck_record: Callable[[Deck], DeckRecord] | None = None
) -> NodeRecord:
    """Return what is known of a node now, secrets included.

    Args:
        node: It.
        share: How much is kept of what it said.
        deck_record: Returns what is kept of a deck; without it decks are left out.
    """
    attempts = tuple(_attempt(attempt, share, deck_record) for attempt in list(node.attempts))
    return NodeRecord(
        path=node.path,
        name=_cut(node.name),
        calls=_cut(node.calls),
        kind=node.kind,
        upstream=node.upstream,
        phase=node.phase,
        attempts=attempts,
        began=node.began,
        ended=node.ended,
        error=_cut(node.error),
        cache=node.cache,
        transcript="\n".join(share.of(node.transcript.lines(share.lines))),
        lines=node.transcript.count,
        inputs=_words(node.inputs),
        outputs=_words(node.outputs),
    )


def _attempt(
    attempt: Attempt, share: Share, deck_record: Callable[[Deck], DeckRecord] | None
) -> AttemptRecord:
    return AttemptRecord(
        number=attempt.number,
        phase=attempt.phase,
        duration_s=attempt.duration_s,
        error=_cut(attempt.error),
        outcome=attempt.outcome,
        exit_code=attempt.exit_code,
        peak_memory_bytes=attempt.peak_memory_bytes,
        cpu_s=attempt.cpu_s,
        findings=tuple(map(_cut, attempt.findings)),
        metrics=tuple(rows(attempt.metrics[:_MOST_ROWS])),
        outputs=tuple(attempt.outputs[:_MOST_ROWS]),
        log="\n".join(share.of(map(str, attempt.log[-share.lines :]))),
        decks=() if deck_record is None else tuple(map(deck_record, attempt.decks)),
        show_decks=attempt.show_decks,
    )


def _clean(node: NodeRecord) -> NodeRecord:
    """Return *node* without secrets."""
    data = node.to_json() if LEAK_GUARD.is_active else None
    clean = masked(data)
    return node if clean is data else NodeRecord.from_json(Fields(clean))


class _Decks:
    """The decks of a run; each is masked when it is read, and not held."""

    def __init__(self) -> None:
        self._decks: dict[str, Deck] = {}
        self._limits: dict[str, int] = {}  # of those of which the beginning is kept
        self._files: dict[str, str] = {}  # by digest: many nodes have the same source
        self._kept: dict[str, int] = {}  # bytes of these beginnings
        self._size = 0

    def add(self, deck: Deck) -> DeckRecord:
        if len(self._files) == _MOST_DECK_FILES:  # no more is made, which takes its time
            return DeckRecord(name=_cut(deck.name), size_bytes=0)
        html = LEAK_GUARD.mask(html_of(deck), tags=True).encode(errors="replace")
        digest = blake2b(html, digest_size=16).hexdigest()
        name, size = _cut(deck.name), len(html)
        if digest not in self._files and not self._keep(deck, size, digest):
            return DeckRecord(name=name, size_bytes=size)
        file = self._files[digest]
        kept = self._kept.get(file, 0)
        return DeckRecord(name=name, size_bytes=size, file=file, digest=digest, kept_bytes=kept)

    def _keep(self, deck: Deck, size: int, digest: str) -> bool:
        """Keep *deck*, or its beginning; return whether there is room for that."""
        file, room = f"{len(self._files) + 1:04d}.html", _MOST_DECK_BYTES - self._size
        if size > room:
            if room // _SHARE < _LEAST_BEGINNING:
                return False
            self._limits[file] = room // _SHARE
        self._decks[file] = deck
        self._files[digest] = file
        if file in self._limits:
            size = self._kept[file] = len(self.read(file).encode(errors="replace"))
        self._size += size
        return True

    def read(self, file: str) -> str:
        deck = self._decks.get(file)
        if deck is None:
            return ""
        html = LEAK_GUARD.mask(html_of(deck), tags=True)
        return beginning(html, self._limits[file]) if file in self._limits else html


def _version(entity: Any) -> str:
    try:
        return str(getattr(entity, "version", None) or "")
    except Exception:  # noqa: BLE001 - a function without a source may have none
        return ""


def _options(how: Any) -> dict[str, Any]:
    """Return what was chosen."""
    names = [field.name for field in fields(how)]
    chosen = [(name, getattr(how, name)) for name in names]
    return {name: _plain(one) for name, one in chosen if one != getattr(AS_DECLARED, name, None)}


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else str(value)


def _versions() -> dict[str, str]:
    found = dict(_of_python())
    for name in _LIBRARIES:
        module = sys.modules.get(name)
        if module is not None and isinstance(version := getattr(module, "__version__", 0), str):
            found[name] = version
    return found


@lru_cache(maxsize=1)
def _of_python() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    try:
        ours = version("flyte-nb")
    except PackageNotFoundError:  # a copy of the sources
        ours = "unknown"
    return {"python": platform.python_version(), "flyte-nb": ours}


def _words(words: Mapping[str, str], most: int = _MOST_NAMES) -> dict[str, str]:
    found = {_cut(name): _cut(value) for name, value in list(words.items())[:most]}
    return {**found, "…": f"{len(words) - most:,} more"} if len(words) > most else found


def _cut(text: str) -> str:
    """Return *text* at a length that can be kept."""
    if len(text) <= _MOST_TEXT:
        return text
    return f"{LEAK_GUARD.mask(text)[: _MOST_TEXT - 1]}…"  # first: half a secret is not found
