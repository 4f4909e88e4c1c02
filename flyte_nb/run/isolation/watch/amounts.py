"""Amounts of bytes in words."""

from __future__ import annotations

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")  # as limits are written: 200Mi
_STEP = 1024


def in_bytes(size: float) -> str:
    """Return *size*, in bytes, in the unit that people would use.

    Example:
        >>> in_bytes(200 << 20)
        '200 MiB'
    """
    unit = 0
    while size >= _STEP and unit + 1 < len(_UNITS):
        size /= _STEP
        unit += 1
    return f"{size:.4g} {_UNITS[unit]}" if unit else f"{size:.0f} bytes"
