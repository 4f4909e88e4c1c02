"""How a run ended whose process did before it, and so did what ran in it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from flyte_nb.run.record import Phase


class Lost(Enum):
    """No phase of Flyte: nobody was left to say in which one it ended."""

    LOST = "lost"

    @property
    def is_over(self) -> bool:
        """Whether it will not change any more: it will not."""
        return True


PhaseSeen = Union["Phase", Lost]
"""Where something is or how it ended, seen later."""
