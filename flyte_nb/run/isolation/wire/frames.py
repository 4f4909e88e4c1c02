"""Frames on the way from whoever watches a run to whoever asked for it."""

from __future__ import annotations

import struct
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = struct.Struct("<cI")  # kind, length of the body
Frame = tuple[bytes, bytes]


class Kind(bytes, Enum):
    """What a frame is."""

    STARTED = b"s"  # pid of the process, in decimal digits
    STDOUT = b"o"  # UTF-8
    STDERR = b"e"  # UTF-8
    CHUNKS = b"m"  # of messages, see `chunks`
    ENDED = b"r"  # a pickled `Report`
    FAILED = b"f"  # why the process could not be started, UTF-8


class Command(bytes, Enum):
    """What whoever asked for a run says afterwards, one byte each."""

    CANCEL = b"c"
    KILL = b"k"


def frame(kind: Kind, body: bytes) -> bytes:
    """Return *body* as it is sent."""
    return _HEADER.pack(kind.value, len(body)) + body


class FrameReader:
    """Puts frames together from pieces of any size."""

    def __init__(self) -> None:
        self._received = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the kind and body of each frame that *data* completes."""
        self._received += data
        begin, received = 0, self._received
        while len(received) - begin >= _HEADER.size:
            kind, length = _HEADER.unpack_from(received, begin)
            end = begin + _HEADER.size + length
            if len(received) < end:
                break
            body = bytes(received[begin + _HEADER.size : end])
            begin = end
            yield kind, body
        del received[:begin]
