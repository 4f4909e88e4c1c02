"""A recorded run in a terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flyte_nb.context.stats.view import HEAD as METRICS
from flyte_nb.display import panel_text, table_text, visible, visible_lines

from . import record_words
from .look import LOOKS, counts_in_words
from .nested import depths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.run.history.node_record import NodeRecord
    from flyte_nb.run.history.record import RunRecord

_NODES = 40
_LINES, _WIDTH = 10, 200  # of what a node printed
_VALUES = (20, 80)  # characters: of each input and output, of all of a node
_TALKING = 20  # nodes whose output is shown
_MOST = 50


def record_text(record: RunRecord) -> str:
    """Return a run as lines of text, at a bounded length."""
    return "\n".join(_lines(record))


def heading(record: RunRecord) -> str:
    """Return the line that says what was run and how it ended."""
    sign = LOOKS[record.sign].sign
    return f"{sign} {record.kind} {record.name}: {record_words.outcome(record)}"


def decks(record: RunRecord) -> Iterator[str]:
    """Yield a line with the names of its decks, where it has any."""
    if found := record_words.decks_for_cells(record):
        names = list(dict.fromkeys(name for _, _, name, _ in found))
        more = f", and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
        yield visible(f"decks: {', '.join(names[:_MOST])}{more}")


def _lines(record: RunRecord) -> Iterator[str]:
    yield panel_text(heading(record), [("id", record.id), *record_words.facts(record)])
    for title, words in (("inputs", record.inputs), ("outputs", record.outputs)):
        yield from _indented(f"{title}:", [f"{k} = {v}" for k, v in words.items()])
    if record.error and not record.traceback:  # which ends in the same, and ends this
        yield f"  {visible(record_words.failure(record))}"
    yield from _indented(
        f"{record_words.FINDINGS}:", record_words.all_findings(record.nodes)[:_MOST]
    )
    if record.nodes:
        yield from _nodes(record)
    if saved := record_words.checkpoints(record):
        yield table_text("Checkpoints", record_words.CHECKPOINTS, saved[:_MOST])
    yield from decks(record)
    if record.traceback:
        yield visible_lines(record.traceback.rstrip())


def _nodes(record: RunRecord) -> Iterator[str]:
    shown = record_words.chosen(record.nodes, _NODES)
    depth = depths(shown)
    rows = [
        (
            f"{LOOKS[node.phase].sign} {node.phase.value}",
            f"{'  ' * depth[node.path]}{node.name}",
            node.kind if node.calls == node.name else f"{node.kind} {node.calls}".strip(),
            record_words.took(node),
            record_words.values(node, *_VALUES) if len(record.nodes) > 1 else "",
            "; ".join(record_words.notes(node, told=record.error))[:_WIDTH],
        )
        for node in shown
    ]
    yield table_text(record_words.summary(record), ("", "node", "of", "took", "", ""), rows)
    if rest := len(record.nodes) - len(shown):
        left = Counter(node.phase for node in record.nodes)
        left.subtract(node.phase for node in shown)
        yield f"  … {rest:,} more: {counts_in_words(left)}"
    talking = [
        node
        for node in shown
        if len(node.attempts) > 1
        or any(attempt.metrics for attempt in node.attempts)
        or record_words.printed(node, 1, 1)[1]
    ]
    for node in talking[:_TALKING]:
        yield from _indented(record_words.label(node), [*_said(node)])
    if len(talking) > _TALKING:
        yield f"  … {len(talking) - _TALKING:,} more have said something: %flyte_runs logs ID"
    yield from (f"  {limit}" for limit in record_words.limits(record))


def _said(node: NodeRecord) -> Iterator[str]:
    """Yield how its attempts ended, what they measured and what it printed."""
    attempts = node.attempts[:_MOST]
    if len(attempts) > 1:
        yield from map(record_words.attempt_line, attempts)
    for attempt in attempts:
        if attempt.metrics:
            which = f" of attempt {attempt.number + 1}" if len(attempts) > 1 else ""
            rows = attempt.metrics[:_LINES]
            yield from table_text(f"Metrics{which}:", METRICS, rows).split("\n")
            if rest := len(attempt.metrics) - len(rows):
                yield f"  … {rest:,} more"
    title, text = record_words.printed(node, _LINES, _WIDTH)
    if text:
        yield f"{title}:"
        yield from (f"  {line}" for line in text.split("\n"))


def _indented(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"  {visible(title)}"
        yield from (f"    {visible(line)}" for line in lines)
