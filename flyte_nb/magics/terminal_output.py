"""The way out of a shell without a front end: `sys.stdout` and `sys.stderr`."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard.stream import GLIMPSE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from IPython.core.interactiveshell import InteractiveShell

    from flyte_nb.context.leak_guard import LeakGuard


def guard_terminal(guard: LeakGuard, shell: InteractiveShell) -> Callable[[], None]:
    """Mask what is written to the streams of now; return what ends that.

    The streams are replaced. To set their `write` would not last: IPython sets it too, for the
    length of each cell. What another program writes to the terminal itself, as ``!command``
    does there, is not seen.
    """
    outputs = {name: GuardedStream(guard, getattr(sys, name)) for name in ("stdout", "stderr")}
    for name, output in outputs.items():
        setattr(sys, name, output)

    def end_of_cell(*_: Any) -> None:
        for output in outputs.values():
            output.release()

    def undo() -> None:
        shell.events.unregister("post_run_cell", end_of_cell)
        for name, output in outputs.items():
            output.release()
            output.is_open = False
            if getattr(sys, name) is output:
                setattr(sys, name, output.stream)

    shell.events.register("post_run_cell", end_of_cell)
    return undo


class GuardedStream:
    """Writes to *stream*, masked; everything else is that of *stream*."""

    def __init__(self, guard: LeakGuard, stream: Any) -> None:
        self.stream = stream
        self.is_open = True
        self._guard = guard
        self._mask = guard.stream()
        self._lock = threading.RLock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write *text*, but for an end that may be the beginning of a secret."""
        if not self.is_open or not (self._mask or self._guard.is_active):
            written: int = self.stream.write(text)
            return written
        with self._lock:
            self.stream.write(self._mask.feed(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write *lines*."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Show what was written, but for more than a glimpse of a secret."""
        self.release(GLIMPSE)
        self.stream.flush()

    def release(self, glimpse: int | None = None) -> None:
        """Write what was held back."""
        with self._lock:
            if shown := self._mask.release(glimpse):
                self.stream.write(shown)
