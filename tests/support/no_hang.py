"""A guard for tests of what must end."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_S = 20  # a hundred times what the slowest takes: to tell a hang, not to measure


class HangError(BaseException):
    """It took too long; nothing catches it on the way."""


@contextlib.contextmanager
def no_hang() -> Iterator[None]:
    """Fail what is inside when it does not end."""

    def stop(*_: Any) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LIMIT_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
