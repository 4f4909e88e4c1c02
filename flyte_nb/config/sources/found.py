"""What a source holds for one setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# A reason would repeat some of it.
HIDDEN_REASON = "it cannot be used: write each % as %%, a single one begins a reference"


@dataclass(frozen=True, slots=True)
class Found:
    """One occurrence of a setting in a file.

    Attributes:
        value: As the file's format gives it, before the setting's own transform.
        raw: As it is written.
        line: Line number, from 1.
        problem: Why it cannot be used; empty when it can.
    """

    value: Any
    raw: str
    line: int
    problem: str = ""
