"""Values in messages: never long, and never a failure of their own."""

from __future__ import annotations

from reprlib import Repr

from .pattern import fullmatch

_WORD = r"\w{1,80}"
_MAX_SHOWN = 200
_REPR = Repr()
_REPR.maxstring = _REPR.maxother = 80
_REPR.maxlevel = 3
_PLAIN = (bool, int, float, complex, str, bytes, type(None))


def shown(value: object) -> str:
    """Return *value* as Python writes it, shortened; its type where it cannot be written.

    Example:
        >>> shown({"a": "b"})
        "{'a': 'b'}"
    """
    try:
        return shortened(_REPR.repr(value))
    except Exception:  # noqa: BLE001 - a huge number has no repr, an object's may raise anything
        return f"<{type(value).__name__}>"


def shown_if_plain(value: object) -> str:
    """Return *value* as `shown` does; of what may hold a secret within, the type alone."""
    return shown(value) if isinstance(value, _PLAIN) else f"<{type(value).__name__}>"


def shortened(text: str, limit: int = _MAX_SHOWN) -> str:
    """Return *text*, its end left out where it has more than *limit* characters."""
    return text if len(text) <= limit else f"{text[:limit]}…"


def below(path: str, key: object) -> str:
    """Return where the value of *key* stands in a dictionary at *path*.

    Example:
        >>> below("spec.nodeSelector", "disk"), below("limits", "nvidia.com/gpu")
        ('spec.nodeSelector.disk', "limits['nvidia.com/gpu']")
    """
    is_word = isinstance(key, str) and fullmatch(_WORD, key)
    return f"{path}.{key}" if is_word else f"{path}[{shown(key)}]"
