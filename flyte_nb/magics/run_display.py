"""Shows a run while it goes on: in a widget, or line by line in a terminal; then its record."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from IPython.display import DisplayHandle, display

from flyte_nb.run.views.follow import Follower
from flyte_nb.run.views.live_text import LiveText
from flyte_nb.run.views.stand_in import NOTHING, stand_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from IPython.core.interactiveshell import InteractiveShell

    from flyte_nb.run.handle.run import Run

_LONG_S = 10.0  # from which on a notebook may be saved while a run goes on
_PATIENCE_S = 5.0  # for the last picture, when the run itself has ended


class RunDisplay:
    """Shows *run* in *shell*, from before it begins.

    Args:
        shell: Where it is shown.
        run: What is shown.
        is_background: Whether the cell ends before it does.
    """

    def __init__(self, shell: InteractiveShell, run: Run, *, is_background: bool) -> None:
        self._run = run
        self._is_background = is_background
        self._follower: Follower | None = None
        if hasattr(shell, "kernel"):
            self._follower = self._in_notebook()
        elif not is_background:  # else it would write over what is typed
            self._follower = self._in_terminal()

    def end(self) -> None:
        """Wait until the end of the run is shown; where it has not begun, show no more."""
        if self._follower is not None:
            if not self._run.done:
                self._follower.give_up()
            self._follower.wait(_PATIENCE_S)

    def _in_notebook(self) -> Follower:
        from flyte_nb.widgets import RunView

        self._run.is_shown = True
        view = RunView(self._run, cancel=self._cancel)
        handle: Any = display(view, display_id=True)
        beside = _StandIn(self._run)

        def look() -> None:
            view.update()
            if view.is_shown:
                beside.look()

        def ended() -> None:
            _replace(handle, view, self._run)
            beside.end()

        return Follower(self._run, look, ended)

    def _in_terminal(self) -> Follower:
        text = LiveText(self._run, getattr(sys.stdout, "encoding", None) or "ascii")

        def look() -> None:
            for line in text.lines():
                sys.stdout.write(f"{line}\n")  # in one piece: tasks print too
            sys.stdout.flush()

        return Follower(self._run, look)

    def _cancel(self, *, force: bool) -> None:
        self._run.cancel(force=force)
        if not self._is_background:
            interrupt_main_thread()


def _replace(handle: DisplayHandle, view: Any, run: Run) -> None:
    """Put the record in the place of the widget, which goes away with its state."""
    record = _Record(run)
    handle.update(record)
    view.finish(record.html)


class _StandIn:
    """An output beside the view of *run* for a notebook that is saved while it goes on."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._handle: Any = None

    def look(self) -> None:
        """Display it where the run takes long: most are over before anybody saves."""
        if self._handle is None and self._run.seconds > _LONG_S and not self._run.done:
            self._handle = display(stand_in(self._run), raw=True, display_id=True)

    def end(self) -> None:
        """Take it away: the run has its record."""
        if self._handle is not None:
            self._handle.update(NOTHING, raw=True)


class _Record:
    """What shows *run* without kernel and widget, whatever is said of its type."""

    def __init__(self, run: Run) -> None:
        self._bundle = run._repr_mimebundle_()

    @property
    def html(self) -> str:
        """What a page shows."""
        return self._bundle["text/html"]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self._bundle


def interrupt_main_thread() -> None:
    """Interrupt what runs in a cell, as the Stop button does; called in another thread."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)


def shown_once(shell: InteractiveShell, run: Run) -> Callable[[], None]:
    """Keep the cell from showing *run* a second time, as its value; return what ends that."""
    from flyte_nb.run.handle.run import Run

    formatter: Any = shell.display_formatter
    formatter = formatter.ipython_display_formatter
    hook = type(shell.displayhook)
    is_left = True

    def show(value: Any) -> None:
        nonlocal is_left
        # The value of a cell, and no call of display().
        frame: FrameType | None = sys._getframe()  # noqa: SLF001
        while frame and not isinstance(frame.f_locals.get("self"), hook):
            frame = frame.f_back
        if value is run and is_left and frame is not None:
            is_left = False
            return
        display(_Record(value))

    formatter.for_type(Run, show)

    def end() -> None:
        formatter.pop(Run, None)

    return end
