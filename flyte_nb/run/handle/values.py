"""Values in the words of a record: what one would want to see of them next week."""

from __future__ import annotations

import reprlib
from typing import Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.run.describe import value_in_words

_MAX = 200  # characters
_PLAIN = (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, type(None))


class _Short(reprlib.Repr):
    """Cuts texts and objects when they have been masked: half a secret is not found."""

    def repr_str(self, x: str, level: int) -> str:
        return super().repr_str(LEAK_GUARD.mask(x), level)

    def repr_instance(self, x: Any, _: int) -> str:
        text = LEAK_GUARD.mask(repr(x))
        return text if len(text) <= _MAX else f"{text[: _MAX - 1]}…"


_short = _Short()
_short.maxstring = _short.maxlong = _MAX
_short.maxlist = _short.maxtuple = _short.maxdict = _short.maxset = _short.maxfrozenset = 20
_short.maxlevel = 4


def described(value: Any) -> str:
    """Return *value* on one line, masked, at most 200 characters; objects by their kind."""
    try:
        text = _short.repr(value) if type(value) in _PLAIN else _of_object(value)
    except Exception:  # noqa: BLE001 - a user's object may fail to describe itself
        text = f"<{type(value).__name__} that cannot be shown>"
    text = " ".join(LEAK_GUARD.mask(text).split())
    return text if len(text) <= _MAX else f"{text[: _MAX - 1]}…"


def _of_object(value: Any) -> str:
    words = value_in_words(value)
    if words != type(value).__name__:
        return words  # an array or a table, by its shape
    return _short.repr(value)
