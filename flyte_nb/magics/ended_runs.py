"""What stays under a cell of runs whose decks grew there, where nothing else shows the runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.run.report import SHOWN_RUNS

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from flyte_nb.run.handle.run import Run


class EndedRuns:
    """The runs of one cell that have ended: the last ones, and how many there were.

    Runs may be added in any thread, by one at a time.
    """

    def __init__(self) -> None:
        self._runs: tuple[Run, ...] = ()
        self._earlier = 0

    def add(self, run: Run) -> None:
        """Take in a run that has ended."""
        runs = (*self._runs, run)
        self._runs = runs[-SHOWN_RUNS:]
        self._earlier += len(runs) - len(self._runs)

    def has(self, execution: Hashable) -> bool:
        """Return whether it is the execution of one of the last ones."""
        return any(run.execution_id == execution for run in self._runs)

    def shown(self) -> dict[str, str]:
        """Return their decks by MIME type, without those of runs that were shown since."""
        from flyte_nb.run.history.describe_run import record_of
        from flyte_nb.run.views.decks_alone import decks_alone

        found = [decks_alone(record_of(run)) for run in self._runs if not run.is_shown]
        if found and self._earlier:
            said = f"Decks of {self._earlier:,} earlier runs: %flyte_deck list"
            found.insert(0, {"text/plain": said, "text/html": f"<p>{said}</p>"})
        return together(*found)


def together(*bundles: Mapping[str, str]) -> dict[str, str]:
    """Return one bundle of plain text and HTML that shows all of *bundles*, {} for none."""
    found = [bundle for bundle in bundles if bundle]
    if not found:
        return {}
    return {
        "text/plain": "\n".join(bundle["text/plain"] for bundle in found),
        "text/html": "".join(bundle["text/html"] for bundle in found),
    }
