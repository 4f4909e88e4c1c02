"""Puts the leak guard between a shell and whoever sees its outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.context.leak_guard.bundle import mask_bundle, mask_json

from .kernel_output import guard_kernel
from .terminal_output import guard_terminal

if TYPE_CHECKING:
    from contextlib import ExitStack

    from IPython.core.interactiveshell import InteractiveShell

    from flyte_nb.context.leak_guard import LeakGuard


def guard_outputs(shell: InteractiveShell, undo: ExitStack, guard: LeakGuard = LEAK_GUARD) -> None:
    """Mask what *shell* shows until *undo* is closed.

    Only what leaves is masked: variables, ``Out`` and exceptions keep their values, and so does
    output that is captured, until it is shown.
    """
    session = getattr(getattr(shell, "kernel", None), "session", None)
    undo.callback(guard_terminal(guard, shell) if session is None else guard_kernel(guard, session))

    def mask_history(*_: Any) -> None:
        if guard.is_active:
            _mask_history(guard, shell.history_manager)

    shell.events.register("post_run_cell", mask_history)
    undo.callback(shell.events.unregister, "post_run_cell", mask_history)


def _mask_history(guard: LeakGuard, history: Any) -> None:
    """Mask what IPython keeps of the last cells' outputs: ``%notebook`` writes it to a file."""
    recent = sorted(getattr(history, "outputs", {}))[-2:]
    for output in (one for number in recent for one in history.outputs[number]):
        if isinstance(pieces := output.bundle.get("stream"), list):
            output.bundle["stream"] = [guard.mask("".join(pieces))]
        else:
            output.bundle = mask_bundle(guard, output.bundle)
    exceptions = getattr(history, "exceptions", {})
    for number in sorted(exceptions)[-2:]:
        exceptions[number] = mask_json(guard, exceptions[number])
