"""Where the addresses arrive that browsers were sent back to."""

from __future__ import annotations

import threading
from collections import deque

_MOST = 20  # that nobody has looked at: what comes beyond is not from the user's browser


class Inbox:
    """Hands addresses from a listener, or from a user who pastes one, to who waits for them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._urls: deque[str] = deque(maxlen=_MOST)
        self._is_closed = False

    def put(self, url: str) -> None:
        """Take in the address that a browser was sent to."""
        with self._changed:
            self._urls.append(url)
            self._changed.notify()

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def take(self, limit_s: float) -> str:
        """Return the first address that nobody has taken, an empty text when none comes.

        Args:
            limit_s: How long to wait, in seconds.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._urls or self._is_closed, limit_s)
            return self._urls.popleft() if self._urls else ""
