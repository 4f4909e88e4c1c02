"""The live view behind `%flyte_run`."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

import traitlets

from flyte_nb.run.views.live import LiveRun

from ._base import STATIC, FlyteWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.run.handle.run import Run

_FRAME_S = 2.0
_REPEATS = 3


class Cancel(Protocol):
    """Ends a run."""

    def __call__(self, *, force: bool) -> None:
        """End it; with *force* without waiting for what does not end."""


class RunView(FlyteWidget):
    """Shows *run* while it goes on.

    What changes goes out as messages, and every two seconds the whole as a trait: for a page
    that is loaded again while the kernel is busy, and for who has missed a message. What tasks
    print is never in the trait.

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
        self._lock = threading.RLock()  # what is computed first is sent first
        self._live = LiveRun(run)
        self._framed_at = clock()
        self._is_stale = False
        self._repeats = _REPEATS  # of what was printed, for who cannot ask
        super().__init__(frame=self._live.frame())
        self._let_answers_in()
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return repr(self._run)

    def fallback_html(self) -> str:
        """Return the run as its history shows it now."""
        return self._run._repr_mimebundle_()["text/html"]

    def close(self) -> None:
        """Let go of the front end, and of what would be saved with a notebook."""
        if self.comm is not None:
            self.frame = {}
        super().close()

    def _send(self, msg: Any, buffers: Any = None) -> None:
        super()._send(msg, buffers)
        self._let_answers_in()

    def _let_answers_in(self) -> None:
        """Take what a page sends where the page sends it: to a subshell, while a cell runs.

        Newer ipykernels (7.4) send it instead to whoever sent last: the main thread, which is
        in the run that the page asks to end.
        """
        getattr(self.comm, "__dict__", {}).pop("_reply_subshell_id", None)

    def update(self) -> None:
        """Send what changed; call it again and again, in any thread."""
        with self._lock:
            if (changes := self._live.changes()) is not None:
                self.send(changes)
                self._is_stale = True
            if self._is_stale and self._clock() >= self._framed_at + _FRAME_S:
                self._framed_at, self._is_stale = self._clock(), False
                if self._repeats:
                    self._repeats -= 1
                    self._live.log.again()
                self.frame = self._live.frame()

    def _receive(self, _widget: Any, message: Any, _buffers: Any) -> None:
        """Answer ``hello``, ``select`` and ``cancel``."""
        message = message if isinstance(message, dict) else {}
        kind = message.get("type")
        if kind == "cancel":
            self._end()
            return
        with self._lock:
            self._repeats = 0
            if kind == "hello":
                self._live.log.again()
                self.send(self._live.frame())
            elif kind == "select":
                self._live.log.chosen = str(message.get("path", ""))
        if kind in {"hello", "select"}:
            self.update()

    def _end(self) -> None:
        """End the run; who asks a second time does not want to wait."""
        if self._run.done:
            return
        self._presses += 1
        force = self._presses > 1
        self.send({"type": "cancelling", "forced": force})
        self._cancel(force=force)
