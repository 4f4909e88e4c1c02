"""How long something goes on, in words."""

from __future__ import annotations

from datetime import datetime, timezone

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def seconds_left(until: datetime, now: datetime | None = None) -> float:
    """Return the seconds to *until*, 0 where it is over."""
    now = datetime.now(timezone.utc) if now is None else now
    return max(0.0, (until - now).total_seconds())


def in_words(seconds: float) -> str:
    """Return a duration in its two largest units, such as ``1 h 5 min``."""
    left, parts = round(seconds), []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
        if len(parts) == 2 or (parts and not count):  # noqa: PLR2004 - two units
            break
    return " ".join(parts) or "0 s"
