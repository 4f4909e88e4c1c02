"""The live view behind `%flyte_run`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol

import traitlets

from flyte_nb.run.views.live import LiveRun

from ._base import STATIC
from ._replaced import ReplacedWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.run.handle.run import Run

_FRAME_S = 2.0
_ALIVE_S = 2.0  # in which a page hears that there is nothing to tell; see js/.../life.ts
_REPEATS = 3


class Cancel(Protocol):
    """Ends a run."""

    def __call__(self, *, force: bool) -> None:
        """End it; with *force* without waiting for what does not end."""


class RunView(ReplacedWidget):
    """Shows *run* while it goes on.

    What changes goes out as messages, and every two seconds the whole as a trait: for a page
    that is loaded again while the kernel is busy, and for who has missed a message. What tasks
    print is never in the trait. Where nothing changes, that is said: a page hears from it that
    its kernel is there.

    Args:
        run: The run.
        cancel: Ends it; that of the run itself by default.
        clock: Seconds, for what must not be done too often.
    """

    _esm = STATIC / "run_view.js"
    _css = STATIC / "run_view.css"

    frame = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        run: Run,
        cancel: Cancel | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run = run
        self._cancel: Cancel = cancel or run.cancel
        self._clock = clock
        self._presses = 0
        self._live = LiveRun(run)
        self._framed_at = self._told_at = clock()
        self._is_stale = False
        self._repeats = _REPEATS  # of what was printed, for who cannot ask
        super().__init__(frame=self._live.frame())

    def __repr__(self) -> str:
        return "<view of a run that is over>" if self.is_finished else repr(self._run)

    @property
    def is_shown(self) -> bool:
        """Whether a page shows it, as far as one has said so."""
        with self._lock:
            return bool(self._pages)

    def fallback_html(self) -> str:
        """Return the run as its history shows it now."""
        return self._record or self._run._repr_mimebundle_()["text/html"]

    def _let_go(self) -> None:
        self.frame = {}
        if self.is_finished:
            for name in ("_run", "_cancel", "_live"):  # with their values, which may be large
                self.__dict__.pop(name, None)

    def update(self) -> None:
        """Send what changed; call it again and again, in any thread."""
        with self._lock:
            if self.is_finished:
                return
            if (changes := self._live.changes()) is not None:
                self._told_at = self._clock()
                self.send(changes)
                self._is_stale = True
            elif self._clock() >= self._told_at + _ALIVE_S:
                self._told_at = self._clock()
                self.send({"type": "alive"})
            if self._is_stale and self._clock() >= self._framed_at + _FRAME_S:
                self._framed_at, self._is_stale = self._clock(), False
                if self._repeats:
                    self._repeats -= 1
                    self._live.log.again()
                self.frame = self._live.frame()

    def _receive(self, widget: Any, message: Any, buffers: Any) -> None:
        if isinstance(message, dict) and message.get("type") == "cancel":
            self._end()  # not under the lock, for which what ends the run may wait
        else:
            super()._receive(widget, message, buffers)

    def _take(self, message: dict[str, Any]) -> None:
        """Answer ``hello`` and ``select``."""
        self._repeats = 0
        kind = message.get("type")
        if kind == "hello":
            self._live.log.again()
            self.send(self._live.frame())
        elif kind == "select":
            self._live.log.chosen = str(message.get("path", ""))
        if kind in {"hello", "select"}:
            self.update()

    def _end(self) -> None:
        """End the run; who asks a second time does not want to wait."""
        with self._lock:
            if self.is_finished or self._run.done:
                return
            self._presses += 1
            force = self._presses > 1 or self._run.is_cancelling  # by the Stop button of the cell
            cancel = self._cancel
        self.send({"type": "cancelling", "forced": force})
        cancel(force=force)
