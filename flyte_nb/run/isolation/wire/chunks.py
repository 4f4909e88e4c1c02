"""Messages of a run, cut into chunks that several processes may write to one pipe.

A write of at most PIPE_BUF bytes is atomic (POSIX, ``write``). So neither threads nor forked
workers of the run need a lock, and one that is killed in between leaves no half a chunk.
"""

from __future__ import annotations

import select
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = struct.Struct("<IIHB")  # process, number of the message, length, whether it is the last
_ROOM = getattr(select, "PIPE_BUF", 512) - _HEADER.size


def cut(sender: int, number: int, kind: str, body: bytes) -> Iterator[bytes]:
    """Yield a message in chunks.

    Args:
        sender: Id of the process that sends it.
        number: Tells it from the sender's other messages on the way.
        kind: What it is; without a NUL.
        body: The message.
    """
    message = memoryview(kind.encode() + b"\0" + body)
    for begin in range(0, len(message), _ROOM):
        part = message[begin : begin + _ROOM]
        is_last = begin + _ROOM >= len(message)
        yield _HEADER.pack(sender, number & 0xFFFFFFFF, len(part), is_last) + part


class ChunkReader:
    """Puts messages together from pieces of any size."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._begun: dict[tuple[int, int], bytearray] = {}

    def feed(self, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the kind and body of each message that *data* completes."""
        self._received += data
        begin, received = 0, self._received
        while len(received) - begin >= _HEADER.size:
            sender, number, length, is_last = _HEADER.unpack_from(received, begin)
            end = begin + _HEADER.size + length
            if len(received) < end:
                break
            message = self._begun.setdefault((sender, number), bytearray())
            message += received[begin + _HEADER.size : end]
            begin = end
            if is_last:
                kind, _, body = bytes(self._begun.pop((sender, number))).partition(b"\0")
                yield kind.decode(errors="replace"), body
        del received[:begin]
