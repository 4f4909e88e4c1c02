"""A line that stands in a deck where something could not be shown."""

from __future__ import annotations

from html import escape

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.context.logs import TASK_LOGGER

_LOOK = "padding:.4em .8em;border-left:3px solid {};overflow-wrap:anywhere"
_RED, _QUIET = "#d1242f", "#8f8a9c"  # seen on light and on dark
_MOST = 500  # characters


def problem(what: str, error: BaseException | None = None) -> str:
    """Return the line, and log it for whoever does not look at the deck.

    Args:
        what: What could not be shown.
        error: Why, where something was raised.
    """
    line = what if error is None else f"{what}: {_in_words(error)}"
    TASK_LOGGER.warning("%s", line)
    return _line(line, _RED)


def note(line: str) -> str:
    """Return *line*, any text that tells of no failure, as HTML."""
    return _line(line, _QUIET)


def _line(line: str, colour: str) -> str:
    return f'<p role="note" style="{_LOOK.format(colour)}">{escape(line)}</p>'


def _in_words(error: BaseException) -> str:
    try:
        text = f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 - a user's exception may fail to describe itself
        return f"{type(error).__name__} (its message cannot be shown)"
    # Masked first: half a secret is not found.
    return text if len(text) <= _MOST else f"{LEAK_GUARD.mask(text)[:_MOST]}…"
