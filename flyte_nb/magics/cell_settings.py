"""`%%flyte_context`: settings for one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

    from flyte_nb.notebook_session import Session

_MAGIC = "%%flyte_context"


class CellSettings:
    """Changes settings of *session* until the cell has ended.

    The cell's first line becomes a line magic, and the rest stays as it is: a magic that ran
    the cell by itself would show its errors twice and could not await.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._before: dict[str, Any] | None = None
        self._depth = self._entered = 0  # cells run cells

    def install(self, shell: InteractiveShell) -> Callable[[], None]:
        """Look at each cell of *shell* from now on; return what ends that."""
        shell.input_transformers_cleanup.insert(0, rewrite)  # before cell magics are looked for
        # Not pre_run_cell and its partner, which a silent cell has not.
        shell.events.register("pre_execute", self._begin)
        shell.events.register("post_execute", self._end)

        def uninstall() -> None:
            shell.input_transformers_cleanup.remove(rewrite)
            shell.events.unregister("pre_execute", self._begin)
            shell.events.unregister("post_execute", self._end)

        return uninstall

    def enter(self, changes: dict[str, Any]) -> None:
        """Change settings for the cell that runs.

        Raises:
            InvalidValueError: A value that Flyte admin would refuse.
        """
        before = self._session.changes
        self._session.configure(**changes)
        if self._before is None:
            self._before, self._entered = before, self._depth

    def _begin(self) -> None:
        self._depth += 1

    def _end(self) -> None:
        """Undo, at the end of the cell itself and not of one that it runs."""
        if self._before is not None and self._depth <= self._entered:
            before, self._before = self._before, None
            self._session.put_back(before)
        self._depth = max(0, self._depth - 1)


def rewrite(lines: list[str]) -> list[str]:
    """Return the lines of a cell, its first one a line magic where it was `%%flyte_context`."""
    first = next((n for n, line in enumerate(lines) if not _is_blank(line)), None)
    if first is None:
        return lines
    word, _, rest = lines[first].lstrip().partition(" ")
    if word.rstrip() != _MAGIC:
        return lines
    settings = f"%flyte_context set --cell {rest.strip().removeprefix('set ')}\n"
    below = lines[first + 1 :]
    if below and below[0].startswith("%%"):  # another cell magic: it has to come first
        return [below[0], *lines[:first], settings, *below[1:]]
    return [*lines[:first], settings, *below]


def _is_blank(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")
