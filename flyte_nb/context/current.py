"""Which context is current, in this thread and coroutine.

A running task's context lives in a `ContextVar`. Outside of tasks the context is
the session's, a plain object: a `ContextVar` that one cell sets is not reliably
seen by the next.
"""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar, Token, copy_context
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from flyte_nb.errors import ContextStateError
from flyte_nb.installed import Installed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from .parameters import ExecutionParameters
    from .settings import ContextSettings
    from .states import CompilationState
    from .workspace import Workspace

T = TypeVar("T")
# What the framework has pushed; see `manager`. A tuple, never a list: who inherits it, a
# coroutine or a copied context, cannot change it for others.
pushed_stack: ContextVar[tuple[Any, ...]] = ContextVar("flyte_nb.stack", default=())
_running: ContextVar[ExecutionParameters | None] = ContextVar("flyte_nb.running", default=None)


class Base(Protocol):
    """What stands under every task: the session."""

    @property
    def settings(self) -> ContextSettings:
        """Where runs belong."""

    @property
    def parameters(self) -> ExecutionParameters:
        """The context outside of tasks."""

    @property
    def outputs(self) -> Workspace:
        """Where what a run makes stays as long as the session."""


class _Bases:
    """The sessions in force."""

    def __init__(self) -> None:
        self._installed: Installed[Base] = Installed()
        self.default: Callable[[], Base] | None = None  # what makes one for a script
        self.parameters: ExecutionParameters | None = None  # of the newest, for who asks often

    def install(self, base: Base) -> Callable[[], None]:
        remove = self._installed.add(base)
        self.refresh()

        def uninstall() -> None:
            remove()
            self.refresh()

        return uninstall

    def refresh(self) -> None:
        """Look again at what the newest session says."""
        bases = self._installed.items
        self.parameters = bases[-1].parameters if bases else None

    def top(self) -> Base | None:
        bases = self._installed.items
        if bases:
            return bases[-1]
        return None if self.default is None else self.default()


_bases = _Bases()
install_base = _bases.install
refresh_base = _bases.refresh


def set_default_base(make: Callable[[], Base]) -> None:
    """Let *make* give the session where none is installed, as in a script."""
    _bases.default = make


def running() -> ExecutionParameters | None:
    """Return the context of the running task, or None outside of tasks."""
    return _running.get()


def set_running(parameters: ExecutionParameters | None) -> Token[ExecutionParameters | None]:
    """Make *parameters* those of the running task; return what undoes it."""
    return _running.set(parameters)


def compiling() -> CompilationState | None:
    """Return the graph that calls of tasks are added to now, None where they run."""
    stack = pushed_stack.get()
    return stack[-1][0].compilation_state if stack else None


def current() -> ExecutionParameters | None:
    """Return the context of the running task, else the session's, else None."""
    parameters = _running.get() or _bases.parameters
    if parameters is None and (base := _bases.top()) is not None:
        return base.parameters
    return parameters


def current_context() -> ExecutionParameters:
    """Return what the running task sees; outside of tasks, what the session says.

    The same as flytekit's ``current_context``.

    Raises:
        ContextStateError: There is no session: only where this module alone was imported.

    Example:
        >>> current_context().execution_id
    """
    return _running.get() or _bases.parameters or base_in_force().parameters


def base_in_force() -> Base:
    """Return the session under every task.

    Raises:
        ContextStateError: There is none: only where this module alone was imported.
    """
    base = _bases.top()
    if base is None:
        raise ContextStateError("there is no session", hint="import flyte_nb.notebook_session")
    return base


def run_in(
    parameters: ExecutionParameters, function: Callable[..., T], /, *args: Any, **kwargs: Any
) -> T:
    """Call *function* with *parameters* as its context.

    It runs in a copy of the caller's `contextvars.Context`, so there is nothing to
    restore afterwards: an interrupt at any moment leaves the caller's context alone.
    Use it to hand a task's context over to a thread.
    """
    __tracebackhide__ = True
    return copy_context().run(_enter, parameters, function, args, kwargs)


async def await_in(parameters: ExecutionParameters, coroutine: Coroutine[Any, Any, T]) -> T:
    """Await *coroutine* with *parameters* as its context."""
    __tracebackhide__ = True
    stack, token = pushed_stack.get(), _running.set(parameters)
    try:
        return await coroutine
    finally:
        # A coroutine that is closed from elsewhere, such as by the garbage collector, ends in
        # another context, where the token means nothing and there is nothing to restore.
        with suppress(ValueError):
            _running.reset(token)
            pushed_stack.set(stack)


def _enter(
    parameters: ExecutionParameters,
    function: Callable[..., T],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> T:
    __tracebackhide__ = True
    _running.set(parameters)
    return function(*args, **kwargs)
