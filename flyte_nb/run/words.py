"""A run in the words of a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .record import Phase

if TYPE_CHECKING:
    from .record import TaskRun


def outcome(run: TaskRun) -> str:
    """Return how *run* ended, in one line."""
    words = [run.phase.value]
    last = run.attempts[-1].number
    if last > run.retries:  # it was told to begin with a later one than there would be
        words.append(f"attempt {last + 1}")
    elif run.retries:
        words.append(f"attempt {last + 1} of {run.retries + 1}")
    words.append(duration(run.duration_s))
    return ", ".join(words)


def attempt_lines(run: TaskRun) -> list[str]:
    """Return one line for each attempt of *run*."""
    return [
        f"{a.number + 1}: {ended_after(a.phase, a.duration_s)}"
        + (f": {a.error}" if a.error else "")
        for a in run.attempts
    ]


def ended_after(phase: Phase, seconds: float) -> str:
    """Return how an attempt ended, and how long it took."""
    if phase is Phase.RETRYABLE_FAILURE:
        return f"failed after {duration(seconds)}, then retried"
    return f"{phase.value} after {duration(seconds)}"


def duration(seconds: float) -> str:
    """Return *seconds* in the unit that people would use."""
    if seconds < 1e-3:  # noqa: PLR2004
        return "under 1 ms"
    if seconds < 1:
        return f"{seconds * 1e3:.0f} ms"
    if seconds < 59.95:  # noqa: PLR2004 - what rounds to less than a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
