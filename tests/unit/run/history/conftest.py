"""Runs to be kept: real ones, and records that are made up."""

from datetime import datetime, timedelta, timezone

import pytest

from flyte_nb.run.history.folder import HistoryFolder
from flyte_nb.run.history.node_record import AttemptRecord, DeckRecord, NodeRecord
from flyte_nb.run.history.record import RunRecord
from flyte_nb.run.record import Phase

AT = datetime(2026, 7, 26, 7, 1, 48, 123_000, timezone.utc)


@pytest.fixture(autouse=True)
def _no_configuration_of_the_user(home):
    """The history is kept where the settings say."""


@pytest.fixture
def history(tmp_path):
    """An empty history."""
    return HistoryFolder(tmp_path / "runs")


@pytest.fixture
def make_record():
    """Make a record of a run, told from others by a number."""

    def make(number=1, *, at=None, nodes=1, deck="<b>deck</b>", **more):
        at = AT + timedelta(seconds=number) if at is None else at
        decks = {"0001.html": deck} if deck else {}
        made = DeckRecord(name="summary", size_bytes=len(deck), file="0001.html", digest=deck[:16])
        attempt = AttemptRecord(
            number=0,
            phase=Phase.SUCCEEDED,
            duration_s=1.5,
            peak_memory_bytes=1 << 20,
            exit_code=0,
            findings=("module numpy: not in the image",),
            metrics=(("rows", "3", "", ""),),
            outputs=(("o0", "partition day", "monday"),),
            log="07:01:48 INFO training",
            decks=(made,) if deck else (),
        )
        found = tuple(
            NodeRecord(
                path=f"n{n}",
                name=f"n{n}",
                calls="train",
                kind="task",
                upstream=(f"n{n - 1}",) if n else (),
                phase=Phase.SUCCEEDED,
                attempts=(attempt,) if not n else (),
                began=at.timestamp() + n,
                ended=at.timestamp() + n + 1.5,
                transcript="one\ntwo",
                lines=2,
                inputs={"epochs": "3"},
                outputs={"o0": "4"},
            )
            for n in range(nodes)
        )
        fields = {
            "id": f"{at:%Y%m%d-%H%M%S-%f}"[:-3] + f"{number:04x}",
            "name": "notebook.train",
            "kind": "task",
            "phase": Phase.SUCCEEDED,
            "started_at": at,
            "ended_at": at + timedelta(seconds=1.5),
            "execution": "local:local:a123",
            "inputs": {"epochs": "3"},
            "outputs": {"o0": "4"},
            "options": {"attempts": 3, "fail_at": [0]},
            "versions": {"python": "3.11.7"},
            "host": "here",
            "pid": 4321,
            "process": "pid:[1] 17.25",
            "attempts": 1,
            "decks": 1,
            "phases": {"SUCCEEDED": nodes},
        }
        return RunRecord(
            **{**fields, **more}, nodes=found, read_deck=lambda file: decks.get(file, "")
        )

    return make
