"""Whether all files and tables that a kept value names are still as they were kept."""

from __future__ import annotations

import sys
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Any

_MOST_LOOKED_AT = 10_000  # values in a collection


def has_lost_files(value: Any) -> bool:
    """Return whether *value* names a file that is no more here, or was changed since it was kept.

    What a session kept goes with it; outside of runs a cell, or a task that it calls, has the file
    itself that is kept, where a pod would have a copy of its own.

    Looked for in collections, in objects of dataclasses and in models of pydantic; one in a store
    is taken to be there.
    """
    places = sys.modules.get("flyte_nb.types.on_disk")
    if places is None:
        return False  # a value that has one imports it
    from flyte_nb.types.iterator import FlyteIterator
    from flyte_nb.types.kept import is_as_kept

    rest, seen = [value], 0
    while rest and seen < _MOST_LOOKED_AT:
        one, seen = rest.pop(), seen + 1
        if isinstance(one, places.OnDisk):
            if not is_as_kept(one):
                return True
        elif isinstance(one, FlyteIterator):
            rest.append(one.items)
        elif isinstance(one, (list, tuple)):
            rest.extend(one[:_MOST_LOOKED_AT])
        elif isinstance(one, dict):
            rest.extend(islice(one.values(), _MOST_LOOKED_AT))
        elif is_dataclass(one) and not isinstance(one, type):
            rest.extend(getattr(one, field.name, None) for field in fields(one))
        elif hasattr(type(one), "model_fields"):
            rest.extend(vars(one).values())
    return False
