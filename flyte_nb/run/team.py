"""The threads of one execution: how many there may be, and how an interrupt ends them all."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable  # noqa: TC003 - of an annotation that is evaluated
from contextlib import contextmanager, suppress
from contextvars import copy_context
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from .deadline import raise_in, take_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .permits import Permits

    T = TypeVar("T")

LOOK_AGAIN_S = 0.2  # in which a thread that waits notices that it is to end
NOTICES_WITHIN_S = 5.0  # else a thread is in a call to the system, and nobody waits for that
_Place = tuple[int, int]  # a frame, and how far it is in that


class _Forced(BaseException):
    """Ends what a task runs in the main thread, also where it catches KeyboardInterrupt."""


class Team:
    """Helpers of who called.

    Attributes:
        has_left: Whether a thread has been left behind that did not notice that it is to end.
    """

    def __init__(self) -> None:
        self.has_left = False
        self._is_stopped = False
        self._look: Callable[[], None] | None = None
        self._has_leader = False
        self._interrupts = 0
        # Held by `with` alone, which an interrupt cannot leave locked.
        self._lock = threading.Lock()
        # Who has begun or will: not by `is_alive`, which an interrupt in `join` makes untrue.
        self._threads: dict[threading.Thread, None] = {}
        self._kills: dict[Callable[[], None], None] = {}
        # Where it was when it was interrupted in the task that it is in: once is enough, and a
        # second time would end what the task does to end well.
        self._in_task: dict[threading.Thread, _Place | None] = {}
        self._is_in_body = False  # whether the main thread is in the function of a task
        self._has_forced = False

    @property
    def is_stopped(self) -> bool:
        """Whether nothing is to be begun any more, after an interrupt."""
        if not self._is_stopped and self._look is not None:
            self._look()
        return self._is_stopped

    def check(self) -> None:
        """Raise KeyboardInterrupt where nothing is to be begun any more."""
        __tracebackhide__ = True
        if self.is_stopped:
            raise KeyboardInterrupt

    def listen(self, look: Callable[[], None] | None) -> None:
        """Let *look* tell of interrupts that have come; it is called before anything begins."""
        self._look = look

    def begin_nothing(self) -> None:
        """Let nothing be begun any more."""
        self._is_stopped = True

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
            self._in_task[me] = None
        try:
            return call()
        finally:
            with self._lock:
                self._in_task.pop(me, None)

    def body(self, function: Callable[..., T]) -> Callable[..., T]:
        """Return what calls the *function* of a task so that `force` can end it.

        Not what is around it, which would leave something behind.
        """

        def call(*args: Any, **kwargs: Any) -> T:
            __tracebackhide__ = True
            if threading.current_thread() is not threading.main_thread():
                return function(*args, **kwargs)
            return self._in_body(function, args, kwargs)

        return call

    def _in_body(
        self, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> T:
        __tracebackhide__ = True
        try:
            with self._lock:
                self._is_in_body = True
            return function(*args, **kwargs)
        except (KeyboardInterrupt, _Forced) as error:
            if not self._has_forced:
                raise
            raise KeyboardInterrupt("forced to end").with_traceback(error.__traceback__) from None
        finally:
            with self._lock:
                self._is_in_body = False
                if self._is_stopped:
                    take_back(threading.current_thread())

    def force(self) -> None:
        """End what a task runs in the main thread, whatever it catches; called until it ends."""
        with self._lock:
            if self._is_in_body:
                self._has_forced = True
                raise_in(threading.main_thread(), _Forced)
                if hasattr(signal, "pthread_kill"):  # wakes it, where it waits
                    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def stop(self) -> None:
        """End what the helpers run, wherever they are in it, and wait for that.

        Those that do not notice, as they are in a call to the system, are left behind: they end
        when that returns.
        """
        pause_s, until = 0.001, time.monotonic() + NOTICES_WITHIN_S
        while others := self._interrupt():  # one that has not begun will find nothing to do
            if time.monotonic() > until and not any(map(self._has_noticed, others)):
                self.has_left = True
                return
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, LOOK_AGAIN_S)

    def _has_noticed(self, thread: threading.Thread) -> bool:
        """Return whether *thread* has moved since it was interrupted, or was in no task."""
        place = self._in_task.get(thread)
        return place is None or place != _place_of(thread)

    def interrupt(self) -> None:
        """Interrupt what the others run, each once; nothing is begun any more."""
        self._interrupt()

    def _interrupt(self) -> set[threading.Thread]:
        self._is_stopped = True
        others = self._threads.keys() - {threading.current_thread()}
        with self._lock:
            for helper in others:
                if helper in self._in_task and self._in_task[helper] is None:
                    self._raise_in(helper)
        return others

    def _raise_in(self, thread: threading.Thread) -> None:
        raise_in(thread, KeyboardInterrupt)
        self._in_task[thread] = _place_of(thread)

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
                    self._raise_in(helper)


def _place_of(thread: threading.Thread) -> _Place:
    """Return where *thread* is in its code."""
    frame = sys._current_frames().get(thread.ident or 0)  # noqa: SLF001 - the only way
    return (0, 0) if frame is None else (id(frame), frame.f_lasti)


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
