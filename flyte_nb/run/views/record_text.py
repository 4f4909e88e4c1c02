"""A recorded run in a terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flyte_nb.display import panel_text, table_text, visible, visible_lines

from .look import LOOKS, counts_in_words
from .nested import depths
from .record_words import (
    CHECKPOINTS,
    FINDINGS,
    all_findings,
    attempt_line,
    checkpoints,
    chosen,
    decks_of,
    facts,
    label,
    notes,
    outcome,
    printed,
    summary,
    took,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.run.history.record import RunRecord

_NODES = 40
_LINES, _WIDTH = 10, 200  # of what a node printed
_TALKING = 20  # nodes whose output is shown
_MOST = 50


def record_text(record: RunRecord) -> str:
    """Return a run as lines of text, at a bounded length."""
    return "\n".join(_lines(record))


def _lines(record: RunRecord) -> Iterator[str]:
    sign = LOOKS[record.sign].sign
    head = f"{sign} {record.kind} {record.name}: {outcome(record)}"
    yield panel_text(head, [("id", record.id), *facts(record)])
    for title, words in (("inputs", record.inputs), ("outputs", record.outputs)):
        yield from _indented(f"{title}:", [f"{k} = {v}" for k, v in words.items()])
    if record.error:
        yield f"  {visible(record.error)}"
    yield from _indented(f"{FINDINGS}:", all_findings(record.nodes)[:_MOST])
    if record.nodes:
        yield from _nodes(record)
    if saved := checkpoints(record):
        yield table_text("Checkpoints", CHECKPOINTS, saved[:_MOST])
    if decks := decks_of(record):
        names = list(dict.fromkeys(name for _, _, name, _ in decks))
        more = f", and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
        yield visible(f"decks: {', '.join(names[:_MOST])}{more}")
    if record.traceback:
        yield visible_lines(record.traceback.rstrip())


def _nodes(record: RunRecord) -> Iterator[str]:
    shown = chosen(record.nodes, _NODES)
    depth = depths(shown)
    rows = [
        (
            f"{LOOKS[node.phase].sign} {node.phase.value}",
            f"{'  ' * depth[node.path]}{node.name}",
            node.kind if node.calls == node.name else f"{node.kind} {node.calls}".strip(),
            took(node),
            "; ".join(notes(node))[:_WIDTH],
        )
        for node in shown
    ]
    yield table_text(summary(record.nodes), ("", "node", "of", "took", ""), rows)
    if rest := len(record.nodes) - len(shown):
        left = Counter(node.phase for node in record.nodes)
        left.subtract(node.phase for node in shown)
        yield f"  … {rest:,} more: {counts_in_words(left)}"
    talking = [node for node in shown if len(node.attempts) > 1 or printed(node, 1, 1)[1]]
    for node in talking[:_TALKING]:
        lines = [attempt_line(a) for a in node.attempts[:_MOST]] if len(node.attempts) > 1 else []
        title, text = printed(node, _LINES, _WIDTH)
        if text:
            lines += [f"{title}:", *(f"  {line}" for line in text.split("\n"))]
        yield from _indented(label(node), lines)
    if len(talking) > _TALKING:
        yield f"  … {len(talking) - _TALKING:,} more have said something: %flyte_runs logs ID"


def _indented(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"  {visible(title)}"
        yield from (f"    {visible(line)}" for line in lines)
