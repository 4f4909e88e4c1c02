"""The decks of a recorded run: as tabs, in the output of a cell, and as a file of their own."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from flyte_nb.errors import FlyteNbError
from flyte_nb.run.views.record_words import decks_for_cells, decks_of, is_for_cells, label

from . import files
from .folder import HistoryFolder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from flyte_nb.decks.page import Tab
    from flyte_nb.decks.pages import DeckPage

    from .node_record import AttemptRecord, NodeRecord
    from .record import RunRecord

PAGE, PAGE_SO_FAR = "decks.html", "decks-so-far.html"
_MOST_DECKS, _MOST_DECK_BYTES = 100, 8 << 20  # that are read for the output of a cell


def title_of(record: RunRecord) -> str:
    """Return what the page of the decks of *record* is called."""
    return f"Decks of {record.name}"


def deck_tabs(record: RunRecord) -> Iterator[Tab]:
    """Yield the decks of *record*, whose contents are read when they are asked for."""
    yield from _tabs(record, decks_of(record))


def _tabs(
    record: RunRecord, found: list[tuple[NodeRecord, AttemptRecord, str, str]]
) -> Iterator[Tab]:
    from flyte_nb.decks.page import Tab

    several = len({node.path for node, *_ in found}) > 1
    for node, attempt, name, file in found:
        which = f"Attempt {attempt.number + 1}" if len(node.attempts) > 1 else ""
        group = ", ".join(filter(None, (label(node) if several else "", which)))
        yield Tab(name=name, html=partial(record.read_deck, file), group=group)


def decks_in_cell(record: RunRecord) -> str:
    """Return the decks of *record* for the output of a cell; where decks are off, their names.

    Those of tasks with ``enable_deck=False`` are left out, unless decks are always shown.
    """
    from flyte_nb.decks.how_shown import deck_display
    from flyte_nb.decks.output import decks_html, lost_html, names_html

    found = decks_for_cells(record)
    names = [name for _, _, name, _ in found]
    if deck_display().mode == "off":
        return names_html(names, _command(record, "show"))
    tabs: list[Tab] = []
    size = 0
    for tab in _tabs(record, found):
        html = tab.content()
        tabs.append(replace(tab, html=html))
        size += len(html)
        if len(tabs) == _MOST_DECKS or size > _MOST_DECK_BYTES:
            break
    shown = decks_html(
        tabs,
        title=title_of(record),
        whole=partial(whole_page, record),
        hint=_command(record, "save decks.html"),
        rest=len(names) - len(tabs),
    )
    return shown + lost_html(_lost(filter(is_for_cells, _attempts(record))))


def page_of_record(record: RunRecord) -> DeckPage:
    """Return all decks of *record* as one page."""
    from flyte_nb.decks.pages import DeckPage

    tabs = tuple(deck_tabs(record))
    return DeckPage(
        tabs,
        title_of(record),
        partial(whole_page, record),
        hint=_command(record, "save decks.html"),
        lost=_lost(_attempts(record)),
    )


def _attempts(record: RunRecord) -> Iterator[AttemptRecord]:
    return (attempt for node in record.nodes for attempt in node.attempts)


def _lost(attempts: Iterable[AttemptRecord]) -> list[str]:
    """Return the decks that were too many or too large to be kept whole, with what is known."""
    from flyte_nb.decks.bound import megabytes

    decks = (deck for attempt in attempts for deck in attempt.decks)
    found = []
    for deck in decks:
        size = megabytes(deck.size_bytes)
        if deck.kept_bytes:
            found.append(f"{deck.name} ({size} but for the first {megabytes(deck.kept_bytes)})")
        elif not deck.file:
            found.append(f"{deck.name} ({size})" if deck.size_bytes else deck.name)
    return found


def _command(record: RunRecord, command: str) -> str:
    """Return what does that with the decks of *record*; nothing where it is not kept."""
    with suppress(OSError, FlyteNbError):  # the latter: of a configuration that was broken since
        history = HistoryFolder()
        history.make_root()
        # A call is kept when it has been shown.
        if (history.root / record.id).exists() or os.access(history.root, os.W_OK):
            return f"%flyte_deck {command} {record.id}"
    return ""


def page_parts(record: RunRecord) -> Sequence[str]:
    """Return the texts that make up an HTML file with all decks of *record*."""
    from flyte_nb.decks.page import document_parts

    return document_parts(deck_tabs(record), title=title_of(record))


def whole_page(record: RunRecord, parts: Sequence[str] | None = None) -> Path | None:
    """Return a file with all decks of *record*, made the first time; None where it cannot be.

    Args:
        record: The run.
        parts: What `page_parts` returns, where it is there already.
    """
    with suppress(OSError, FlyteNbError):
        # A name of its own: in the end that of a run that went on would be taken for the whole.
        name = PAGE if record.phase.is_over else PAGE_SO_FAR
        history = HistoryFolder()
        path = history.root / record.id / name
        if name == PAGE_SO_FAR or not path.exists():
            history.make_root()
            path.parent.mkdir(mode=0o700, exist_ok=True)
            files.write(path, page_parts(record) if parts is None else parts)
        return path
    return None
