"""A widget that something static replaces in the end."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from ._followed import FollowedWidget

# In which a page has put what the kernel displays in the place of the view, and for each character
# of it.
_REPLACED_S, _CHARACTERS_PER_S = 1.0, 500_000
_MOST_WAITING = 20
_waiting: deque[ReplacedWidget] = deque()  # that are over, for pages that are loaded later


class ReplacedWidget(FollowedWidget):
    """Knows the pages that show it, and is gone when all of them show what replaces it.

    A page that was loaded again does not know what was displayed where, and shows the view
    still; one that was closed will, when it is opened. For these it stays, and sends them what
    replaces it when they ask; for the others it is closed, with its state.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._was_shown = False
        self._record: str | None = None
        self._is_told = False  # that it is over
        super().__init__(**kwargs)

    def finish(self, record: str) -> None:
        """Show *record* where the view is still seen, now that this is displayed in its place.

        Args:
            record: HTML; empty where nothing is.
        """
        with self._lock:
            self._record = record
            self._let_go()
            if not self._was_shown:
                self.close()
                return
        limit_s = _REPLACED_S + len(record) / _CHARACTERS_PER_S
        timer = threading.Timer(limit_s, self._tell_over)
        timer.daemon = True
        timer.start()

    @property
    def is_finished(self) -> bool:
        """Whether something static has replaced it."""
        return self._record is not None

    def _let_go(self) -> None:
        """Drop what was shown, in traits too: it may be large, and would be saved."""
        raise NotImplementedError

    def _tell_over(self) -> None:
        """Tell pages that seem to show it that it is over; a record is large, and most have it."""
        with self._lock:
            if self.comm is None:
                return
            self._is_told = True
            if self._pages:
                self.send({"type": "over"})
        _waiting.append(self)
        while len(_waiting) > _MOST_WAITING:
            _waiting.popleft().close()

    def close(self) -> None:
        """Let go of the front end, and of what would be saved with a notebook."""
        if self.comm is not None:
            self._let_go()
            self.layout.close()  # a model of its own, with a state of its own
        super().close()

    def _note_page(self, page: str, *, is_there: bool) -> None:
        super()._note_page(page, is_there=is_there)
        if is_there:
            self._was_shown = True
            if self._is_told:
                self.send({"type": "record", "html": self._record})
        elif self.is_finished and not (self._is_told or self._pages):
            self.close()  # what is displayed instead has replaced it
