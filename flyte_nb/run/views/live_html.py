"""A run as it is at a moment, as HTML that needs no kernel and no widget."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.display import visible
from flyte_nb.run.words import duration

from .boxes import short_name
from .graph_svg import graph_svg
from .live_rows import MAX_ROWS, listed
from .look import LOOKS, counts_in_words

if TYPE_CHECKING:
    from flyte_nb.run.handle.progress import NodeProgress
    from flyte_nb.run.handle.run import Run
    from flyte_nb.run.record import Phase

_CELL = "text-align:left;padding:1px 1.2em 1px 0;border:0;vertical-align:top"
_HEAD = f"{_CELL};font-weight:normal;opacity:.7"


def live_html(run: Run) -> str:
    """Return *run* as it is now."""
    nodes = run.progress.nodes()
    look = "margin:.4em 0;font-size:13px;line-height:1.5;max-width:100%;overflow-x:auto"
    counts = counts_in_words(run.progress.phases)
    title = f"<strong>{escape(visible(run.name))}</strong>"
    words = f"{run.kind} {run.phase.value}, {duration(run.seconds)}"
    parts = [f'<div style="{look}"><div>{_mark(run.phase)}{title} {words}</div>']
    if len(nodes) > 1:
        parts.append(f'<div style="opacity:.75">{counts}</div>')
        parts.append(f'<div style="overflow:auto;max-height:480px">{graph_svg(nodes)}</div>')
    names = ("node", "phase", "attempt", "time")
    head = "".join(f'<th scope="col" style="{_HEAD}">{name}</th>' for name in names)
    rows = "".join(map(_row, listed(nodes)))
    parts.append(
        f'<table style="border-collapse:collapse"><thead><tr style="background:none">{head}</tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )
    if (more := len(nodes) - MAX_ROWS) > 0:
        parts.append(f'<div style="opacity:.75">and {more:,} more nodes</div>')
    if run.traceback:
        parts.append(f'<pre style="white-space:pre-wrap">{escape(run.traceback)}</pre>')
    return LEAK_GUARD.mask("".join(parts) + "</div>")


def _row(node: NodeProgress) -> str:
    seconds = node.seconds()
    cells = (
        visible(short_name(node)),
        node.phase.value + (f": {visible(node.error)}" if node.error else ""),
        "" if node.attempt is None else str(node.attempt + 1),
        "" if seconds is None else duration(seconds),
    )
    return (
        '<tr style="background:none">'
        + "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in cells)
        + "</tr>"
    )


def _mark(phase: Phase) -> str:
    look = LOOKS[phase]
    return f'<span style="color:{look.colour};margin-right:.5em">{look.sign}</span>'
