"""Amounts of bytes in words."""

from __future__ import annotations

_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_STEP = 1000


def in_bytes(size: float) -> str:
    """Return *size*, in bytes, in the unit that people would use.

    Example:
        >>> in_bytes(1_234_567)
        '1.23 MB'
    """
    unit = 0
    while size >= _STEP and unit + 1 < len(_UNITS):
        size /= _STEP
        unit += 1
    return f"{size:.3g} {_UNITS[unit]}" if unit else f"{size:.0f} bytes"
