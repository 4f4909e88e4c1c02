"""The decks that grow under one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.display import display

from flyte_nb.decks.live import LiveDecks
from flyte_nb.decks.page import document, embed
from flyte_nb.run.report import CellReport

from .ended_runs import EndedRuns, together

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Context

    from IPython.core.interactiveshell import InteractiveShell

    from flyte_nb.widgets import DeckView

_KEPT = 512 * 1024  # characters
_KEPT_AFTER = 20  # looks: until then the view is there, in whose presence this is hidden


class CellDecks:
    """Shows the decks of tasks that a cell runs, from when it is worth it to `finish`.

    Beside the view stands what a notebook keeps of it that is saved, or shown where no widget
    runs, in the meantime. It is brought up to date whenever there is twice as much: all that is
    sent stays in proportion to the decks. The view hides it.

    Args:
        shell: Where they are shown.
        context: In which the kernel knows the cell.

    Attributes:
        live: The decks.
        runs: Those of them that have ended and whose decks were shown.
        report: The calls of tasks that have ended.
        has_ended: Whether the cell has.
    """

    def __init__(self, shell: InteractiveShell, context: Context) -> None:
        self._shell = shell
        self._context = context
        self._view: DeckView | None = None
        self._handle: Any = None
        self._kept_handle: Any = None
        self._kept = 0  # characters
        self._looks = 0
        self.live = LiveDecks()
        self.runs = EndedRuns()
        self.report = CellReport()
        self.has_ended = False

    @property
    def is_shown(self) -> bool:
        """Whether there is a view."""
        return self._view is not None

    def look(self) -> bool:
        """Show what is new; return whether there is more of it."""
        if self._view is None:
            # Asked first: it lets go of tasks that are over, also where nothing is shown.
            if not self.live.has_any() or self._is_captured:
                return False
            self._show()
        view = self._view
        assert view is not None  # noqa: S101 - it was shown just now
        is_more = view.update()
        self._looks += 1
        if self._looks > _KEPT_AFTER and 2 * self._kept <= view.told and self._kept < _KEPT:
            self._keep(view)
        return is_more

    def finish(self, report: Any = None) -> None:
        """Put *report* in the place of the view, and decks of runs that nothing else shows."""
        view, self._view = self._view, None
        if view is None:
            return
        bundle = together(self.runs.shown(), report._repr_mimebundle_() if report else {})
        self._handle.update(bundle, raw=True)
        if self._kept_handle is not None:
            self._kept_handle.update({}, raw=True)
        view.finish(bundle.get("text/html", ""))
        self.live, self.runs = LiveDecks(), EndedRuns()

    def show(self, report: CellReport) -> None:
        """Show *report* below the cell, at once."""
        self._here(display, report)

    def was_cleared(self) -> None:
        """Note that what the cell has shown is gone; the tasks that run are not shown again."""
        if self._view is not None:
            self._view.finish("")
            self._view = self._kept_handle = None
            self.live, self.runs = LiveDecks(), EndedRuns()

    @property
    def _is_captured(self) -> bool:
        return isinstance(self._shell.display_pub, CapturingDisplayPublisher)

    def _show(self) -> None:
        from flyte_nb.widgets import DeckView

        self._looks = self._kept = 0
        self._kept_handle = None
        self._view = self._here(DeckView, self.live)
        self._handle = self._here(display, self._view, display_id=True)

    def _keep(self, view: DeckView) -> None:
        self._kept = max(1, view.told)
        title = "Decks so far"
        page = embed(document(self.live.tabs(_KEPT), title=title), title=title)
        page = page.replace("<iframe ", "<iframe loading='lazy' ", 1)  # hidden, it costs nothing
        bundle = {
            "text/plain": title,
            "text/html": f"<div data-flyte-nb-kept='{view.kept}'>{page}</div>",
        }
        if self._kept_handle is None:
            self._kept_handle = self._here(display, bundle, raw=True, display_id=True)
        else:
            self._kept_handle.update(bundle, raw=True)

    def _here(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call *function* as if the cell did, whichever runs now."""
        return self._context.copy().run(function, *args, **kwargs)
