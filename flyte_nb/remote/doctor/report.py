"""The checklist as a user reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyte_nb.display import panel_text, short_path, table_html

from .check import Check, State
from .examine import examine

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Report:
    """Checks, one below the other; shows itself in a notebook and in a terminal.

    Attributes:
        checks: What `examine` yielded, in its order: ``Report(tuple(examine()))``.
        is_finished: Whether no more will come.
    """

    checks: tuple[Check, ...]
    is_finished: bool = True

    @property
    def is_ok(self) -> bool:
        """Whether nothing failed; warnings do not count."""
        return not self._count(State.FAILURE)

    @property
    def title(self) -> str:
        """How many failures and warnings there are."""
        counts = [(self._count(s), s.value) for s in (State.FAILURE, State.WARNING)]
        said = [f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n]
        otherwise = "all is well" if self.is_finished else "looking …"
        return f"Flyte doctor: {', '.join(said) or otherwise}"

    def __repr__(self) -> str:
        width = max([0, *(len(check.name) for check in self.checks)])
        rows = []
        for check in self.checks:
            label = f"{_word(check.state):<9}  {check.name:<{width}}"
            rows.append((label, short_path(check.finding)))
            if check.advice:
                rows.append(("", f"→ {short_path(check.advice)}"))
        return panel_text(self.title, rows)

    def _repr_html_(self) -> str:
        rows = [
            (
                _word(c.state).replace(" ", "\N{NO-BREAK SPACE}"),
                c.name,
                short_path(c.finding),
                short_path(c.advice),
            )
            for c in self.checks
        ]
        return table_html(self.title, ("", "check", "finding", "advice"), rows)

    def _count(self, state: State) -> int:
        return sum(check.state is state for check in self.checks)


def growing_report() -> Iterator[Report]:
    """Yield the checklist of the configuration in force, again after each check."""
    checks: tuple[Check, ...] = ()
    yield Report(checks, is_finished=False)
    for check in examine():
        checks += (check,)
        yield Report(checks, is_finished=False)
    yield Report(checks)


def _word(state: State) -> str:
    return f"{state.sign} {state.value}"
