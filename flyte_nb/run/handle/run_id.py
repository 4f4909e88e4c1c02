"""Ids of runs: they sort by time, and no two runs have the same."""

from __future__ import annotations

import os
import re
import threading
from datetime import datetime, timedelta, timezone

RUN_ID = re.compile(r"\d{8}-\d{6}-\d{3}[0-9a-f]{4}")
_STEP = timedelta(milliseconds=1)


class RunIds:
    """Gives out ids, each one behind those before it, whatever the clock does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = datetime.min.replace(tzinfo=timezone.utc)

    def new(self, at: datetime) -> str:
        """Return an id for a run that begins at *at*, in UTC.

        Example:
            >>> RunIds().new(datetime(2026, 7, 26, 7, 1, 48, 123_000, timezone.utc))[:-4]
            '20260726-070148-123'
        """
        with self._lock:
            at = self._last = max(at, self._last + _STEP)
        # What is random tells apart runs of two kernels in the same millisecond.
        return f"{at:%Y%m%d-%H%M%S}-{at.microsecond // 1000:03d}{os.urandom(2).hex()}"


RUN_IDS = RunIds()
