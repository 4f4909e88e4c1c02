"""A widget that pages follow: each says when it is there, and when it goes."""

from __future__ import annotations

import threading
from typing import Any

from ._base import FlyteWidget


class FollowedWidget(FlyteWidget):
    """Knows the pages that show it, and hears them while a cell runs."""

    def __init__(self, **kwargs: Any) -> None:
        self._lock = threading.RLock()  # what is computed first is sent first
        self._pages: set[str] = set()  # that show it, as far as they have said so
        super().__init__(**kwargs)
        self._let_answers_in()
        self.on_msg(self._receive)

    @property
    def is_finished(self) -> bool:
        """Whether messages of pages are of no use any more."""
        return False

    def _take(self, message: dict[str, Any]) -> None:
        """Take in a message of a page, while it is not finished."""
        raise NotImplementedError

    def _receive(self, _widget: Any, message: Any, _buffers: Any) -> None:
        message = message if isinstance(message, dict) else {}
        kind = message.get("type")
        with self._lock:
            if kind in {"hello", "bye"}:
                self._note_page(str(message.get("page", "")), is_there=kind == "hello")
            if not self.is_finished:
                self._take(message)

    def _note_page(self, page: str, *, is_there: bool) -> None:
        if is_there:
            self._pages.add(page)
        else:
            self._pages.discard(page)

    def _send(self, msg: Any, buffers: Any = None) -> None:
        super()._send(msg, buffers)
        self._let_answers_in()

    def _let_answers_in(self) -> None:
        """Take what a page sends where the page sends it: to a subshell, while a cell runs.

        Newer ipykernels (7.4) send it instead to whoever sent last: the main thread, which is
        in the task that is shown.
        """
        getattr(self.comm, "__dict__", {}).pop("_reply_subshell_id", None)
