"""What ``%(name)s`` stands for in an INI value: `configparser`'s rules, with an end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_PERCENT = re.compile(r"%(?:(%)|\(([^)]+)\)s|)")
_MAX_LEVELS = 10  # configparser's own; ten references at each of them would make 10 GB
_MAX_REFERENCES = 1_000
_MAX_CHARS = 4_096
_TOO_MANY = "its references, %(name)s, lead to too many others"


def expanded(raw: str, look_up: Callable[[str], str | None]) -> str:
    """Return *raw* with the value of each option that it refers to, and % for %%.

    Args:
        raw: The value as written.
        look_up: Returns the value of an option as written, None when there is none.

    Raises:
        ValueError: A % is neither, a reference leads nowhere, or there are too many.
    """
    return _Expansion(look_up).of(raw, 1) if "%" in raw else raw


class _Expansion:
    """One expansion, and what it has used up so far."""

    def __init__(self, look_up: Callable[[str], str | None]) -> None:
        self._look_up = look_up
        self._references = 0
        self._chars = 0

    def of(self, raw: str, level: int) -> str:
        done, at = [], 0
        for found in _PERCENT.finditer(raw):
            done.append(raw[at : found.start()])
            at = found.end()
            percent, name = found.groups()
            self._references += 1
            if self._references > _MAX_REFERENCES:
                raise ValueError(_TOO_MANY)
            if percent is None and name is None:
                raise ValueError("write each % as %%: a single one begins a reference")
            done.append(percent or self._value(name, level))
        return "".join((*done, raw[at:]))

    def _value(self, name: str, level: int) -> str:
        value = self._look_up(name.lower())
        if value is None:
            # That of another option may be a secret's.
            shown = name[:80] if level == 1 else "…"
            raise ValueError(f"%({shown})s refers to an option that is not there")
        self._chars += len(value)
        is_end = "%" not in value
        if self._chars > _MAX_CHARS or (level == _MAX_LEVELS and not is_end):
            raise ValueError(_TOO_MANY)
        return value if is_end else self.of(value, level + 1)
