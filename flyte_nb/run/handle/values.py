"""Values in the words of a record: what one would want to see of them next week."""

from __future__ import annotations

import reprlib
from typing import Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.run.describe import value_in_words

_MAX = 200  # characters
_PLAIN = (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, type(None))

_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = _MAX
_short.maxlist = _short.maxtuple = _short.maxdict = _short.maxset = _short.maxfrozenset = 20
_short.maxlevel = 4


def described(value: Any) -> str:
    """Return *value* on one line, masked, at most 200 characters; objects by their kind."""
    try:
        # All of it is masked before it is cut: half a secret is not found.
        plain = LEAK_GUARD.mask(value) if isinstance(value, str) else value
        text = _short.repr(plain) if type(value) in _PLAIN else _of_object(value)
    except Exception:  # noqa: BLE001 - a user's object may fail to describe itself
        text = f"<{type(value).__name__} that cannot be shown>"
    text = " ".join(LEAK_GUARD.mask(text).split())
    return text if len(text) <= _MAX else f"{text[: _MAX - 1]}…"


def _of_object(value: Any) -> str:
    words = value_in_words(value)
    if words != type(value).__name__:
        return words  # an array or a table, by its shape
    return _short.repr(value)
