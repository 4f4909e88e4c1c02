"""Whether inputs are the same as those of another run, told from 32 characters.

Values are walked, not pickled: the same value gives the same characters in every kernel.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Sink = Callable[[bytes], object]

_WHOLE = 1 << 30  # bytes of one buffer that are read; of a longer one, pieces all over it
_PIECES, _PIECE = 1024, 1 << 16
_MOST_VALUES = 2_000_000
_PROTOCOL = 5  # of `__reduce_ex__`: what an object consists of


class TooLargeError(Exception):
    """There are more values than can be compared in a few seconds."""


def fingerprint(value: Any) -> str:
    """Return characters that are the same for the same value.

    Numbers, texts, collections, arrays, frames, dataclasses and whatever else can be taken apart
    count by their content, a function by its code, and what cannot be taken apart (a lock, a
    connection) by its type. A path is a text: the file is not opened. Of a buffer over 1 GiB
    count the length and 64 MiB, spread all over it.

    Raises:
        TooLargeError: There are more than two million values in it.
    """
    digest = hashlib.blake2b(digest_size=16)
    try:
        _Walk().add(value, digest.update)
    except RecursionError:
        raise TooLargeError from None
    return digest.hexdigest()


class _Walk:
    """One walk through a value."""

    def __init__(self) -> None:
        self._left = _MOST_VALUES
        self._above: dict[int, int] = {}  # id of each object that is being walked, and its depth

    def add(self, value: Any, sink: Sink) -> None:
        """Hand to *sink* what tells *value* from others."""
        self._left -= 1
        if self._left < 0:
            raise TooLargeError
        kind = type(value)
        if value is None or kind in (bool, int, float, complex):
            sink(_framed(kind.__name__, repr(value).encode()))
        elif kind is str:
            sink(_framed("str", value.encode("utf-8", "surrogatepass")))
        elif kind in (bytes, bytearray, memoryview) or kind.__name__ == "PickleBuffer":
            sink(_framed(kind.__name__, b""))
            _add_buffer(memoryview(value), sink)
        elif id(value) in self._above:
            sink(_framed("circle", str(len(self._above) - self._above[id(value)]).encode()))
        else:
            self._above[id(value)] = len(self._above)
            try:
                self._add_composed(value, kind, sink)
            finally:
                del self._above[id(value)]

    def _add_composed(self, value: Any, kind: type, sink: Sink) -> None:
        sink(_framed("type", f"{kind.__module__}.{kind.__qualname__}".encode()))
        if kind in (list, tuple):
            self._add_each(value, sink)
        elif kind in (set, frozenset):
            self._add_unordered(value, sink)
        elif kind is dict:
            self._add_unordered(value.items(), sink)
        elif isinstance(value, type):
            sink(_framed("class", f"{value.__module__}.{value.__qualname__}".encode()))
        elif isinstance(value, Enum):
            sink(_framed("member", value.name.encode()))
        elif hasattr(value, "__code__"):
            code = value.__code__
            self._add_each((value.__qualname__, code.co_code, code.co_names), sink)
        else:
            self._add_parts(value, sink)

    def _add_parts(self, value: Any, sink: Sink) -> None:
        """Take any other object apart as pickle does, without pickling it."""
        try:
            parts = value.__reduce_ex__(_PROTOCOL)
        except RecursionError:
            raise
        except Exception:  # noqa: BLE001 - whatever it raises: it cannot be taken apart
            return
        if isinstance(parts, str):
            sink(_framed("name", parts.encode()))
            return
        for part in parts[1:]:
            is_iterator = hasattr(part, "__next__")
            self.add(list(part) if is_iterator else part, sink)

    def _add_each(self, values: Any, sink: Sink) -> None:
        sink(_framed("length", str(len(values)).encode()))
        for value in values:
            self.add(value, sink)

    def _add_unordered(self, values: Any, sink: Sink) -> None:
        found = []
        for value in values:
            digest = hashlib.blake2b(digest_size=16)
            self.add(value, digest.update)
            found.append(digest.digest())
        sink(_framed("unordered", b"".join(sorted(found))))


def _framed(kind: str, content: bytes) -> bytes:
    """Return *content* so that no two different sequences of values give the same bytes."""
    return b"%s:%d:%s" % (kind.encode(), len(content), content)


def _add_buffer(view: memoryview, sink: Sink) -> None:
    flat = view.cast("B") if view.c_contiguous and view.nbytes else memoryview(view.tobytes())
    sink(_framed("buffer", str(flat.nbytes).encode()))
    if flat.nbytes <= _WHOLE:
        sink(flat)  # type: ignore[arg-type] # a hash takes any buffer
        return
    last = flat.nbytes - _PIECE
    for n in range(_PIECES):
        start = last * n // (_PIECES - 1)
        sink(flat[start : start + _PIECE])  # type: ignore[arg-type]
