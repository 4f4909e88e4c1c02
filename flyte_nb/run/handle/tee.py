"""Lets what tasks print be kept by node, while it is printed as ever."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from flyte_nb.context.current import running

if TYPE_CHECKING:
    from collections.abc import Callable

_STREAMS = ("stdout", "stderr")
_lock = threading.Lock()
_users = 0


class _Tee:
    """Stands in for a stream: everything passes, and a task's text is kept too."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> Any:
        """Write *text*."""
        scope = getattr(running(), "scope", None)
        if scope is not None and scope.transcript is not None and isinstance(text, str):
            scope.transcript.write(text)
        return self._stream.write(text)

    def writelines(self, lines: Any) -> None:
        """Write one after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def keep_output() -> Callable[[], None]:
    """Keep what tasks print from now on; return what ends that, twice is no error."""
    global _users  # noqa: PLW0603 - one pair of streams for the process
    with _lock:
        _users += 1
        for name in _STREAMS:
            stream = getattr(sys, name)
            if stream is not None and not isinstance(stream, _Tee):
                setattr(sys, name, _Tee(stream))
    is_over = False

    def end() -> None:
        nonlocal is_over
        global _users  # noqa: PLW0603
        with _lock:
            if is_over:
                return
            is_over = True
            _users -= 1
            if _users:
                return
            for name in _STREAMS:
                stream = getattr(sys, name)
                # Whoever has put another one over ours keeps it: ours passes everything on.
                if isinstance(stream, _Tee):
                    setattr(sys, name, stream._stream)  # noqa: SLF001 - of this module

    return end
