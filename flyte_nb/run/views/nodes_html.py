"""The nodes of a recorded run as HTML: how they went, and what they said."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flyte_nb.context.stats.view import HEAD as METRICS

from . import html_parts as parts
from . import record_words
from .look import LOOKS, counts_in_words
from .nested import depths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.run.history.node_record import NodeRecord
    from flyte_nb.run.history.record import RunRecord

_NODES = 100
_LINES, _WIDTH = 100, 500  # of what a node printed
_VALUES = (40, 160)  # characters: of each input and output in a row, of all of them
_MOST_DETAILS = 250_000  # characters; what nodes said beyond that is left to `logs`
_HEAD = "text-align:left;font-weight:normal;opacity:.7;padding:0 1em 0 0;border:0"
_CELL = "text-align:left;padding:0 1em 0 0;border:0;vertical-align:top;white-space:nowrap"
_LAST = "text-align:left;padding:0;border:0;vertical-align:top;min-width:12em"
_TABLE = "border-collapse:collapse;font-size:inherit;overflow-wrap:normal"
_WHEN = '<span aria-hidden="true">when</span>'
_TRACK = (
    "display:inline-block;vertical-align:middle;width:9em;height:.5em;"
    "background:rgba(128,128,128,.18)"
)


def nodes_html(record: RunRecord) -> Iterator[str]:
    """Yield the nodes of a run: a table, and what each did, folded."""
    shown = record_words.chosen(record.nodes, _NODES)
    title = record_words.summary(record)
    if len(record.nodes) > 1:
        span = _span(record)
        top = "".join(
            f'<th scope="col" style="{_HEAD}">{name}</th>'
            for name in ("", "node", "of", "took", _WHEN, "values", "")
        )
        yield (
            f'<div role="region" tabindex="0" aria-label="Nodes" style="{parts.WIDE}">'
            f'<table style="{_TABLE}"><caption style="text-align:left;opacity:.8">'
            f"{parts.text(title)}</caption><thead>"
            f"<tr style='background:none'>{top}</tr></thead><tbody>"
        )
        depth = depths(shown)
        yield from (_row(record, node, depth[node.path], *span) for node in shown)
        yield "</tbody></table></div>"
    if rest := len(record.nodes) - len(shown):
        left = Counter(node.phase for node in record.nodes)
        left.subtract(node.phase for node in shown)
        yield f'<div style="opacity:.8">… {rest:,} more: {parts.text(counts_in_words(left))}</div>'
    size, silent = 0, 0
    for node in shown:
        details = "" if size > _MOST_DETAILS else _node_details(node, len(record.nodes))
        silent += size > _MOST_DETAILS
        size += len(details)
        yield details
    if silent:
        yield f'<div style="opacity:.8">%flyte_runs logs shows what {silent:,} more said</div>'
    for limit in record_words.limits(record):
        yield f'<div style="opacity:.8">{parts.text(limit)}</div>'


def _row(record: RunRecord, node: NodeRecord, indent: int, began: float, length: float) -> str:
    name = parts.text(node.name)
    if indent:
        name = f'<span style="padding-left:{min(indent, 12)}em">{name}</span>'
    of = node.kind if node.calls == node.name else f"{node.kind} {node.calls}"
    cells = (
        parts.in_colour(node.phase, node.phase.value).html,
        name,
        parts.text(of.strip()),
        parts.text(record_words.took(node)),
        _bar(node, began, length),
    )
    body = "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells)
    notes = "; ".join(record_words.notes(node, told=record.error))
    for words in (record_words.values(node, *_VALUES), notes[:_WIDTH]):
        body += f'<td style="{_LAST}">{parts.text(words)}</td>'
    return f'<tr style="background:none">{body}</tr>'


def _bar(node: NodeRecord, began: float, length: float) -> str:
    """Return when a node ran, drawn; the column before says how long in words."""
    seconds = node.seconds(began + length)
    if seconds is None or node.began is None:
        return ""
    left = max(0.0, min((node.began - began) / length, 0.99)) * 100
    width = max(1.0, min(seconds / length * 100, 100 - left))
    look = f"display:block;height:100%;margin-left:{left:.1f}%;width:{width:.1f}%"
    colour = LOOKS[node.phase].colour
    return (
        f'<span aria-hidden="true" style="{_TRACK}">'
        f'<span style="{look};background:{colour}"></span></span>'
    )


def _span(record: RunRecord) -> tuple[float, float]:
    """Return when the first node began, and how long all of them took."""
    began = [node.began for node in record.nodes if node.began is not None]
    ended = [node.ended for node in record.nodes if node.ended is not None]
    first = min(began, default=0.0)
    last = max([*ended, *began, first])
    if not record.phase.is_over:
        last = max(last, first + (record.seconds or 0.0))
    return first, max(last - first, 1e-3)


def _node_details(node: NodeRecord, of: int) -> str:
    """Return what a node did, folded; nothing where it did nothing to be told."""
    found = [*_values(node)] if of > 1 else []  # else the head of the run has them
    if len(node.attempts) > 1:
        items = "".join(
            f"<li>{parts.text(record_words.attempt_line(a))}</li>"
            for a in parts.first(node.attempts)
        )
        found.append(f'<ul style="list-style:none;padding-left:0;margin:.2em 0">{items}</ul>')
    for attempt in node.attempts:
        which = f" of attempt {attempt.number + 1}" if len(node.attempts) > 1 else ""
        if attempt.metrics:
            found.append(
                parts.table(f"Metrics{which}", METRICS, list(parts.first(attempt.metrics)))
            )
        if attempt.outputs:
            head, rows = ("output", "", ""), list(parts.first(attempt.outputs))
            found.append(parts.table(f"About outputs{which}", head, rows))
    title, text = record_words.printed(node, _LINES, _WIDTH)
    if text:
        found.append(f"<div>{parts.text(title)}</div>{parts.pre(text)}")
    if not found:
        return ""
    said = [node.phase.value, *record_words.notes(node, told=node.error)]
    if text:
        said.append(title.lower())
    return parts.details(
        f"{record_words.label(node)}: {', '.join(said)}"[:_WIDTH], "".join(found), node.phase
    )


def _values(node: NodeRecord) -> Iterator[str]:
    """Yield what a node was given and what came out, where its row has no room for that."""
    if record_words.values(node, *_VALUES).count("…"):
        for title, words in (("Inputs", node.inputs), ("Outputs", node.outputs)):
            if words:
                yield parts.table(title, ("", ""), list(words.items())[: parts.MOST_ROWS])
