"""Which requests meet which fault."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .exchange import Reply, Request
    from .faults import Fault, Process
    from .listener import Wire


class Planned:
    """A fault that waits for its requests.

    Attributes:
        path: Path that it is for.
        used: How many requests have met it.
    """

    def __init__(
        self, path: str, fault: Fault, times: int | None, after: int, sent: Mapping[str, str]
    ) -> None:
        self.path = path
        self.used = 0
        self._fault = fault
        self._left = times
        self._after = after
        self._sent = sent
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """Let all further requests pass."""
        with self._lock:
            self._left = 0

    def concerns(self, request: Request) -> bool:
        """Return whether the request is one of those that it is for."""
        return request.path == self.path and self._sent.items() <= request.form.items()

    def __call__(self, request: Request, wire: Wire, process: Process) -> Reply | None:
        """Happen to a request, or let it pass."""
        with self._lock:
            if self._left == 0:
                is_due = False
            elif self._after:
                self._after -= 1
                is_due = False
            else:
                is_due = True
                self.used += 1
                self._left = None if self._left is None else self._left - 1
        return self._fault(request, wire, process) if is_due else process()


class Plan:
    """All faults that wait for their requests, in the order in which they were added."""

    def __init__(self) -> None:
        self._planned: tuple[Planned, ...] = ()

    def add(self, planned: Planned) -> None:
        """Add one, inside of those that are there."""
        self._planned = (*self._planned, planned)

    def clear(self) -> None:
        """Let all further requests pass."""
        for planned in self._planned:
            planned.cancel()
        self._planned = ()

    def run(self, request: Request, wire: Wire, process: Process) -> Reply | None:
        """Process a request through the faults that are for it."""
        for planned in reversed(self._planned):
            if planned.concerns(request):
                process = _inside(planned, request, wire, process)
        return process()


def _inside(planned: Planned, request: Request, wire: Wire, process: Process) -> Process:
    return lambda: planned(request, wire, process)
