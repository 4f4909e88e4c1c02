"""The stack of framework contexts: each thread and each coroutine has its own."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import ContextStateError

from .current import current, pushed_stack, running, set_running
from .flyte_context import FlyteContext
from .states import ExecutionState

if TYPE_CHECKING:
    from collections.abc import Callable

    from .parameters import ExecutionParameters

    _Entry = tuple[FlyteContext, ExecutionParameters | None]

# What is pushed, the newest last, each with what task code saw before.
_stack: ContextVar[tuple[tuple[FlyteContext, ExecutionParameters | None], ...]] = pushed_stack
# The context that stands for a running task, or for none, made when it is first asked for.
_implied: ContextVar[tuple[Any, Any, FlyteContext] | None] = ContextVar(
    "flyte_nb.implied", default=None
)


class FlyteContextManager:
    """Pushes and pops contexts (flytekit's ``FlyteContextManager``).

    Example:
        >>> ctx = FlyteContextManager.current_context()
        >>> with FlyteContextManager.with_context(ctx.with_new_compilation_state()) as inner:
        ...     inner.compilation_state
    """

    @staticmethod
    def current_context() -> FlyteContext:
        """Return the context in force; that of the session where none was pushed."""
        stack = _stack.get()
        below = stack[-1][0] if stack else None
        params = running()
        if below is not None and (params is None or params is below.user_space_params):
            return below
        params = current()
        known = _implied.get()
        if known is not None and known[0] is params and known[1] is below:
            return known[2]
        implied = _imply(params, below)
        _implied.set((params, below, implied))
        return implied

    @staticmethod
    def push_context(ctx: FlyteContext, f: Any = None) -> FlyteContext:
        """Put *ctx* in force until it is popped.

        Args:
            ctx: The context.
            f: Where it is pushed, a frame or ``traceback.FrameSummary``; the caller by default.
        """
        ctx.set_stackframe(sys._getframe(1) if f is None else f)  # noqa: SLF001
        _push((ctx, running()))
        return ctx

    @staticmethod
    def pop_context() -> FlyteContext:
        """Take away the context that was pushed last, and return it.

        Raises:
            ContextStateError: None was pushed here.
        """
        stack = _stack.get()
        if not stack:
            raise ContextStateError(
                "there is no context to pop: this thread or coroutine has pushed none",
                hint="use `with FlyteContextManager.with_context(...)`",
            )
        ctx, before = stack[-1]
        _stack.set(stack[:-1])
        set_running(before)
        return ctx

    @staticmethod
    def with_context(b: FlyteContext.Builder) -> _Pushed:
        """Build a context and put it in force for the length of a ``with`` block.

        Whatever was pushed inside and not popped goes with it.
        """
        return _Pushed(b.build)

    @staticmethod
    def size() -> int:
        """Return how many contexts there are, that of the session among them."""
        return len(_stack.get()) + 1

    @staticmethod
    def initialize() -> None:
        """Forget every context that was pushed here."""
        stack = _stack.get()
        if stack:
            set_running(stack[0][1])
        _stack.set(())


class _Pushed:  # no AbstractContextManager, whose instances have a dictionary
    """A ``with`` block with a context of its own; it can be entered once, as a file can."""

    __slots__ = ("_make", "_pushed")

    def __init__(self, make: Callable[[], FlyteContext]) -> None:
        self._make = make
        self._pushed: _Entry | None = None

    def __enter__(self) -> FlyteContext:
        ctx = self._make()
        ctx.set_stackframe(sys._getframe(1))  # noqa: SLF001 - where the `with` stands
        self._pushed = entry = (ctx, running())
        _push(entry)
        return ctx

    def __exit__(self, *_: object) -> None:
        # Found by what it is, not by a token: generators that take turns end in any order, and
        # one that is closed from elsewhere ends where it never was pushed.
        stack, pushed = _stack.get(), self._pushed
        place = len(stack)
        while place:
            place -= 1
            if stack[place] is pushed:
                _stack.set(stack[:place])
                before = stack[place][1]
                if running() is not before:
                    set_running(before)
                return


def pushed() -> tuple[FlyteContext, ...]:
    """Return the contexts that were pushed here, the newest last."""
    return tuple(ctx for ctx, _ in _stack.get())


def new_context() -> _Pushed:
    """Return a ``with`` block with a context like the one in force (flytekit's ``new_context``)."""
    return _Pushed(FlyteContextManager.current_context().new_builder().build)


def _push(entry: _Entry) -> None:
    _stack.set((*_stack.get(), entry))
    ctx, before = entry
    state = ctx.execution_state
    params = None if state is None else state.user_space_params
    if params is not None and params is not before and params is not current():
        set_running(params)


def _imply(params: ExecutionParameters | None, below: FlyteContext | None) -> FlyteContext:
    """Return the context of a running task, or of none, above *below*."""
    if params is None:
        return FlyteContext(_no_storage)
    is_running = running() is not None
    mode = params.mode if is_running else None
    state = ExecutionState(lambda: params.working_directory, mode, user_space_params=params)
    if below is None:
        below = FlyteContext(params.storage, level=0 if is_running else -1)
    builder = below.with_execution_state(state)
    if is_running:
        builder.with_file_access(params.storage)
        builder.with_output_metadata_tracker(params.output_metadata_tracker)
    return builder.build()


def _no_storage() -> Any:
    from .storage import FileAccess

    return FileAccess()
