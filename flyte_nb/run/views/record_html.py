"""A recorded run as HTML that needs no kernel, no script and no style sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import html_parts as parts
from . import record_words
from .graph_svg import graph_svg
from .nodes_html import nodes_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.run.history.record import RunRecord

_ALL = "margin:.4em 0;font-size:13px;line-height:1.5;max-width:100%;overflow-wrap:anywhere"
_SIDES = "display:flex;flex-wrap:wrap;gap:.4em .8em;align-items:flex-start;margin:.4em 0"


def record_html(record: RunRecord) -> str:
    """Return a run as HTML, at a bounded size.

    Args:
        record: The run, as it is now or as it was kept.
    """
    return framed("".join(_parts(record)))


def framed(html: str) -> str:
    """Return what is said of a run in the look that all of that has."""
    return f'<div style="{_ALL}">{html}</div>'


def heading(record: RunRecord) -> str:
    """Return the line that says what was run and how it ended."""
    return (
        f'<div role="heading" aria-level="4">{parts.sign(record.sign)}'
        f"<strong>{parts.text(record.name)}</strong> <span style='opacity:.8'>"
        f"{parts.text(f'{record.kind}, {_outcome(record)}')}</span></div>"
    )


def _parts(record: RunRecord) -> Iterator[str]:
    yield heading(record)
    if record.error:
        said = parts.text(record_words.failure(record))
        yield f'<div style="{parts.BELOW}">{said}</div>'
    yield from _tables(record)
    about = parts.table(f"Run {record.id}", ("", ""), record_words.facts(record))
    yield parts.details("How it was run", about)
    if record.traceback:
        yield parts.details("Traceback", parts.pre(record.traceback.strip("\n")))
    findings = record_words.all_findings(record.nodes)
    if findings:
        items = "".join(f"<li>{parts.text(one)}</li>" for one in parts.first(findings))
        title = record_words.FINDINGS
        yield f'<div style="margin:.4em 0"><strong>{title}</strong><ul>{items}</ul></div>'
    if len(record.nodes) > 1:
        title = f"Graph of {record.name}"
        svg = graph_svg(record.nodes, title=title)
        label = parts.text(title)
        yield f'<div role="region" tabindex="0" aria-label="{label}" style="{parts.WIDE}">'
        yield f"{svg}</div>"
    if record.nodes:
        yield from nodes_html(record)
    if saved := record_words.checkpoints(record):
        yield parts.table("Checkpoints", record_words.CHECKPOINTS, saved[: parts.MOST_ROWS])
    if record_words.decks_for_cells(record):
        from flyte_nb.run.history.deck_page import decks_in_cell

        yield decks_in_cell(record)


def _outcome(record: RunRecord) -> str:
    """Return how it ended; of one node, which has no table, what the cache had, too."""
    said = [record_words.outcome(record)]
    if len(record.nodes) == 1:
        said += record_words.of_cache(record.nodes[0])
    return ", ".join(said)


def _tables(record: RunRecord) -> Iterator[str]:
    pairs = [("Inputs", record.inputs), ("Outputs", record.outputs)]
    tables = [parts.table(title, ("", ""), list(words.items())) for title, words in pairs if words]
    if tables:
        yield f'<div style="{_SIDES}">{"".join(tables)}</div>'
