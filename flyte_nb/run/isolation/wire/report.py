"""What whoever watched a run says of it when nothing of it is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flyte_nb.run.isolation.result import Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What is known from outside of the process.

    Attributes:
        reason: Why it was ended; None when it ended by itself.
        detail: More of the reason, such as how much memory it had; may be empty.
        delivered: Whether the function came to its end.
        exit_code: What the process exited with; minus the number of the signal that ended it.
        wall_s: From its start to its end.
        cpu_s: CPU time of all its processes that are known to have ended.
        peak_memory_bytes: The most memory that all its processes had at once.
        leaked_processes: Names and ids of processes that it left behind.
        dropped_bytes: How much of its output was left out.
    """

    reason: Outcome | None
    detail: str
    delivered: bool
    exit_code: int
    wall_s: float
    cpu_s: float
    peak_memory_bytes: int
    leaked_processes: tuple[str, ...]
    dropped_bytes: int
