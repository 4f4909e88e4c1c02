"""What the nodes of a run printed and logged, all that was kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from flyte_nb.display import visible, visible_lines
from flyte_nb.errors import InvalidValueError

from .record_words import dropped, label, printed

if TYPE_CHECKING:
    from flyte_nb.run.history.record import RunRecord

_MOST_LINES = 2_000
_WIDTH = 2_000  # characters of a line
_PRE = "margin:.2em 0;white-space:pre-wrap;max-height:30em;overflow:auto;font-size:12px"


@dataclass(frozen=True, slots=True, repr=False)
class RunLogs:
    """The lines of a run, node by node; shows itself in a notebook and in a terminal.

    Attributes:
        title: What they are of.
        parts: (which node and how many lines, the lines).
        rest: How many nodes more have said something.
        limits: What was not kept.
    """

    title: str
    parts: tuple[tuple[str, str], ...]
    rest: int = 0
    limits: tuple[str, ...] = ()

    def __repr__(self) -> str:
        lines = [visible(self.title)]
        for title, text in self.parts:
            lines.append(f"  {visible(title)}")
            lines += [f"    {visible(line)}" for line in text.split("\n")]
        return "\n".join([*lines, *self._remarks()])

    def _repr_html_(self) -> str:
        parts = [f"<div><strong>{escape(visible(self.title))}</strong></div>"]
        for title, text in self.parts:
            shown = escape(visible_lines(text))
            parts.append(
                f"<details open><summary>{escape(visible(title))}</summary>"
                f'<pre tabindex="0" style="{_PRE}">{shown}</pre></details>'
            )
        parts += [f"<div>{escape(remark)}</div>" for remark in self._remarks()]
        return f'<div style="font-size:13px;overflow-wrap:anywhere">{"".join(parts)}</div>'

    def _remarks(self) -> list[str]:
        more = [f"… {self.rest:,} more nodes: name one of them"] if self.rest else []
        return [*more, *self.limits]


def run_logs(record: RunRecord, node: str = "") -> RunLogs:
    """Return what a run printed and logged.

    What C code or a child process of a task printed is in it if the task was isolated.

    Args:
        record: The run.
        node: Path or name of a node, with those in it; empty for all.

    Raises:
        InvalidValueError: There is no such node.
    """
    path = node.rstrip("/")
    nodes = [
        one
        for one in record.nodes
        if not path or path in (one.path, one.name, one.calls) or one.path.startswith(f"{path}/")
    ]
    if path and not nodes:
        known = ", ".join(one.path for one in record.nodes[:10]) or "none"
        raise InvalidValueError(
            f"there is no node {node!r} in that run", hint=f"there are: {known}"
        )
    parts, lines, rest = [], 0, 0
    for one in nodes:
        title, text = printed(one, _MOST_LINES, _WIDTH)
        if not text:
            continue
        if lines >= _MOST_LINES:
            rest += 1
            continue
        parts.append((f"{label(one)}: {title.lower()}", text))
        lines += text.count("\n") + 1
    said = "" if parts else " said nothing"
    title = f"Run {record.id} of {record.name}{said}"
    return RunLogs(title, tuple(parts), rest, tuple(dropped(record)))
