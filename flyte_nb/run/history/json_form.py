"""Reading what another version, another program or half a write has left: no error, no surprise."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flyte_nb.run.record import Phase

if TYPE_CHECKING:
    from enum import Enum
    from typing import TypeVar

    E = TypeVar("E", bound=Enum)

_MOST = 1 << 53  # what JSON's numbers hold exactly
_YEARS = range(1970, 9000)  # those that any time zone can show
to_text = json.JSONEncoder(separators=(",", ":")).encode
"""Return plain data as one line of ASCII."""


def parsed(data: bytes | str) -> Any:
    """Return what *data* says, None where it is no JSON."""
    try:
        return json.loads(data if isinstance(data, str) else data.decode())
    except (ValueError, RecursionError):
        return None


class Fields:
    """The fields of an object; one that is missing or of another type counts as empty.

    Args:
        data: What `parsed` has returned.
    """

    __slots__ = ("_data",)

    def __init__(self, data: Any) -> None:
        self._data: dict[str, Any] = data if type(data) is dict else {}

    def __contains__(self, name: str) -> bool:
        return name in self._data

    def text(self, name: str) -> str:
        """Return a text."""
        value = self._data.get(name)
        return value if type(value) is str else ""

    def all_texts(self, *names: str) -> dict[str, str]:
        """Return several texts by name."""
        get = self._data.get
        return {name: value if type(value := get(name)) is str else "" for name in names}

    def number(self, name: str) -> float | None:
        """Return a number, None where there is none."""
        value: Any = self._data.get(name)
        is_number = type(value) in (int, float) and -_MOST < value < _MOST  # not so for NaN
        return float(value) if is_number else None

    def whole(self, name: str) -> int | None:
        """Return a whole number, None where there is none."""
        value = self._data.get(name)
        return value if type(value) is int and -_MOST < value < _MOST else None

    def count(self, name: str) -> int:
        """Return a whole number from 0 up."""
        return max(self.whole(name) or 0, 0)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return whether it is so, *default* for what does not say."""
        value = self._data.get(name)
        return value if type(value) is bool else default

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._data.get(name)
        return tuple(x for x in value if type(x) is str) if type(value) is list else ()

    def rows(self, name: str, width: int) -> tuple[tuple[str, ...], ...]:
        """Return a list of rows, each of so many texts."""
        value = self._data.get(name)
        rows = value if type(value) is list else ()
        return tuple(
            tuple(map(str, row)) for row in rows if type(row) is list and len(row) == width
        )

    def words(self, name: str) -> dict[str, str]:
        """Return texts by name."""
        value = self._data.get(name)
        return {k: v for k, v in value.items() if type(v) is str} if type(value) is dict else {}

    def plain(self, name: str) -> dict[str, Any]:
        """Return plain values by name."""
        value = self._data.get(name)
        return dict(value) if type(value) is dict else {}

    def each(self, name: str) -> list[Fields]:
        """Return a list of objects."""
        value = self._data.get(name)
        return [Fields(x) for x in value if type(x) is dict] if type(value) is list else []

    def phase(self, name: str) -> Phase | None:
        """Return a phase, None for one that this version does not know."""
        return Phase.__members__.get(self.text(name))

    def member(self, name: str, kind: type[E]) -> E | None:
        """Return a member of *kind*, None for one that this version does not know."""
        found: E | None = kind.__members__.get(self.text(name))
        return found

    def moment(self, name: str) -> datetime | None:
        """Return a moment with its time zone."""
        try:
            found = datetime.fromisoformat(self.text(name))
        except ValueError:
            return None
        return found if found.tzinfo is not None and found.year in _YEARS else None
