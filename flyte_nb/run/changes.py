"""What an attempt changes of this process: variables, the working directory, where print goes.

A pod's changes end with it. So what the code of an attempt changes is noted and put back at its
end. It is known by its context, so that several attempts, and cells that run meanwhile, do not
get into each other's way. While no attempt runs nothing is in place of Python's own.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from contextlib import suppress
from contextvars import ContextVar
from types import ModuleType
from typing import TYPE_CHECKING, Any

from flyte_nb.config import environment
from flyte_nb.context.logs import TASK_LOGGER

from .handle.tee import beneath

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from typing_extensions import Self

_noting: ContextVar[Changes | None] = ContextVar("flyte_nb.changes", default=None)
_lock = threading.RLock()
_users: set[Changes] = set()
_IMPORTING = "<frozen importlib"
_own_chdir: Callable[[Any], None] = os.chdir
_own_class = type(os.environ)
_STREAMS = frozenset({"stdout", "stderr"})


class Changes:
    """The changes of one attempt; a ``with`` block in the attempt's own context.

    Args:
        name: Name of the task, for the warning.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._variables: dict[str, tuple[str | None, str | None]] = {}  # before, and set last
        self._folder: tuple[str, str] | None = None  # before, and gone to last
        self._streams: dict[str, tuple[Any, Any]] = {}  # before, and set last

    def __enter__(self) -> Self:
        _noting.set(self)
        with _lock:
            _users.add(self)
            if type(os.environ) is _own_class:
                os.environ.__class__ = _Environ
            if os.chdir is _own_chdir:
                os.chdir = _chdir
            if type(sys) is ModuleType:
                sys.__class__ = _Sys
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._end()
        except KeyboardInterrupt:  # inside of it, or before its first line
            self._end()
            raise

    def _end(self) -> None:
        _noting.set(None)
        with _lock:
            _users.discard(self)
            if not _users:
                # Whoever has put another one in place of ours keeps it.
                if type(os.environ) is _Environ:
                    os.environ.__class__ = _own_class  # type: ignore[assignment]
                if os.chdir is _chdir:
                    os.chdir = _own_chdir  # type: ignore[assignment]
                if type(sys) is _Sys:
                    sys.__class__ = ModuleType  # type: ignore[assignment]
        changed = [*self._put_variables_back(), *self._put_streams_back(), *self._go_back()]
        if changed:
            TASK_LOGGER.warning(
                "%s changed %s: they are as before again, since what a pod changes ends with it",
                self._name,
                ", ".join(changed),
            )

    def note_variable(self, name: str, value: str | None) -> None:
        """Note that a variable is about to be set, or taken away."""
        known = self._variables.get(name)
        before = environment().get(name) if known is None else known[0]
        self._variables[name] = (before, value)

    def note_folder(self, before: str) -> None:
        """Note that the working directory has changed."""
        self._folder = (before if self._folder is None else self._folder[0], _working_directory())

    def note_stream(self, name: str, value: Any) -> None:
        """Note that a stream of `sys` is about to be replaced.

        Attempts that overlap may each put back what another one has put there, as
        `contextlib.redirect_stdout` does: what stood there before is nobody's of them.
        """
        with _lock:
            noted = [user._streams[name] for user in _users if name in user._streams]  # noqa: SLF001
        others = (before for before, last in noted if _stands_there(name, last))
        self._streams[name] = (next(others, getattr(sys, name, None)), value)

    def _put_variables_back(self) -> list[str]:
        environ, changed = environment(), []
        for name, (before, value) in sorted(self._variables.items()):
            if before == value or environ.get(name) != value:
                continue  # it is as before, or somebody else has changed it since
            changed.append(name)
            if before is None:
                environ.pop(name, None)
            else:
                environ[name] = before
        return changed

    def _put_streams_back(self) -> list[str]:
        changed = []
        for name, (before, value) in sorted(self._streams.items()):
            if before is value or not _stands_there(name, value):
                continue  # it is as before, or somebody else has replaced it since
            setattr(sys, name, before)
            changed.append(f"sys.{name}")
        return changed

    def _go_back(self) -> list[str]:
        if self._folder is None:
            return []
        before, here = self._folder
        if before == here or _working_directory() != here:
            return []
        with suppress(OSError):  # it is no more
            _own_chdir(before)
        return ["the working directory"]


class _Environ(os._Environ):  # type: ignore[type-arg]  # noqa: SLF001
    """The environment, that notes what the code of an attempt changes."""

    def __setitem__(self, key: Any, value: Any) -> None:
        changes = _noting.get()
        if changes is not None and isinstance(value, str) and not _is_importing():
            changes.note_variable(key, value)
        super().__setitem__(key, value)

    def __delitem__(self, key: Any) -> None:
        changes = _noting.get()
        if changes is not None and not _is_importing():
            changes.note_variable(key, None)
        super().__delitem__(key)


class _Sys(ModuleType):
    """The module `sys`, that notes what the code of an attempt puts in place of its streams."""

    def __setattr__(self, name: str, value: Any) -> None:
        changes = _noting.get() if name in _STREAMS else None
        if changes is not None and not _is_importing():
            changes.note_stream(name, value)
        super().__setattr__(name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        """Be pickled by its name: cloudpickle knows modules by their very class."""
        return importlib.import_module, ("sys",)


def _chdir(path: Any) -> None:
    """Change the current working directory to the specified path."""
    before = _working_directory()
    _own_chdir(path)
    changes = _noting.get()
    if changes is not None:
        changes.note_folder(before)


def _is_importing() -> bool:
    """Return whether a module is being imported: what it sets, it needs as long as it is there."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001
    while frame is not None:
        if frame.f_code.co_filename.startswith(_IMPORTING):
            return True
        frame = frame.f_back
    return False


def _stands_there(name: str, stream: Any) -> bool:
    """Return whether `sys` has *stream*, or what keeps the output of a run begun since over it."""
    here = getattr(sys, name, None)
    return stream is here or stream is beneath(here)


def _working_directory() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - text is wanted
    except FileNotFoundError:
        return ""
