"""What a noun shows of itself: a line in a terminal, a small table in a notebook."""

from __future__ import annotations

from enum import Enum

from .record import Record
from .shown import shortened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_MAX_LINE = 500  # characters
_MAX_ITEMS = 20  # of a list in a line, of rows in a table


class Shown(Record):
    """A record that shows what is set of it.

    Of a field whose metadata has ``keys_only`` it shows no value: they may be secrets.
    """

    __slots__ = ()

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield what a user wants to see, as (label, value); no secret among it."""
        for name, value in self.given():
            yield from rows_of(name.rstrip("_").replace("_", " "), value)

    def given(self) -> Iterator[tuple[str, Any]]:
        """Yield name and value of each field that is shown and not as it is by default."""
        from dataclasses import fields

        for field in fields(self):
            value = getattr(self, field.name)
            if value not in (None, (), [], {}) and value != field.default:
                yield field.name, list(value) if "keys_only" in field.metadata else value

    def _line(self) -> str:
        """Return what stands in the brackets of the line."""
        return ", ".join(f"{name}={_written(value)}" for name, value in self.given())

    def __repr__(self) -> str:
        return f"{type(self).__name__.lstrip('_')}({shortened(self._line(), _MAX_LINE)})"

    def _repr_html_(self) -> str:
        from flyte_nb.display import panel_html

        rows = [(label, shortened(text)) for label, text in self.rows()]
        if len(rows) > _MAX_ITEMS:
            rows[_MAX_ITEMS:] = [("…", f"and {len(rows) - _MAX_ITEMS} more")]
        return panel_html(type(self).__name__, rows)


def rows_of(label: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield what *value* shows in a table, under *label*; several rows for a noun in it."""
    if isinstance(value, Shown):
        from dataclasses import fields

        goes_without_saying = len(fields(value)) == 1
        for inner, text in value.rows():
            yield label if goes_without_saying else f"{label}, {inner}", text
    elif isinstance(value, (list, tuple)) and value and isinstance(value[0], Shown):
        for one in value:
            yield label, ", ".join(text for _, text in one.rows())
    elif isinstance(value, dict):
        yield label, ", ".join(f"{key}={text}" for key, text in value.items())
    elif isinstance(value, Enum):
        yield label, value.name
    elif isinstance(value, (list, tuple)):
        yield label, ", ".join(str(getattr(one, "name", one)) for one in value)
    else:
        yield label, str(value)


def _written(value: Any) -> str:
    """Return *value* as one would write it."""
    if isinstance(value, Enum):
        return f"{type(value).__name__.lstrip('_')}.{value.name}"
    if isinstance(value, list):
        more = ", …" if len(value) > _MAX_ITEMS else ""
        return f"[{', '.join(map(_written, value[:_MAX_ITEMS]))}{more}]"
    return repr(value)
