"""A recorded run as HTML that needs no kernel, no script and no style sheet."""

from __future__ import annotations

from collections import Counter
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from flyte_nb.context.stats.view import HEAD as METRICS
from flyte_nb.display import table_html, visible, visible_lines

from .graph_svg import graph_svg
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
    from collections.abc import Iterable, Iterator

    from flyte_nb.decks.page import Tab
    from flyte_nb.run.history.node_record import NodeRecord
    from flyte_nb.run.history.record import RunRecord
    from flyte_nb.run.record import Phase

T = TypeVar("T")
_NODES = 100
_LINES, _WIDTH = 100, 500  # of what a node printed
_MOST_DETAILS = 250_000  # characters; what nodes said beyond that is left to `logs`
_MOST_ROWS = 50
_MOST_DECKS, _MOST_DECK_BYTES = 30, 4 << 20  # the first deck is shown, however large it is
_ALL = "margin:.4em 0;font-size:13px;line-height:1.5;max-width:100%;overflow-wrap:anywhere"
_PRE = "margin:.2em 0;white-space:pre-wrap;max-height:20em;overflow:auto;font-size:12px"
_SIDES = "display:flex;flex-wrap:wrap;gap:.4em .8em;align-items:flex-start;margin:.4em 0"
_WIDE = "overflow-x:auto;max-width:100%;margin:.4em 0"
_HEAD = "text-align:left;font-weight:normal;opacity:.7;padding:0 1em 0 0;border:0"
_CELL = "text-align:left;padding:0 1em 0 0;border:0;vertical-align:top;white-space:nowrap"
_LAST = "text-align:left;padding:0;border:0;vertical-align:top;min-width:12em"
_TABLE = "border-collapse:collapse;font-size:inherit;overflow-wrap:normal"
_TRACK = (
    "display:inline-block;vertical-align:middle;width:9em;height:.5em;"
    "background:rgba(128,128,128,.18)"
)
_BELOW = "margin:.1em 0 .1em 1.1em"


def record_html(record: RunRecord) -> str:
    """Return a run as HTML, at a bounded size but for its decks.

    Args:
        record: The run, as it is now or as it was kept.
    """
    return f'<div style="{_ALL}">{"".join(_parts(record))}</div>'


def _parts(record: RunRecord) -> Iterator[str]:
    yield (
        f'<div role="heading" aria-level="4">{_sign(record.sign)}'
        f"<strong>{_text(record.name)}</strong> <span style='opacity:.8'>{_text(record.kind)},"
        f" {_text(outcome(record))}</span></div>"
    )
    if record.error:
        yield f'<div style="{_BELOW}">{_text(record.error)}</div>'
    yield from _tables(record)
    about = table_html(f"Run {record.id}", ("", ""), facts(record))
    yield _details("How it was run", about)
    if record.traceback:
        yield _details("Traceback", _pre(record.traceback.strip("\n")))
    findings = all_findings(record.nodes)
    if findings:
        items = "".join(f"<li>{_text(one)}</li>" for one in _first(findings))
        yield f'<div style="margin:.4em 0"><strong>{FINDINGS}</strong><ul>{items}</ul></div>'
    if len(record.nodes) > 1:
        title = f"Graph of {record.name}"
        svg = graph_svg(record.nodes, title=title)
        yield f'<div role="region" tabindex="0" aria-label="{_text(title)}" style="{_WIDE}">'
        yield f"{svg}</div>"
    if record.nodes:
        yield from _nodes(record)
    if saved := checkpoints(record):
        yield table_html("Checkpoints", CHECKPOINTS, saved[:_MOST_ROWS])
    yield from _decks(record)


def _tables(record: RunRecord) -> Iterator[str]:
    pairs = [("Inputs", record.inputs), ("Outputs", record.outputs)]
    tables = [table_html(title, ("", ""), list(words.items())) for title, words in pairs if words]
    if tables:
        yield f'<div style="{_SIDES}">{"".join(tables)}</div>'


def _nodes(record: RunRecord) -> Iterator[str]:
    shown = chosen(record.nodes, _NODES)
    title = summary(record.nodes)
    if len(record.nodes) > 1:
        span = _span(record)
        top = "".join(
            f'<th scope="col" style="{_HEAD}">{name}</th>'
            for name in ("", "node", "of", "took", '<span aria-hidden="true">when</span>', "")
        )
        yield (
            f'<div role="region" tabindex="0" aria-label="Nodes" style="{_WIDE}">'
            f'<table style="{_TABLE}"><caption style="text-align:left;opacity:.8">'
            f"{_text(title)}</caption><thead><tr style='background:none'>{top}</tr></thead><tbody>"
        )
        depth = depths(shown)
        yield from (_row(node, depth[node.path], *span) for node in shown)
        yield "</tbody></table></div>"
    if rest := len(record.nodes) - len(shown):
        left = Counter(node.phase for node in record.nodes)
        left.subtract(node.phase for node in shown)
        yield f'<div style="opacity:.8">… {rest:,} more: {_text(counts_in_words(left))}</div>'
    size, silent = 0, 0
    for node in shown:
        details = "" if size > _MOST_DETAILS else _node_details(node)
        silent += size > _MOST_DETAILS
        size += len(details)
        yield details
    if silent:
        yield f'<div style="opacity:.8">%flyte_runs logs shows what {silent:,} more said</div>'


def _row(node: NodeRecord, indent: int, began: float, length: float) -> str:
    name = _text(node.name)
    if indent:
        name = f'<span style="padding-left:{min(indent, 12)}em">{name}</span>'
    of = node.kind if node.calls == node.name else f"{node.kind} {node.calls}"
    cells = (
        f"{_sign(node.phase)}{_text(node.phase.value)}",
        name,
        _text(of.strip()),
        _text(took(node)),
        _bar(node, began, length),
    )
    body = "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells)
    body += f'<td style="{_LAST}">{_text("; ".join(notes(node))[:_WIDTH])}</td>'
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
    if not record.phase.is_over and not record.is_lost:
        last = max(last, first + (record.seconds or 0.0))
    return first, max(last - first, 1e-3)


def _node_details(node: NodeRecord) -> str:
    """Return what a node did, folded; nothing where it did nothing to be told."""
    parts = []
    if len(node.attempts) > 1:
        items = "".join(f"<li>{_text(attempt_line(a))}</li>" for a in _first(node.attempts))
        parts.append(f'<ul style="list-style:none;padding-left:0;margin:.2em 0">{items}</ul>')
    for title, words in (("Inputs", node.inputs), ("Outputs", node.outputs)):
        if words:
            parts.append(table_html(title, ("", ""), list(words.items())[:_MOST_ROWS]))
    for attempt in node.attempts:
        which = f" of attempt {attempt.number + 1}" if len(node.attempts) > 1 else ""
        if attempt.metrics:
            parts.append(table_html(f"Metrics{which}", METRICS, list(_first(attempt.metrics))))
        if attempt.outputs:
            head, rows = ("output", "", ""), list(_first(attempt.outputs))
            parts.append(table_html(f"About outputs{which}", head, rows))
    title, text = printed(node, _LINES, _WIDTH)
    if text:
        parts.append(f"<div>{_text(title)}</div>{_pre(text)}")
    if not parts:
        return ""
    said = [node.phase.value, *notes(node)]
    if text:
        said.append(title.lower())
    return _details(f"{label(node)}: {', '.join(said)}"[:_WIDTH], "".join(parts), node.phase)


def _decks(record: RunRecord) -> Iterator[str]:
    found = decks_of(record)
    if not found:
        return
    from flyte_nb.decks.page import Tab, document, embed

    several = len({node.path for node, *_ in found}) > 1
    tabs: list[Tab] = []
    size = 0
    for node, attempt, name, file in found[:_MOST_DECKS]:
        html = record.read_deck(file)
        if tabs and size + len(html) > _MOST_DECK_BYTES:
            break
        size += len(html)
        which = f"Attempt {attempt.number + 1}" if len(node.attempts) > 1 else ""
        group = ", ".join(filter(None, (label(node) if several else "", which)))
        tabs.append(Tab(name=name, html=html, group=group))
    title = f"Decks of {record.name}"
    yield embed(document(tabs, title=title), title=visible(title))
    if rest := len(found) - len(tabs):
        yield f'<div style="opacity:.8">{rest:,} more decks are kept with the run</div>'


def _first(items: Iterable[T]) -> Iterator[T]:
    return islice(items, _MOST_ROWS)


def _details(title: str, body: str, phase: Phase | None = None) -> str:
    sign = "" if phase is None else _sign(phase)
    return f'<details style="{_BELOW}"><summary>{sign}{_text(title)}</summary>{body}</details>'


def _pre(text: str) -> str:
    return f'<pre tabindex="0" style="{_PRE}">{escape(visible_lines(text))}</pre>'


def _sign(phase: Phase) -> str:
    look = LOOKS[phase]
    return (
        f'<span aria-hidden="true" style="color:{look.colour};display:inline-block;width:1.3em">'
        f"{look.sign}</span>"
    )


def _text(text: str) -> str:
    return escape(visible(text))
