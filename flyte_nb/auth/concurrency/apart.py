"""Work in a thread of its own, which an interrupt of whoever waits for it does not stop."""

from __future__ import annotations

import threading
from contextvars import copy_context
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

T = TypeVar("T")


class Apart(Generic[T]):
    """Work that any number of threads may wait for.

    Python interrupts its main thread only: what is done here is done to its end, so that no
    answer of a server is lost and no lock is left behind.

    Args:
        work: What is done.
        name: Name of the thread.
        daemon: Whether the interpreter may end in its midst.
    """

    def __init__(self, work: Callable[[], T], name: str, *, daemon: bool = False) -> None:
        self._work = work
        self._context = copy_context()
        self._name = name
        self._daemon = daemon
        self._ended = threading.Event()
        self._value: list[T] = []
        self.error: BaseException | None = None
        """What the work has raised."""

    def start(self) -> Self:
        """Begin."""
        thread = threading.Thread(target=self._run, name=self._name, daemon=self._daemon)
        try:
            thread.start()
        except RuntimeError:  # no more threads, or the interpreter is about to end
            self._run()
        return self

    def wait(self, limit_s: float) -> bool:
        """Wait for the end; return whether it came in time."""
        return self._ended.wait(limit_s)

    @property
    def has_ended(self) -> bool:
        """Whether it has come to its end, one way or the other."""
        return self._ended.is_set()

    @property
    def value(self) -> T:
        """What the work has returned; only for one that has ended without an error."""
        return self._value[0]

    def _run(self) -> None:
        try:
            self._value.append(self._context.run(self._work))
        except BaseException as error:  # noqa: BLE001 - whoever waits is told of it
            self.error = error
        finally:
            self._ended.set()
