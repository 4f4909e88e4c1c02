"""The threads of one execution: how many there may be, and how an interrupt ends them all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable  # noqa: TC003 - of an annotation that is evaluated
from contextlib import contextmanager, suppress
from contextvars import copy_context
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from .deadline import raise_in

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        self._interrupts = 0
        # Held by `with` alone, which an interrupt cannot leave locked.
        self._lock = threading.Lock()
        # Who has begun or will: not by `is_alive`, which an interrupt in `join` makes untrue.
        self._threads: dict[threading.Thread, None] = {}
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
            self._threads[thread] = None

    def leave(self, thread: threading.Thread) -> None:
        """Say that *thread*, which was adopted, runs nothing any more."""
        self._threads.pop(thread, None)

    def help(self, work: Callable[[], None], permits: Permits) -> None:
        """Let another thread call *work*, and give its permit back to *permits*."""

        def run() -> None:
            with suppress(BaseException):  # an interrupt that came between two nodes
                work()
            end()

        def end() -> None:
            permits.give_back()
            self._threads.pop(helper, None)

        helper = threading.Thread(target=copy_context().run, args=(run,), daemon=True)
        self._threads[helper] = None
        start_thread(helper, lambda _: end())  # then fewer run side by side

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
        pause_s = 0.001
        while self.interrupt():  # one that has not begun will find nothing to do
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, LOOK_AGAIN_S)

    def interrupt(self) -> bool:
        """Interrupt what the others run, each once; return whether there is any of them.

        Nothing is begun any more.
        """
        self.is_stopped = True
        others = self._threads.keys() - {threading.current_thread()}
        with self._lock:
            for helper in others:
                if self._in_task.get(helper) is False:
                    self._in_task[helper] = True
                    raise_in(helper, KeyboardInterrupt)
        return bool(others)

    def interrupted(self) -> None:
        """Take in an interrupt of the user's, while what it came to ends well.

        The second one ends everything at once. Those of `interrupt` are none of the user's.
        """
        if self._in_task.get(threading.current_thread()):
            return
        self._interrupts += 1
        if self._interrupts == 1:
            self.interrupt()
        else:
            self.interrupt_again()

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
        me = threading.current_thread()
        with self._lock:
            for helper in self._in_task:
                if helper is not me:
                    self._in_task[helper] = True
                    raise_in(helper, KeyboardInterrupt)


_to_start: SimpleQueue[tuple[threading.Thread, Callable[[Exception], None]]] = SimpleQueue()
_starter: threading.Thread | None = None


def start_thread(thread: threading.Thread, on_failure: Callable[[Exception], None]) -> None:
    """Start *thread* from one that gets no signals.

    An interrupt in the middle of `Thread.start` leaves a thread that waits for ever: the main
    thread hands over what is to be started.

    Args:
        thread: What is started.
        on_failure: Called where the system allows no further thread.
    """
    global _starter  # noqa: PLW0603 - one for the process, and another one after a fork
    if threading.current_thread() is not threading.main_thread():
        _start(thread, on_failure)
        return
    _to_start.put((thread, on_failure))
    if _starter is None or not _starter.is_alive():
        _starter = threading.Thread(target=_start_all, daemon=True, name="flyte_nb starts threads")
        _starter.start()


def _start_all() -> None:
    while True:
        _start(*_to_start.get())


def _start(thread: threading.Thread, on_failure: Callable[[Exception], None]) -> None:
    try:
        thread.start()
    except RuntimeError as error:
        on_failure(error)
