"""What a cell's task takes, gives and needs, before it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyte_nb.display import panel_html, panel_text

if TYPE_CHECKING:
    from flyte_nb.run.task import Task


@dataclass(frozen=True, slots=True)
class CellTaskView:
    """Shows *task*, which a cell became, in a notebook and in a terminal.

    Attributes:
        task: The task.
        rows: Label and value of what there is to say.
    """

    task: Task
    rows: list[tuple[str, str]]

    def __repr__(self) -> str:
        return panel_text(self._title, self.rows)

    def _repr_html_(self) -> str:
        return panel_html(self._title, self.rows)

    @property
    def _title(self) -> str:
        return f"task {self.task.name}"
