"""The decks of two runs beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .compare import Comparison, DeckPair


@dataclass(frozen=True, slots=True, repr=False)
class DeckComparison:
    """Decks in pairs; shows itself in a notebook and in a terminal.

    Attributes:
        runs: The runs that they are of.
    """

    runs: Comparison

    def pairs(self) -> list[DeckPair]:
        """Return the decks in pairs; one of a pair is None where a run has none in its place."""
        return self.runs.decks()

    def __repr__(self) -> str:
        return f"<decks of {self.runs.a.id} and {self.runs.b.id}, compared>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        from flyte_nb.run.views.compare_view import decks_html, decks_text

        return {"text/plain": decks_text(self.runs), "text/html": decks_html(self.runs)}
