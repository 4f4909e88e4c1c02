"""The threads of one execution: how many there may be, and how an interrupt ends them all."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from contextvars import copy_context
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from .deadline import raise_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .permits import Permits

    T = TypeVar("T")

LOOK_AGAIN_S = 0.2  # in which a thread that waits notices that it is to end


class Team:
    """Helpers of who called.

    Attributes:
        is_stopped: Whether nothing is to be begun any more, after an interrupt.
    """

    def __init__(self) -> None:
        self.is_stopped = False
        self._has_leader = False
        # Held by `with` alone, which an interrupt cannot leave locked.
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._kills: dict[Callable[[], None], None] = {}
        # Whether it has been interrupted in the task that it is in: once is enough, and a second
        # time would end what the task does to end well.
        self._in_task: dict[threading.Thread, bool] = {}

    def claim(self) -> bool:
        """Return whether who asks is the first: who leads the whole."""
        is_first, self._has_leader = not self._has_leader, True
        return is_first

    def adopt(self, thread: threading.Thread) -> None:
        """Let `stop` end what *thread* runs as well, unless signals come to it anyway."""
        if thread is not threading.main_thread():
            self._threads.append(thread)

    def help(self, work: Callable[[], None], permits: Permits) -> None:
        """Let another thread call *work*, and give its permit back to *permits*."""

        def run() -> None:
            with suppress(BaseException):  # an interrupt that came between two nodes
                work()
            permits.give_back()

        helper = threading.Thread(target=copy_context().run, args=(run,), daemon=True)
        self._threads[:] = [t for t in self._threads if t.is_alive() or t.ident is None]
        self._threads.append(helper)
        start_thread(helper)

    def run_task(self, call: Callable[[], T]) -> T:
        """Call *call*; an interrupt may end it, where a helper does this.

        While other code of ours runs in a helper, none is raised in it: what starts a thread, or
        has a lock of `threading`, does not survive that.
        """
        __tracebackhide__ = True
        me = threading.current_thread()
        if me not in self._threads:
            return call()
        with self._lock:
            self._in_task[me] = False
        try:
            return call()
        finally:
            with self._lock:
                self._in_task.pop(me, None)

    def stop(self) -> None:
        """End what the helpers run, wherever they are in it, and wait for that."""
        self.is_stopped = True
        me = threading.current_thread()
        for helper in tuple(self._threads):  # one that has not begun will find nothing to do
            while helper is not me and helper.is_alive():
                with self._lock:
                    if self._in_task.get(helper) is False:
                        self._in_task[helper] = True
                        raise_in(helper, KeyboardInterrupt)
                helper.join(LOOK_AGAIN_S)

    @contextmanager
    def killing(self, kill: Callable[[], None]) -> Iterator[None]:
        """Let *kill* be called when the whole is forced to end, for the length of a block."""
        self._kills[kill] = None
        try:
            yield
        finally:
            self._kills.pop(kill, None)

    def interrupt_again(self) -> None:
        """Interrupt what did not end by the first one, and kill what is not of this process."""
        for kill in tuple(self._kills):
            kill()
        with self._lock:
            for helper, was_told in self._in_task.items():
                if was_told:
                    raise_in(helper, KeyboardInterrupt)


_to_start: SimpleQueue[threading.Thread] = SimpleQueue()
_starter: threading.Thread | None = None


def start_thread(thread: threading.Thread) -> None:
    """Start *thread* from one that gets no signals.

    An interrupt in the middle of `Thread.start` leaves a thread that waits for ever: the main
    thread hands over what is to be started.
    """
    global _starter  # noqa: PLW0603 - one for the process, and another one after a fork
    if threading.current_thread() is not threading.main_thread():
        thread.start()
        return
    _to_start.put(thread)
    if _starter is None or not _starter.is_alive():
        _starter = threading.Thread(target=_start_all, daemon=True, name="flyte_nb starts threads")
        _starter.start()


def _start_all() -> None:
    while True:
        _to_start.get().start()
