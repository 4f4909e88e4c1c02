"""The nodes of a run as they are kept, each with its attempts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flyte_nb.run.cache.found import CacheStatus
from flyte_nb.run.record import Phase

if TYPE_CHECKING:
    from .json_form import Fields
    from .lost import PhaseSeen

_METRIC, _OUTPUT = 4, 3  # columns


@dataclass(frozen=True, kw_only=True, slots=True)
class DeckRecord:
    """A deck; its HTML is a file.

    Attributes:
        name: What its tab says.
        size_bytes: Size of its HTML.
        file: Name of the file, which several may have; empty where there was no room for it.
        kept_bytes: How much is in the file where that is its beginning alone; else 0.
        digest: Of its HTML, to tell whether two are the same.
    """

    name: str
    size_bytes: int
    file: str = ""
    digest: str = ""
    kept_bytes: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        found = {"name": self.name, "size_bytes": self.size_bytes, "file": self.file}
        kept = {"kept_bytes": self.kept_bytes} if self.kept_bytes else {}
        return {**found, "digest": self.digest, **kept}


@dataclass(frozen=True, kw_only=True, slots=True)
class AttemptRecord:
    """One try at a task; what `flyte_nb.run.Attempt` has, in words.

    Attributes:
        number: From 0.
        phase: How it ended.
        duration_s: How long it took, in seconds.
        error: Type and message of what it raised; empty when it succeeded.
        outcome: How the process of an isolated one ended, for example ``OOMKilled``; else empty.
        exit_code: What its process exited with, as Kubernetes tells it; None where it had none.
        peak_memory_bytes: The most memory that its process had; 0 where it had none.
        cpu_s: CPU time of its process, in seconds.
        findings: What works here and will fail in the pod, a line each.
        metrics: What it emitted, as (name, value, spread, tags).
        outputs: What it said about its outputs, as (output, key, text).
        log: What it logged, the last lines.
        decks: The decks that it made.
        show_decks: Whether they are shown where nobody asks for them: the task may not want it.
    """

    number: int
    phase: Phase
    duration_s: float = 0.0
    error: str = ""
    outcome: str = ""
    exit_code: int | None = None
    peak_memory_bytes: int = 0
    cpu_s: float = 0.0
    findings: tuple[str, ...] = ()
    metrics: tuple[tuple[str, ...], ...] = ()
    outputs: tuple[tuple[str, ...], ...] = ()
    log: str = ""
    decks: tuple[DeckRecord, ...] = ()
    show_decks: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data; what is empty is left out."""
        found: dict[str, Any] = {
            "number": self.number,
            "phase": self.phase.name,
            "duration_s": self.duration_s,
            "error": self.error,
            "outcome": self.outcome,
            "exit_code": self.exit_code,
            "peak_memory_bytes": self.peak_memory_bytes or None,
            "cpu_s": self.cpu_s or None,
            "findings": list(self.findings),
            "metrics": [list(row) for row in self.metrics],
            "outputs": [list(row) for row in self.outputs],
            "log": self.log,
            "decks": [deck.to_json() for deck in self.decks],
            "show_decks": None if self.show_decks else False,
        }
        return {name: value for name, value in found.items() if value not in ("", None, [])}

    @classmethod
    def from_json(cls, fields: Fields) -> AttemptRecord:
        """Return what `to_json` made, and what it can of what others did."""
        return cls(
            number=fields.count("number"),
            phase=fields.phase("phase") or Phase.QUEUED,
            duration_s=fields.number("duration_s") or 0.0,
            error=fields.text("error"),
            outcome=fields.text("outcome"),
            exit_code=fields.whole("exit_code"),
            peak_memory_bytes=fields.count("peak_memory_bytes"),
            cpu_s=fields.number("cpu_s") or 0.0,
            findings=fields.texts("findings"),
            metrics=fields.rows("metrics", _METRIC),
            outputs=fields.rows("outputs", _OUTPUT),
            log=fields.text("log"),
            decks=tuple(
                DeckRecord(
                    name=deck.text("name"),
                    size_bytes=deck.count("size_bytes"),
                    file=deck.text("file"),
                    digest=deck.text("digest"),
                    kept_bytes=deck.count("kept_bytes"),
                )
                for deck in fields.each("decks")
            ),
            show_decks=fields.flag("show_decks", default=True),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeRecord:
    """One call of a run; what `NodeProgress` has, in words.

    Attributes:
        path: Ids of the nodes that it is in, and its own, joined by ``/``.
        name: What it is called for people.
        calls: Name of what it calls.
        kind: ``task``, ``workflow``, ``dynamic``, ``map task``, ``launch plan``, ``conditional``.
        upstream: Paths of the nodes that it waits for.
        phase: Where it is, or how it ended; lost where it ran in a process that ended.
        attempts: Those that have ended.
        began: When, by `time.time`; None where it has not.
        ended: When; None where it has not.
        error: What it raised, in words; empty for nothing.
        cache: What the cache had; None where it was not asked.
        transcript: The end of what it printed and logged.
        lines: How many lines it printed and logged in all.
        inputs: What it was given, by name, in words.
        outputs: What came out, by name, in words.
    """

    path: str
    name: str
    calls: str
    kind: str
    upstream: tuple[str, ...] = ()
    phase: PhaseSeen = Phase.QUEUED
    attempts: tuple[AttemptRecord, ...] = ()
    began: float | None = None
    ended: float | None = None
    error: str = ""
    cache: CacheStatus | None = None
    transcript: str = ""
    lines: int = 0
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    def seconds(self, now: float | None = None) -> float | None:
        """Return how long it took, or has taken until *now*; None where nobody knows."""
        end = self.ended if self.ended is not None else now
        return None if self.began is None or end is None else max(0.0, end - self.began)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data; what is empty is left out."""
        found: dict[str, Any] = {
            "path": self.path,
            "name": self.name,
            "calls": self.calls,
            "kind": self.kind,
            "upstream": list(self.upstream),
            "phase": self.phase.name,
            "attempts": [attempt.to_json() for attempt in self.attempts],
            "began": self.began,
            "ended": self.ended,
            "error": self.error,
            "cache": None if self.cache is None else self.cache.name,
            "transcript": self.transcript,
            "lines": self.lines,
            "inputs": self.inputs,
            "outputs": self.outputs,
        }
        return {name: value for name, value in found.items() if value not in ("", None, [], {}, 0)}

    @classmethod
    def from_json(cls, fields: Fields) -> NodeRecord:
        """Return what `to_json` made, and what it can of what others did."""
        return cls(
            path=fields.text("path"),
            name=fields.text("name"),
            calls=fields.text("calls"),
            kind=fields.text("kind"),
            upstream=fields.texts("upstream"),
            phase=fields.phase("phase") or Phase.QUEUED,
            attempts=tuple(AttemptRecord.from_json(one) for one in fields.each("attempts")),
            began=fields.number("began"),
            ended=fields.number("ended"),
            error=fields.text("error"),
            cache=fields.member("cache", CacheStatus),
            transcript=fields.text("transcript"),
            lines=fields.count("lines"),
            inputs=fields.words("inputs"),
            outputs=fields.words("outputs"),
        )
