"""Values in messages: never long, and never a failure of their own."""

from __future__ import annotations

from reprlib import Repr

_REPR = Repr()
_REPR.maxstring = _REPR.maxother = 80


def shown(value: object) -> str:
    """Return *value* as Python writes it, shortened; its type where it cannot be written.

    Example:
        >>> shown({"a": "b"})
        "{'a': 'b'}"
    """
    try:
        return _REPR.repr(value)
    except Exception:  # noqa: BLE001 - a huge number has no repr, an object's may raise anything
        return f"<{type(value).__name__}>"
