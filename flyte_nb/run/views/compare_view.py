"""Two runs beside each other, on a page and in a terminal."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from flyte_nb.context.checkpoint.view import size_text
from flyte_nb.display import table_text

from .html_parts import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flyte_nb.decks.page import Tab
    from flyte_nb.run.history.compare import Comparison, DeckPair, Row
    from flyte_nb.run.history.record import RunRecord

    Table = tuple[str, Sequence[str], Sequence[Row], str]

_MOST = 100  # rows of a table
_MOST_DECKS, _MOST_DECK_BYTES = 20, 8 << 20  # of each run that are read
_DIFFERS = "≠"
_ALL = "margin:.4em 0;font-size:13px;line-height:1.5;max-width:100%;overflow-wrap:anywhere"
_SIDES = "display:flex;flex-wrap:wrap;gap:.8em"
_SIDE = "flex:1 1 20em;min-width:0"


def comparison_text(comparison: Comparison) -> str:
    """Return the comparison as lines of text, at a bounded length."""
    parts = []
    for title, head, rows, rest in _tables(comparison):
        parts.append(table_text(title, head, rows) + (f"\n  {rest}" if rest else ""))
    return "\n".join(parts)


def comparison_html(comparison: Comparison) -> str:
    """Return the comparison as HTML that needs no kernel."""
    parts = [f'<div style="{_ALL}">']
    for title, head, rows, rest in _tables(comparison):
        note = f'<div style="opacity:.8">{escape(rest)}</div>' if rest else ""
        parts.append(f'<div style="margin:.3em 0">{table(title, head, rows)}{note}</div>')
    parts.append(_sides(comparison))
    return "".join([*parts, "</div>"])


def decks_text(comparison: Comparison) -> str:
    """Return which decks of two runs differ, as lines of text."""
    title, head, rows, rest = _deck_table(comparison)
    return table_text(title, head, rows) + (f"\n  {rest}" if rest else "")


def decks_html(comparison: Comparison) -> str:
    """Return the decks of two runs beside each other."""
    title, head, rows, rest = _deck_table(comparison)
    note = f'<div style="opacity:.8">{escape(rest)}</div>' if rest else ""
    shown = f'<div style="margin:.3em 0">{table(title, head, rows)}{note}</div>'
    return f'<div style="{_ALL}">{shown}{_sides(comparison)}</div>'


def _deck_table(comparison: Comparison) -> Table:
    return next(table for table in _tables(comparison) if table[0].startswith("Decks"))


def _sides(comparison: Comparison) -> str:
    pairs = comparison.decks()
    if not pairs:
        return ""
    sides = (
        _side(comparison.a, pairs, is_first=True),
        _side(comparison.b, pairs, is_first=False),
    )
    return f'<div style="{_SIDES}">{"".join(sides)}</div>'


def _tables(
    comparison: Comparison,
) -> Iterator[Table]:
    head = ("", "", comparison.a.id, comparison.b.id)
    decks = [_deck_row(pair) for pair in comparison.decks()]
    for title, rows in (
        ("Runs", comparison.about()),
        ("Inputs", comparison.inputs()),
        ("Outputs", comparison.outputs()),
        ("Nodes", comparison.nodes()),
        ("Inputs and outputs of nodes", comparison.values()),
        ("Decks", decks),
    ):
        if rows:
            differing = sum(bool(row[0]) for row in rows)
            said = f"{differing:,} differ{'s' if differing == 1 else ''}"
            said = said if differing else "no difference"
            shown = _chosen(rows)
            rest = f"… {len(rows) - len(shown):,} more" if len(shown) < len(rows) else ""
            yield (title if title == "Runs" else f"{title}: {said}"), head, shown, rest


def _chosen(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that are shown, in their order: those that differ before others."""
    if len(rows) <= _MOST:
        return list(rows)
    first = sorted(range(len(rows)), key=lambda n: (not rows[n][0], n))[:_MOST]
    return [rows[n] for n in sorted(first)]


def _deck_row(pair: DeckPair) -> Row:
    sizes = [size_text(d.size_bytes) if d is not None else "-" for d in (pair.a, pair.b)]
    return (_DIFFERS if pair.differs else "", f"{pair.name} of {pair.node}", sizes[0], sizes[1])


def _side(record: RunRecord, pairs: Sequence[DeckPair], *, is_first: bool) -> str:
    """Return the decks of one run, those that differ marked and first."""
    from flyte_nb.decks.output import decks_html as shown
    from flyte_nb.decks.page import Tab

    several = len({pair.node for pair in pairs}) > 1
    tabs: list[Tab] = []
    size = rest = 0
    for pair in sorted(pairs, key=lambda pair: not pair.differs):
        deck = pair.a if is_first else pair.b
        if deck is None or not deck.file:
            continue
        if len(tabs) == _MOST_DECKS or size > _MOST_DECK_BYTES:
            rest += 1
            continue
        html = record.read_deck(deck.file)
        size += len(html)
        mark = f"{_DIFFERS} " if pair.differs else ""
        tabs.append(Tab(name=f"{mark}{pair.name}", html=html, group=pair.node if several else ""))
    title = f"Decks of run {record.id}"
    hint = f"%flyte_deck show {record.id}"
    return f'<div style="{_SIDE}">{shown(tabs, title=title, hint=hint, rest=rest)}</div>'
