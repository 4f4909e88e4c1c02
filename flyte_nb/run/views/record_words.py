"""What a view says of a recorded run, in words: the same on a page and in a terminal."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from flyte_nb.context.checkpoint.view import size_text
from flyte_nb.decks.how_shown import deck_display
from flyte_nb.errors import FlyteException
from flyte_nb.run.cache.found import CacheStatus
from flyte_nb.run.handle.progress import MAX_DESCRIBED
from flyte_nb.run.history.describe_run import MOST_LINES
from flyte_nb.run.history.lost import Lost
from flyte_nb.run.record import Phase
from flyte_nb.run.words import duration, ended_after

from .look import counts_in_words
from .nested import nested

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flyte_nb.run.history.node_record import AttemptRecord, NodeRecord
    from flyte_nb.run.history.record import RunHead, RunRecord

FINDINGS = "Works here, will fail in the pod"
CHECKPOINTS = ("id", "task", "attempt", "ended")
_URGENT = frozenset(
    {Phase.FAILED, Phase.ABORTED, Lost.LOST, Phase.RUNNING, Phase.RETRYABLE_FAILURE}
)
_SLACK = timedelta(seconds=1)
_USUAL = frozenset({CacheStatus.CACHE_DISABLED, CacheStatus.CACHE_MISS})


def outcome(head: RunHead) -> str:
    """Return how a run ended and how long it took."""
    words, seconds = head.outcome, head.seconds
    if head.is_lost and head.last_seen_at is not None:
        words = f"{words} at about {head.last_seen_at.astimezone():%H:%M:%S}"
    return words if seconds is None else f"{words}, {duration(seconds)}"


def facts(head: RunHead) -> list[tuple[str, str]]:
    """Return when, where and how it was run, as (label, value)."""
    place = f"{head.host}, process {head.pid}"
    found = [
        ("began", f"{head.started_at.astimezone():%Y-%m-%d %H:%M:%S %Z}"),
        ("execution", head.execution),
        ("version", head.version),
        ("options", ", ".join(f"{name}={value!r}" for name, value in head.options.items())),
        ("notebook", head.notebook),
        ("machine", place if head.host else ""),
        ("versions", ", ".join(f"{name} {value}" for name, value in head.versions.items())),
    ]
    return [(label, value) for label, value in found if value]


def summary(record: RunRecord) -> str:
    """Return how many nodes there are, and in which phases."""
    nodes = record.nodes
    counts = counts_in_words(Counter(node.phase for node in nodes))
    then = " when last seen" if record.is_lost else ""
    return f"{len(nodes):,} node{'' if len(nodes) == 1 else 's'}{then}: {counts}"


def failure(record: RunRecord) -> str:
    """Return what a run raised, and in which of its nodes."""
    nodes = [n for n in record.nodes if n.error == record.error] if len(record.nodes) > 1 else []
    place = max(nodes, key=lambda node: node.path.count("/"), default=None)
    return record.error if place is None else f"{record.error} (in {label(place)})"


def limits(record: RunRecord) -> Iterator[str]:
    """Yield what is not kept of a run because there was too much of it."""
    yield from dropped(record)
    if len(record.nodes) > MAX_DESCRIBED:
        yield f"inputs and outputs are kept of the first {MAX_DESCRIBED:,} nodes"


def dropped(record: RunRecord) -> Iterator[str]:
    """Yield how much of what its nodes said is not kept, nothing where that is all there."""
    said = [node for node in record.nodes if node.lines]
    kept = sum(node.transcript.count("\n") + 1 for node in said if node.transcript)
    total = sum(node.lines for node in said)
    if total > kept and len(said) > 1:
        yield (
            f"{total - kept:,} of {total:,} lines of output were dropped:"
            f" a run keeps about {MOST_LINES:,}, the last ones of each node"
        )


def label(node: NodeRecord) -> str:
    """Return what tells a node from others, and what it is."""
    own = node.path.rpartition("/")[2]
    return " ".join(filter(None, (node.path, node.calls if node.name == own else node.name)))


def chosen(nodes: Sequence[NodeRecord], most: int) -> list[NodeRecord]:
    """Return the nodes that are shown, parts below the whole; those that failed for certain."""
    if len(nodes) <= most:
        return nested(nodes)
    urgent = [n for n, node in enumerate(nodes) if node.phase in _URGENT][: most * 3 // 4]
    taken = set(urgent)
    for number in range(len(nodes)):
        if len(taken) >= most:
            break
        taken.add(number)
    return nested([nodes[number] for number in sorted(taken)])


def notes(node: NodeRecord, told: str = "") -> list[str]:
    """Return what is unusual about a node, short.

    Args:
        node: It.
        told: An error that is told elsewhere.
    """
    found = []
    if len(node.attempts) > 1:
        found.append(f"{len(node.attempts)} attempts")
    found += of_cache(node)
    if node.attempts:
        found += measured(node.attempts[-1])
    if node.error and node.error != told:
        found.append(node.error)
    return found


def of_cache(node: NodeRecord) -> list[str]:
    """Return what became of a node at the cache; nothing where that is as usual."""
    return [] if node.cache is None or node.cache in _USUAL else [node.cache.value]


def measured(attempt: AttemptRecord) -> list[str]:
    """Return what was seen of the process of an attempt."""
    found = [attempt.outcome] if attempt.outcome else []
    if attempt.exit_code:
        found.append(f"exit code {attempt.exit_code}")
    if attempt.peak_memory_bytes:
        found.append(f"{size_text(attempt.peak_memory_bytes)} of memory")
    return found


def attempt_line(attempt: AttemptRecord) -> str:
    """Return how an attempt went, in one line."""
    words = f"{attempt.number + 1}: {ended_after(attempt.phase, attempt.duration_s)}"
    seen = ", ".join(measured(attempt))
    return f"{words}{f' ({seen})' if seen else ''}{f': {attempt.error}' if attempt.error else ''}"


def took(node: NodeRecord) -> str:
    """Return how long a node took, in words."""
    seconds = node.seconds()
    return "" if seconds is None else duration(seconds)


def values(node: NodeRecord, each: int, most: int) -> str:
    """Return what a node was given and what came out, on one line.

    Args:
        node: It.
        each: Characters of one value.
        most: Characters of all.
    """
    sides = (
        ", ".join(f"{name}={_cut(value, each)}" for name, value in words.items())
        for words in (node.inputs, node.outputs)
    )
    return _cut(" → ".join(filter(None, sides)), most)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def all_findings(nodes: Iterable[NodeRecord]) -> list[str]:
    """Return what was found in any attempt, each once, with the nodes that it is about."""
    found: dict[str, dict[str, None]] = {}
    for node in nodes:
        for attempt in node.attempts:
            for finding in attempt.findings:
                found.setdefault(finding, {})[node.name] = None
    return [f"{finding} ({_some(names)})" for finding, names in found.items()]


def _some(names: Iterable[str]) -> str:
    first, *others = names
    return f"{first} and {len(others):,} more" if others else first


def printed(node: NodeRecord, most: int, width: int) -> tuple[str, str]:
    """Return a title for what a node printed and logged, and the last lines of that."""
    if node.transcript:
        text, total = node.transcript, max(node.lines, node.transcript.count("\n") + 1)
    else:
        text = "\n".join(attempt.log for attempt in node.attempts if attempt.log)
        total = text.count("\n") + 1
    if not text:
        return "", ""
    lines = text.split("\n")[-most:]
    count = f"{total:,} line{'' if total == 1 else 's'}"
    title = f"Output ({count})" if len(lines) == total else f"Output (last {len(lines)} of {count})"
    return title, "\n".join(x if len(x) <= width else f"{x[:width]}…" for x in lines)


def checkpoints(record: RunRecord) -> list[tuple[str, ...]]:
    """Return what the run has saved and is there still, as (id, task, attempt, ended)."""
    from flyte_nb.context.checkpoint.history import History
    from flyte_nb.context.checkpoint.view import ended

    try:
        history = History()
        entries = history.entries()
    except (FlyteException, OSError):  # no configuration: a view says what it can
        return []
    return [
        (str(entry.number), entry.task, str(entry.attempt + 1), ended(history, entry))
        for entry in entries
        if entry.execution == record.execution.rpartition(":")[2]
        and _is_within(entry.started_at, record)
    ]


def _is_within(moment: str, record: RunRecord) -> bool:
    """Return whether that was in the time of the run: executions may all have one name."""
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return False
    end = record.ended_at or datetime.now(timezone.utc)
    return at.tzinfo is not None and record.started_at - _SLACK <= at <= end + _SLACK


def decks_of(record: RunRecord) -> list[tuple[NodeRecord, AttemptRecord, str, str]]:
    """Return (node, attempt, name, file) for each deck that is kept."""
    return [
        (node, attempt, deck.name, deck.file)
        for node in record.nodes
        for attempt in node.attempts
        for deck in attempt.decks
        if deck.file
    ]


def decks_for_cells(record: RunRecord) -> list[tuple[NodeRecord, AttemptRecord, str, str]]:
    """Return those of `decks_of` that are shown where nobody asks for them."""
    return [found for found in decks_of(record) if is_for_cells(found[1])]


def is_for_cells(attempt: AttemptRecord) -> bool:
    """Return whether the decks of *attempt* are shown where nobody asks for them."""
    return attempt.show_decks or deck_display().mode == "always"
