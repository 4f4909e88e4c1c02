"""What the output of a cell has of decks: a page within a limit, and where the whole is."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.display import short_path, visible

from .bound import bounded, megabytes, saved_bytes
from .how_shown import deck_display
from .page import document, document_parts, embed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from .bound import Bounded
    from .page import Tab

_NAMED = 3  # of the decks that are cut
_NOT_KEPT = "is not kept: the folder of runs cannot be written."


def decks_html(  # noqa: PLR0913 - what is shown, and how to get all of it, each by its name
    tabs: Sequence[Tab],
    *,
    title: str,
    page: Sequence[str] | None = None,
    whole: Callable[[Sequence[str] | None], Path | None] | None = None,
    hint: str = "",
    rest: int = 0,
) -> str:
    """Return decks as a fragment for the output of a cell, within the limit in force.

    Args:
        tabs: The decks.
        title: What they are of, any text.
        page: What `document_parts` makes of them, where that is there already.
        whole: Writes a file with all of them, where they do not fit, and returns it; None where it
            cannot. It is given the parts of the page, None if those have not all of the decks.
        hint: How a user gets all of them; none where they are kept nowhere.
        rest: How many more decks there are in that file.
    """
    limit = deck_display().limit_bytes
    name = visible(LEAK_GUARD.mask(title))
    if not rest:
        page = document_parts(tabs, title=title) if page is None else page
        if sum(map(len, page)) <= limit:
            found = embed("".join(page), title=name)
            if saved_bytes(found) <= limit:
                return found
    shown = bounded(tabs, limit)
    cut = embed(document(shown.tabs, title=title), title=name)
    file = None if whole is None else whole(None if rest else page)
    how = f"<code>{escape(hint)}</code>" if hint else ""
    if whole is not None and file is None and not hint:
        how = f"The rest {_NOT_KEPT}"
    return cut + _note(shown, limit, file, how, rest)


def names_html(names: Sequence[str], command: str) -> str:
    """Return the line that stands in the place of decks where those are off.

    Args:
        names: The decks.
        command: What shows them; none where they are kept nowhere.
    """
    said = f"{len(names):,} deck{'' if len(names) == 1 else 's'}: {_listed(names)}."
    how = f"<code>{escape(command)}</code>" if command else f"What is in them {_NOT_KEPT}"
    return _line([escape(visible(LEAK_GUARD.mask(said))), how])


def _note(shown: Bounded, limit: int, file: Path | None, how: str, rest: int) -> str:
    parts = []
    if shown.cut:
        cut = _listed(shown.cut)
        parts.append(f"Cut to the {megabytes(limit)} that a notebook keeps: {cut}.")
    if missing := shown.left_out + rest:
        parts.append(f"{missing:,} more deck{'' if missing == 1 else 's'} not shown here.")
    if not parts:
        return ""
    said = [escape(visible(LEAK_GUARD.mask(" ".join(parts))))]
    if file is not None:
        where = escape(short_path(str(file)))
        said.append(
            f'All of it: <a href="{escape(file.as_uri())}" target="_blank" rel="noopener">'
            f"{where}</a> ({megabytes(file.stat().st_size)})."
        )
    return _line([*said, how] if how else said)


def lost_html(names: Sequence[str]) -> str:
    """Return a line about decks that are not even in the file; nothing where there are none."""
    if not names:
        return ""
    said = f"Not kept, as there is more than is kept of a run: {_listed(names)}."
    return _line([escape(visible(LEAK_GUARD.mask(said)))])


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _line(parts: Sequence[str]) -> str:
    style = "font-size:13px;opacity:.8;overflow-wrap:anywhere"
    return f'<div role="note" style="{style}">{" ".join(parts)}</div>'
