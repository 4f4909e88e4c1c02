"""Something that grows under the cell while it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.display import display

if TYPE_CHECKING:
    from collections.abc import Iterable

    from IPython.core.interactiveshell import InteractiveShell


def show_live(shell: InteractiveShell | None, states: Iterable[Any]) -> None:
    """Show each of *states* in the place of the one before; a terminal shows the last alone."""
    has_front_end = hasattr(shell, "kernel")
    handle = None
    state = None
    for state in states:
        if not has_front_end:
            continue
        if handle is None:
            handle = display(state, display_id=True)
        else:
            handle.update(state)
    if not has_front_end and state is not None:
        display(state)
