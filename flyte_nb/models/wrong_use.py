"""What is said of a record that is used as it cannot be; imported when one is."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from difflib import get_close_matches

from flyte_nb.errors import ReadOnlyError, UnknownArgumentError

from .shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from .record import Record


class FrozenRecordError(ReadOnlyError, FrozenInstanceError):
    """A field of a record was set, or another attribute."""


def unknown_argument(kind: type, name: str, known: Collection[str]) -> UnknownArgumentError:
    """Return the error for a keyword *name* where *kind* takes those in *known*."""
    return UnknownArgumentError(
        f"{_name(kind)}() got an unexpected keyword argument {shown(name)}{_meant(name, known)}",
        hint=f"it takes {', '.join(known)}",
    )


def read_only(record: Record, name: str, known: Collection[str]) -> FrozenRecordError:
    """Return the error for an attribute *name* that was set, or deleted.

    Args:
        record: Of what.
        name: Name of the attribute.
        known: What the class takes.
    """
    kind = _name(type(record))
    names = [field.name for field in fields(record)]
    guess = "" if name in names else _meant(name, names)
    other = known if name not in known else [name]
    text = ", ".join(f"{one}=…" for one in other)
    is_made_of_fields = set(known) == set(names)
    return FrozenRecordError(
        f"{kind}.{name}: it never changes{guess}",
        hint=f"make another: dataclasses.replace(old, {text})"
        if is_made_of_fields
        else f"make another: {kind}({text})",
    )


def _name(kind: type) -> str:
    return kind.__name__.lstrip("_")


def _meant(name: str, known: Collection[str]) -> str:
    found = get_close_matches(name[:100], known, n=1)
    return f"; did you mean {found[0]!r}?" if found else ""
