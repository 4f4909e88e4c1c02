"""What an annotation says of a table beside its type: columns, and how it is written."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class TableForm:
    """What an annotation says of a table beside its type.

    Attributes:
        columns: The columns that are read; all where there is none.
        file_format: How it is written; empty for the usual way.
    """

    columns: tuple[str, ...] = ()
    file_format: str = ""


ANY_FORM = TableForm()


def form_of(hint: Any) -> TableForm:
    """Return what stands beside the type in ``Annotated[StructuredDataset, kwtypes(a=int)]``."""
    columns: tuple[str, ...] = ()
    file_format = ""
    for one in getattr(hint, "__metadata__", ()):
        if isinstance(one, dict):
            columns = tuple(_flat(one))
        elif dataclasses.is_dataclass(one):
            columns = tuple(_flat(_fields(one)))
        elif isinstance(one, str):
            file_format = one
    return TableForm(columns=columns, file_format=file_format)


def _flat(columns: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, kind in columns.items():
        inner = _fields(kind) if dataclasses.is_dataclass(kind) else kind
        if isinstance(inner, dict):
            yield from _flat(inner, f"{above}{name}.")
        else:
            yield f"{above}{name}"


def _fields(kind: Any) -> dict[str, Any]:
    return {field.name: field.type for field in dataclasses.fields(kind)}


def kwtypes(**kwargs: Any) -> OrderedDict[str, Any]:
    """Return columns with their types, for an annotation (flytekit's ``kwtypes``).

    Example:
        >>> @task
        ... def total(table: Annotated[StructuredDataset, kwtypes(price=float)]) -> float: ...
    """
    return OrderedDict(kwargs)
