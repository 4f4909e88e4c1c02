"""Values in messages: never long, and never a failure of their own."""

from __future__ import annotations

import re
from reprlib import Repr

_WORD = re.compile(r"\w{1,80}")
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


def below(path: str, key: object) -> str:
    """Return where the value of *key* stands in a dictionary at *path*.

    Example:
        >>> below("spec.nodeSelector", "disk"), below("limits", "nvidia.com/gpu")
        ('spec.nodeSelector.disk', "limits['nvidia.com/gpu']")
    """
    is_word = isinstance(key, str) and _WORD.fullmatch(key)
    return f"{path}.{key}" if is_word else f"{path}[{shown(key)}]"
