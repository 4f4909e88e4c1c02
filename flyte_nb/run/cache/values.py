"""A value as bytes and back: cloudpickle's, with one difference.

An instance of a class of the notebook is kept with the name of its class, not with the class
itself: after a restart it is of the class that the notebook has then, so that `isinstance` and
the check of types go on to work.
"""

from __future__ import annotations

import pickle
import sys
from functools import cache
from typing import IO, Any

PROTOCOL = 5


def dump(value: Any, file: Any) -> None:
    """Write *value* to *file*, which has a method ``write``.

    Raises:
        Exception: It cannot be pickled; pickle and the value's own methods raise anything.
    """
    _pickler()(file, protocol=PROTOCOL).dump(value)


def load(file: IO[bytes]) -> Any:
    """Return what `dump` wrote. Only for what this user wrote: a pickle can do anything.

    Raises:
        Exception: It cannot be read, for example because its class is gone.
    """
    return pickle.Unpickler(file).load()  # noqa: S301 - see above


@cache
def _pickler() -> Any:
    """Return the class, made at its first use: cloudpickle takes its time to import."""
    import cloudpickle  # type: ignore[import-untyped]

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
        def reducer_override(self, obj: Any) -> Any:
            if isinstance(obj, type) and _is_named_in_notebook(obj):
                return NotImplemented  # by its name, as pickle does it
            return super().reducer_override(obj)

    return Pickler


def _is_named_in_notebook(kind: type) -> bool:
    if kind.__module__ != "__main__":
        return False
    found: Any = sys.modules.get("__main__")
    for name in kind.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is kind
