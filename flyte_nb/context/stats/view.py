"""Metrics as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .recorder import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .recorder import Metric

HEAD = ("metric", "value", "", "tags")


def rows(metrics: Iterable[Metric], dropped: int = 0) -> list[tuple[str, ...]]:
    """Return one row for each metric, and one for what was not kept."""
    found: list[tuple[str, ...]] = [
        (m.name, _value(m), _spread(m), ", ".join(f"{k}={v}" for k, v in m.tags)) for m in metrics
    ]
    if dropped:
        found.append(("…", f"{dropped:,} more", "under too many names to be kept", ""))
    return found


def _value(metric: Metric) -> str:
    if metric.kind is Kind.TIMING:
        return f"{_short(metric.value / metric.count)} ms"
    return _short(metric.value)


def _spread(metric: Metric) -> str:
    """Return what one number does not say."""
    if metric.kind is Kind.SET:
        return f"different, of {metric.count:,}"
    if metric.kind is Kind.COUNTER or metric.count == 1:
        return ""
    unit = " ms" if metric.kind is Kind.TIMING else ""
    spread = f"{_short(metric.smallest)} to {_short(metric.largest)}{unit}"
    return f"mean of {metric.count:,}, {spread}" if unit else f"last of {metric.count:,}, {spread}"


def _short(number: float) -> str:
    """Return *number* with four digits that matter, and no exponent where people use none."""
    if abs(number) >= 1e15 or (number and abs(number) < 1e-4):  # noqa: PLR2004
        return f"{number:.4g}"
    if number == int(number):
        return f"{int(number):,}"
    return f"{number:,.2f}" if abs(number) >= 100 else f"{number:.4g}"  # noqa: PLR2004
