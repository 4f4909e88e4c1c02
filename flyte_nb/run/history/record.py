"""A run as it is kept: plain data, in words, without secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from flyte_nb.run.record import Phase

from .json_form import Fields
from .lost import Lost
from .node_record import NodeRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from .lost import PhaseSeen

FORMAT = 1
"""Raised when an older version would misread what a newer one writes, not when that is more."""
FORCES = "a second cancel or Stop forces it"


def _no_decks(_: str) -> str:
    return ""


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class RunHead:
    """What a list of runs tells of one.

    Attributes:
        id: Its own, whatever the execution is called.
        name: Name of what was run.
        kind: ``task``, ``workflow``, ``launch plan`` and so on.
        version: Version of what was run.
        phase: Where it is, or how it ended.
        started_at: When it began, in UTC.
        ended_at: When it ended; None before that.
        execution: The execution that it was, as ``project:domain:name``.
        inputs: What it was given, by name, in words.
        outputs: What came out, by name, in words.
        options: How it was run: those of `RunOptions` that were chosen.
        versions: Versions of Python, of this package and of common libraries.
        notebook: Path of the notebook or script, as far as it is known.
        host: Name of the machine.
        pid: Number of the process.
        process: What tells that process from others of the same number.
        error: What it raised, in words; empty for nothing.
        phases: How many nodes ended how, by name of the phase.
        attempts: How many attempts its tasks took.
        cached: How many tasks were taken from the cache.
        decks: How many decks it has.
        findings: How many things were found that a pod will not have.
        is_lost: Whether its process ended before it did: found out when it is read.
        is_cancelling: Whether it is to end and has not so far: known of runs of this process.
        last_seen_at: When something was last written of it, while it went on; None where nothing
            was, or it has ended.
        format: By which rules it was written.
    """

    id: str
    name: str
    kind: str
    started_at: datetime
    version: str = ""
    phase: Phase = Phase.RUNNING
    ended_at: datetime | None = None
    execution: str = ""
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    notebook: str = ""
    host: str = ""
    pid: int = 0
    process: str = ""
    error: str = ""
    phases: dict[str, int] = field(default_factory=dict)
    attempts: int = 0
    cached: int = 0
    decks: int = 0
    findings: int = 0
    is_lost: bool = False
    is_cancelling: bool = False
    last_seen_at: datetime | None = None
    format: int = FORMAT

    @property
    def seconds(self) -> float | None:
        """How long it took, or has taken so far; None where nobody knows."""
        now = self.last_seen_at if self.is_lost else datetime.now(timezone.utc)
        end = self.ended_at or now
        return None if end is None else max(0.0, (end - self.started_at).total_seconds())

    @property
    def goes_on(self) -> bool:
        """Whether it has not ended, as far as can be known from here."""
        return not self.phase.is_over and not self.is_lost

    @property
    def sign(self) -> PhaseSeen:
        """The phase by whose sign it is shown: one that was lost does not run."""
        if self.is_lost:
            return Lost.LOST
        return Phase.ABORTED if self.is_cancelling else self.phase

    @property
    def outcome(self) -> str:
        """How it ended, in a word or a few."""
        if self.is_cancelling:
            return f"cancelling… ({FORCES})"
        return "lost: its kernel ended" if self.is_lost else self.phase.value

    def __repr__(self) -> str:
        return f"<run {self.id} of {self.kind} {self.name}, {self.outcome}>"

    def head_to_json(self) -> dict[str, Any]:
        """Return it as plain data, without what a list does not tell."""
        return {
            "format": self.format,
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "version": self.version,
            "phase": self.phase.name,
            "started_at": self.started_at.isoformat(),
            "ended_at": "" if self.ended_at is None else self.ended_at.isoformat(),
            **{name: getattr(self, name) for name in _AS_IT_IS},
        }


_WORDS = ("inputs", "outputs", "versions")
_TEXTS = ("execution", "notebook", "host", "process", "error")
_COUNTS = ("pid", "attempts", "cached", "decks", "findings")
_AS_IT_IS = (*_TEXTS, *_COUNTS, *_WORDS, "options", "phases")


def head_fields(data: Any) -> dict[str, Any] | None:
    """Return what *data* says of a run, None where it is none; the opposite of `head_to_json`."""
    fields = Fields(data)
    started_at, phase = fields.moment("started_at"), fields.phase("phase")
    if not fields.text("id") or started_at is None or phase is None:
        return None
    phases = {k: v for k, v in fields.plain("phases").items() if type(v) is int}
    return {
        **fields.all_texts("id", "name", "kind", "version", *_TEXTS),
        **{name: fields.count(name) for name in (*_COUNTS, "format")},
        **{name: fields.words(name) for name in _WORDS},
        "options": fields.plain("options"),
        "phases": phases,
        "phase": phase,
        "started_at": started_at,
        "ended_at": fields.moment("ended_at"),
    }


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class RunRecord(RunHead):
    """All that is kept of a run; shows itself in a notebook and in a terminal.

    Attributes:
        nodes: Its calls, in the order in which they became known.
        traceback: What it raised, as Python prints it.
        read_deck: Returns the HTML of a deck by the name of its file.
    """

    nodes: tuple[NodeRecord, ...] = ()
    traceback: str = ""
    read_deck: Callable[[str], str] = field(default=_no_decks, compare=False)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data; the HTML of decks is not in it."""
        nodes = [node.to_json() for node in self.nodes]
        return {**self.head_to_json(), "traceback": self.traceback, "nodes": nodes}

    @classmethod
    def from_json(cls, data: Any) -> RunRecord | None:
        """Return what `to_json` made, and what it can of what others did; None where it cannot."""
        head = head_fields(data)
        if head is None:
            return None
        fields = Fields(data)
        nodes = (NodeRecord.from_json(data) for data in fields.each("nodes"))
        return cls(**head, traceback=fields.text("traceback"), nodes=tuple(nodes))

    def shown(self) -> dict[str, str]:
        """Return it as text and as HTML, by MIME type."""
        from flyte_nb.run.views.record_html import record_html
        from flyte_nb.run.views.record_text import record_text

        return {"text/plain": record_text(self), "text/html": record_html(self)}

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.shown()
