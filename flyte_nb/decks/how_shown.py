"""How decks are shown in cells: whether, and how much of them a notebook keeps."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from typing import Any

from flyte_nb.errors import InvalidValueError

MODES = {
    "auto": "decks are shown below the cell, except those of tasks with enable_deck=False",
    "off": "one line says which decks there are; %flyte_deck show shows them",
    "always": "decks of all tasks are shown",
}
LEAST_BYTES, MOST_BYTES = 100_000, 1_000_000_000
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]i?|)b?", re.IGNORECASE)
_changing = threading.Lock()


@dataclass(frozen=True, kw_only=True, slots=True)
class DeckOptions:
    """How decks are shown.

    Attributes:
        mode: ``auto``, ``off`` or ``always``; see `MODES`.
        limit_bytes: How much of the decks of one run is saved in the notebook.
    """

    mode: str = "auto"
    limit_bytes: int = 2_000_000

    def __str__(self) -> str:
        kept = f"of the decks of a run a notebook keeps {self.limit_bytes / 1e6:g} MB"
        return f"{self.mode}: {MODES[self.mode]}; {kept}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self)}


_in_force = DeckOptions()


def deck_display(mode: str | None = None, *, limit: str | float | None = None) -> DeckOptions:
    """Return how decks are shown in this kernel; change it first where something is given.

    Args:
        mode: ``auto``: decks below the cell, except those of tasks with ``enable_deck=False``;
            ``off``: one line that names them; ``always``: those of all tasks.
        limit: How much of the decks of one run is saved in the notebook, in bytes or like
            ``"5MB"``. Of larger decks the beginning is shown, and where the whole is.

    Raises:
        InvalidValueError: There is no such mode, or no such size.

    Example:
        >>> deck_display("auto", limit="5MB")
        DeckOptions(mode='auto', limit_bytes=5000000)
    """
    global _in_force  # noqa: PLW0603 - one per kernel, as the options of IPython
    changes: dict[str, str | int] = {}
    if mode is not None:
        if mode not in MODES:
            raise InvalidValueError(f"there is no way {mode!r} to show decks: {', '.join(MODES)}")
        changes["mode"] = mode
    if limit is not None:
        changes["limit_bytes"] = _bytes(limit)
    with _changing:
        _in_force = replace(_in_force, **changes)  # type: ignore[arg-type]
        return _in_force


def _bytes(limit: str | float) -> int:
    found = _SIZE.fullmatch(str(limit).strip())
    if isinstance(limit, bool) or found is None:
        raise InvalidValueError(f"the limit {limit!r} is no size", hint="write 500kB, 5MB or 1GB")
    size = float(found[1]) * _UNITS[found[2].lower()]
    if not LEAST_BYTES <= size <= MOST_BYTES:
        raise InvalidValueError(f"the limit {limit!r} is out of range", hint="from 100kB to 1GB")
    return int(size)
