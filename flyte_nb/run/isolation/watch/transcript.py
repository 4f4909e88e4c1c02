"""What a run prints, in pieces that a notebook can take: all of little, the ends of much."""

from __future__ import annotations

import codecs
from collections import deque
from typing import TYPE_CHECKING

from .amounts import in_bytes

if TYPE_CHECKING:
    from flyte_nb.run.isolation.events import Stream

_MOST_PENDING = 1 << 24  # bytes
_MOST_TAKEN = 1 << 18  # bytes at a time: 5 MB in a second
_TAIL = 1 << 16  # bytes: what is shown of the end of what is left out
_MOST_PIECES = 8
Piece = tuple["Stream", str]


class Transcript:
    """Takes bytes of both streams in the order in which they come; gives text in pieces.

    What is more than the caller takes is left out, with a note of how much and with its end.
    So the memory that it needs does not depend on how much is printed.

    Args:
        limit_bytes: How much is given out in all.

    Attributes:
        dropped_bytes: How much was left out.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._left = limit_bytes
        self._limit = limit_bytes
        self._pieces: deque[tuple[Stream, bytearray]] = deque()
        self._pending = 0
        self._tail: deque[tuple[Stream, bytes]] = deque()
        self._tail_size = 0
        self._gap = 0
        self._has_said_limit = False
        self._decoders: dict[Stream, codecs.IncrementalDecoder] = {}
        self.dropped_bytes = 0

    @property
    def has_pieces(self) -> bool:
        """Whether there is something to take, other than at the end."""
        return bool(self._pieces) or (self._is_skipping and self._can_go_on)

    @property
    def _is_skipping(self) -> bool:
        return self._tail_size > 0

    @property
    def _can_go_on(self) -> bool:
        return not self._pieces and self._left > _TAIL

    def feed(self, stream: Stream, data: bytes) -> None:
        """Take in *data*."""
        room = 0 if self._is_skipping else min(self._left, _MOST_PENDING - self._pending)
        if room > 0:
            self._append(stream, data[:room])
            data = data[room:]
        if data:
            self._skip(stream, data)

    def take(self, *, is_end: bool = False) -> list[Piece]:
        """Return the text since the last time, a part of it where it is much.

        Args:
            is_end: Nothing will follow: return all.
        """
        texts = []
        room = _MOST_TAKEN
        while self._pieces and (room > 0 or is_end):
            stream, data = self._pieces[0]
            part = bytes(data[: room if room > 0 else _MOST_TAKEN])
            del data[: len(part)]
            if not data:
                self._pieces.popleft()
            room -= len(part)
            self._pending -= len(part)
            texts.append((stream, self._decoded(stream, part)))
        if self._is_skipping and not self._pieces:
            texts += self._end_of_gap() if is_end or self._can_go_on else self._note_of_limit()
        if is_end:
            texts += [(s, d.decode(b"", final=True)) for s, d in self._decoders.items()]
        return [(stream, text) for stream, text in texts if text]

    def _append(self, stream: Stream, data: bytes) -> None:
        self._left -= len(data)
        self._pending += len(data)
        if len(self._pieces) >= _MOST_PIECES:  # both in turns: each in order, but not among them
            mine = next((p for p in reversed(self._pieces) if p[0] == stream), None)
        else:
            mine = self._pieces[-1] if self._pieces and self._pieces[-1][0] == stream else None
        if mine is None:
            self._pieces.append((stream, bytearray(data)))
        else:
            mine[1].extend(data)

    def _skip(self, stream: Stream, data: bytes) -> None:
        if len(data) > _TAIL:
            self._leave_out(len(data) - _TAIL)
            data = data[-_TAIL:]
        self._tail.append((stream, data))
        self._tail_size += len(data)
        while self._tail_size - len(self._tail[0][1]) >= _TAIL:
            size = len(self._tail.popleft()[1])
            self._tail_size -= size
            self._leave_out(size)

    def _leave_out(self, size: int) -> None:
        self._gap += size
        self.dropped_bytes += size

    def _note_of_limit(self) -> list[Piece]:
        """Return that no more will be seen before the end; nothing where it was said."""
        if self._has_said_limit:
            return []
        self._has_said_limit = True
        much = in_bytes(self._limit)
        note = f"\n[more than {much} of output: of the rest the end is shown]\n"
        return [(self._tail[-1][0], note)]

    def _end_of_gap(self) -> list[Piece]:
        """Return the note of what is left out, and the end of it."""
        texts: list[Piece] = []
        if self._gap:
            stream, data = self._tail[0]
            begin = _next_line(data)
            self._leave_out(begin)
            self._tail[0] = (stream, data[begin:])
            self._decoders.clear()  # with the half of a character that the gap begins in
            texts.append((stream, f"\n[… {in_bytes(self._gap)} of output are left out here …]\n"))
        for stream, data in self._tail:
            self._left -= len(data)
            texts.append((stream, self._decoded(stream, data)))
        self._tail.clear()
        self._tail_size = self._gap = 0
        return texts

    def _decoded(self, stream: Stream, data: bytes) -> str:
        decoder = self._decoders.get(stream)
        if decoder is None:
            decoder = codecs.getincrementaldecoder("utf-8")("replace")
            self._decoders[stream] = decoder
        return decoder.decode(data)


def _next_line(data: bytes) -> int:
    """Return where a line of *data* begins, else a character (RFC 3629)."""
    if line := data.find(b"\n", 0, -1) + 1:
        return line
    return next((n for n, byte in enumerate(data[:3]) if byte & 0xC0 != 0x80), 0)  # noqa: PLR2004
