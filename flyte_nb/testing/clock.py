"""The server's clock, which a test can put forward instead of waiting."""

from __future__ import annotations

import time


class Clock:
    """Seconds since 1970, and seconds that never go back; both by as much ahead as was asked for.

    Attributes:
        ahead_s: How far ahead of the machine's clocks it is.
    """

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def now(self) -> float:
        """Return seconds since 1970, by which things expire."""
        return time.time() + self.ahead_s

    def monotonic(self) -> float:
        """Return seconds of a clock that nobody sets, by which intervals are measured."""
        return time.monotonic() + self.ahead_s
