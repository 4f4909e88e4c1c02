"""Lets what tasks print be kept by node, while it is printed as ever.

It sees what goes through `sys.stdout` and `sys.stderr`. What C code, a child process or
`os.write` puts out by the file descriptors 1 and 2 passes it by: a kernel reads these by itself,
later and in another thread, where nobody knows any more which task that was. Of a task in a
process of its own (``isolate=True``) that is kept as well.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

from flyte_nb.context.current import running

_STREAMS = ("stdout", "stderr")
_lock = threading.Lock()
_passing = threading.local()  # whether this thread is in a tee: one may stand over another
_users: set[KeptOutput] = set()


class _Tee:
    """Stands in for a stream: everything passes, and a task's text is kept too."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> Any:
        """Write *text*."""
        if getattr(_passing, "is_kept", False):
            return self._stream.write(text)
        scope = getattr(running(), "scope", None)
        if scope is not None and scope.transcript is not None and isinstance(text, str):
            scope.transcript.write(text)
        _passing.is_kept = True
        try:
            return self._stream.write(text)
        finally:
            _passing.is_kept = False

    def writelines(self, lines: Any) -> None:
        """Write one after the other."""
        for line in lines:
            self.write(line)

    def close(self) -> None:
        """Close nothing: what a task closes ends with its pod, and others print here too."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def beneath(stream: Any) -> Any:
    """Return what *stream* stands in for, itself where it is none of ours."""
    return stream._stream if isinstance(stream, _Tee) else stream  # noqa: SLF001 - of this module


class KeptOutput:
    """Keeps what tasks print from `begin` to `end`, both of which may be called again."""

    def begin(self) -> None:
        """Keep it from now on."""
        with _lock:
            _users.add(self)
            for name in _STREAMS:
                stream = getattr(sys, name)
                if stream is not None and not isinstance(stream, _Tee):
                    setattr(sys, name, _Tee(stream))

    def end(self) -> None:
        """Keep nothing any more, unless somebody else wants it."""
        with _lock:
            _users.discard(self)
            if _users:
                return
            for name in _STREAMS:
                stream = getattr(sys, name)
                # Whoever has put another one over ours keeps it: ours passes everything on.
                if (own := beneath(stream)) is not stream:
                    setattr(sys, name, own)
