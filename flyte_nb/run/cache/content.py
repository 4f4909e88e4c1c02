"""What a value consists of, as the key of a cached value needs it: nothing is left out.

A checkpoint that is found for other inputs is looked at by the task; a cached value is not. So
unlike there, what cannot be taken apart is an error, a function counts by its whole body, and
all bytes of a long buffer count.
"""

from __future__ import annotations

import copyreg
import hashlib
import os
import sys
from enum import Enum
from pathlib import Path
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from flyte_nb.context.checkpoint.fingerprint import TooLargeError, _framed, _Walk

from .bulk import plain_bytes
from .hash_method import Hashed

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.context.checkpoint.fingerprint import Sink

_PROTOCOL = 5
_COLLECTIONS = frozenset({list, tuple, set, frozenset, dict})
_PLAIN_AT_ONCE = 16  # plain values that take the time of another one
_CHUNK = 1 << 26  # bytes that are hashed before an interrupt is looked at: 0.1 s
_FORGOTTEN = frozenset({"_cache", "_readonly"})  # of pandas: says nothing about the data


class OpaqueError(Exception):
    """A value holds something whose content cannot be told, such as a lock or a connection.

    Args:
        what: The type of that.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def content_hash(value: Any, code: Callable[[Any], bytes]) -> str:
    """Return 32 characters that are the same for the same value, in every kernel.

    What `==` calls equal is the same, with these exceptions: types count (``1`` is not ``1.0``),
    the sign of a zero counts, one NaN is as any other, and the order of a dictionary does not
    count. Arrays count by their elements however these lie in memory, frames by their columns.
    A path is a text, and no file is opened; a `FlyteFile`, a folder or a `StructuredDataset` that
    is here counts by what is in it.

    Args:
        value: Anything.
        code: What a function or a class, somewhere in it, counts by.

    Raises:
        OpaqueError: It holds what cannot be taken apart.
        TooLargeError: There are more than two million values in it.
    """
    digest = hashlib.blake2b(digest_size=16)
    try:
        _ContentWalk(code).add(value, digest.update)
    except RecursionError:
        raise TooLargeError from None
    return digest.hexdigest()


class _ContentWalk(_Walk):
    """One walk through a value."""

    def __init__(self, code: Callable[[Any], bytes]) -> None:
        super().__init__()
        self._code = code

    def add(self, value: Any, sink: Sink) -> None:
        kind = type(value)
        if kind in (bytes, bytearray, memoryview) or kind.__name__ == "PickleBuffer":
            self._spend(1)
            sink(_framed("buffer", kind.__name__.encode()))
            _add_whole(memoryview(value), sink)
        else:
            super().add(value, sink)

    def _add_composed(self, value: Any, kind: type, sink: Sink) -> None:
        package = kind.__module__.partition(".")[0]
        if kind in (list, tuple) and (plain := plain_bytes(value)) is not None:
            self._spend(len(value) // _PLAIN_AT_ONCE)
            sink(_framed("plain", kind.__name__.encode()))
            for part in plain:
                sink(_framed("part", part))
        elif kind in _COLLECTIONS:
            super()._add_composed(value, kind, sink)
        elif kind is Hashed:
            sink(_framed("hashed", value.text.encode("utf-8", "surrogatepass")))
        elif kind is FunctionType or isinstance(value, type):
            sink(_framed("code", self._code(value)))
        elif kind is MethodType:
            self._add_each((value.__func__, value.__self__), sink)
        elif isinstance(value, Enum):  # by its value too: a cell may give a name another one
            self._add_each((kind, value.name, value.value), sink)
        elif package == "numpy" and kind.__name__ == "ndarray":
            self._add_array(value, sink)
        elif package == "pandas" and kind.__name__ in ("DataFrame", "Series"):
            self._add_table(value, kind.__name__, sink)
        else:
            sink(_framed("type", f"{kind.__module__}.{kind.__qualname__}".encode()))
            self._add_parts(value, sink)

    def _spend(self, count: int) -> None:
        """Count values that are about to be walked through."""
        self._left -= count
        if self._left < 0:
            raise TooLargeError

    def _add_array(self, array: Any, sink: Sink) -> None:
        """Add the elements in C order: the same array may lie in memory in another one."""
        self._add_each(("ndarray", array.shape, array.dtype), sink)
        if array.dtype.hasobject:
            self.add(array.ravel().tolist(), sink)
            return
        flat = array.reshape(-1)  # a copy where it must be
        try:
            flat = flat.view("u1")
        except (TypeError, ValueError):
            flat = flat.tobytes()
        _add_whole(memoryview(flat), sink)

    def _add_place(self, place: Any, sink: Sink) -> None:
        """Add what is in a file, a folder or a table: the path may hold something else tomorrow."""
        path = Path(place.original)
        self._add_each((place.noun, place.extension(), path.name), sink)
        files = [path] if path.is_file() else sorted(f for f in path.rglob("*") if f.is_file())
        self._spend(len(files))
        for file in files:
            sink(_framed("file", os.fsencode(file.relative_to(path))))
            with file.open("rb") as content:
                while part := content.read(_CHUNK):
                    sink(_framed("part", part))

    def _add_table(self, table: Any, name: str, sink: Sink) -> None:
        """Add a frame column by column: how it puts them together says nothing about it."""
        self._add_each((name, table.attrs, table.index), sink)
        if name == "Series":
            self._add_each((table.name, table.array), sink)
            return
        self.add(table.columns, sink)
        for number in range(table.shape[1]):
            self.add(table.iloc[:, number].array, sink)

    def _add_parts(self, value: Any, sink: Sink) -> None:
        if is_local_place(value):
            self._add_place(value, sink)
            return
        parts = _parts(value)
        if isinstance(parts, str):
            sink(_framed("name", parts.encode()))
            return
        maker = parts[0]
        name = f"{getattr(maker, '__module__', '')}.{getattr(maker, '__qualname__', '')}"
        sink(_framed("maker", name.encode()))
        for part in parts[1:]:
            self.add(list(part) if hasattr(part, "__next__") else _lasting(part, value), sink)


def is_local_place(value: Any) -> bool:
    """Return whether *value* is a file, a folder or a table that is written on this machine."""
    places = sys.modules.get("flyte_nb.types.on_disk")
    return places is not None and isinstance(value, places.OnDisk) and value.original is not None


def _parts(value: Any) -> Any:
    """Return what pickle would take *value* apart into."""
    kind = type(value)
    try:
        reduce = copyreg.dispatch_table.get(kind)
        return value.__reduce_ex__(_PROTOCOL) if reduce is None else reduce(value)
    except RecursionError:
        raise
    except Exception:  # noqa: BLE001 - whatever it raises: it cannot be taken apart
        raise OpaqueError(f"{kind.__module__}.{kind.__qualname__}") from None


def _lasting(part: Any, whole: Any) -> Any:
    """Return *part* of *whole* without what its library only remembers there."""
    if not type(whole).__module__.startswith("pandas."):
        return part
    if type(part) is tuple:
        return tuple(_lasting(item, whole) for item in part)
    if type(part) is dict:
        return {name: item for name, item in part.items() if name not in _FORGOTTEN}
    return part


def _add_whole(view: memoryview, sink: Sink) -> None:
    flat = view.cast("B") if view.c_contiguous and view.nbytes else memoryview(view.tobytes())
    sink(_framed("bytes", str(flat.nbytes).encode()))
    for start in range(0, flat.nbytes, _CHUNK):
        sink(flat[start : start + _CHUNK])  # type: ignore[arg-type] # a hash takes any buffer
