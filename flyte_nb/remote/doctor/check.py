"""What a check found out, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """The outcome of a check."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"
    SKIPPED = "skipped"

    @property
    def sign(self) -> str:
        """A sign that goes before the word: no colour is needed to tell states apart."""
        return {"ok": "✓", "warning": "!", "failure": "✗", "skipped": "–"}[self.value]  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist.

    Attributes:
        name: What was looked at.
        state: How it is.
        finding: What was found, in one line; no secret is in it.
        advice: What to do, in one line; empty where there is nothing to do.
    """

    name: str
    state: State
    finding: str
    advice: str = ""


def ok(name: str, finding: str, advice: str = "") -> Check:
    """Return that all is well."""
    return Check(name, State.OK, finding, advice)


def warning(name: str, finding: str, advice: str) -> Check:
    """Return that something is odd."""
    return Check(name, State.WARNING, finding, advice)


def failure(name: str, finding: str, advice: str) -> Check:
    """Return that something cannot work."""
    return Check(name, State.FAILURE, finding, advice)


def skipped(name: str, reason: str) -> Check:
    """Return that nothing could be looked at, and why."""
    return Check(name, State.SKIPPED, reason)
