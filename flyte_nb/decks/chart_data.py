"""The data of a chart as tables, for where nothing can draw it."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from .table import html_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MADE_UP = re.compile("data-[0-9a-f]{32}")  # by altair, of the content
_MOST_ROWS, _MOST_TABLES = 20, 10


def data_html(description: dict[str, Any] | str) -> str:
    """Return what a chart of plotly, Vega or Vega-Lite is drawn of.

    Args:
        description: The chart as data or as JSON.
    """
    chart = json.loads(description) if isinstance(description, str) else description
    found = islice((*_traces(chart), *_records(chart)), _MOST_TABLES)
    return "".join(_table(name, columns) for name, columns in found)


def _table(name: str, columns: dict[str, Sequence[Any]]) -> str:
    size = max(map(len, columns.values()), default=0)
    rows = zip(*(islice((*values, *[""] * size), size) for values in columns.values()), strict=True)
    shown = f", the first {_MOST_ROWS}" if size > _MOST_ROWS else ""
    return html_table(list(columns), islice(rows, _MOST_ROWS), f"{name}: {size:,} rows{shown}")


def _traces(chart: dict[str, Any]) -> Iterator[tuple[str, dict[str, Sequence[Any]]]]:
    """Yield the traces of a figure of plotly."""
    traces = chart.get("data")
    for number, trace in enumerate(traces if isinstance(traces, list) else (), 1):
        columns: dict[str, Sequence[Any]] = {k: v for k, v in trace.items() if isinstance(v, list)}
        if columns and "type" in trace:
            yield str(trace.get("name") or f"trace {number}"), columns


def _records(chart: dict[str, Any]) -> Iterator[tuple[str, dict[str, Sequence[Any]]]]:
    """Yield the data of a chart of Vega, those with a name and those that stand in it."""
    found = dict(chart.get("datasets") or {})
    data = chart.get("data")
    for number, each in enumerate(data if isinstance(data, list) else [data], 1):
        if isinstance(each, dict) and isinstance(each.get("values"), list):
            found[str(each.get("name") or f"data {number}")] = each["values"]
    for name, values in found.items():
        records = [row if isinstance(row, dict) else {"value": row} for row in values]
        keys = dict.fromkeys(key for record in records for key in record)
        if keys:
            title = "data" if _MADE_UP.fullmatch(name) else name
            yield title, {str(key): [record.get(key, "") for record in records] for key in keys}
