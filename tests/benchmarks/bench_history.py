"""What it costs to keep a run, and to list and open those that were kept."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from chains import chain, same

from flyte_nb import workflow
from flyte_nb.run.history.describe_run import record_of
from flyte_nb.run.history.folder import HistoryFolder
from flyte_nb.run.history.runs import runs
from flyte_nb.run.listeners import RUN_BEGAN

RUNS = 1_000


@pytest.fixture
def history(tmp_path):
    return HistoryFolder(tmp_path / "runs")


@pytest.fixture
def record(home):  # noqa: ARG001 - where the run itself is kept
    """Return the record of a run of so many nodes."""
    return lambda nodes: record_of(workflow(chain(nodes)).run(a=1).wait())


@pytest.fixture
def full(history, record):
    """A history of 1,000 runs."""
    one, now = record(5), datetime.now(timezone.utc)
    for number in range(RUNS):
        at = now - timedelta(minutes=number)
        run_id = f"{at:%Y%m%d-%H%M%S}-{number % 1000:03d}{number:04x}"
        (history.root / run_id).mkdir(parents=True)
        history.end(replace(one, id=run_id, started_at=at, ended_at=at + timedelta(seconds=3)))
    return history


def test_show_the_list_of_1000_runs(benchmark, full):
    """Target: 100 ms."""
    assert "The newest 50 runs" in benchmark(lambda: runs(history=full)._repr_html_())


def test_read_all_of_1000_runs(benchmark, full):
    """Target: 100 ms: what a filter that takes none of them does."""
    assert benchmark(lambda: len(runs(history=full))) == RUNS


@pytest.mark.parametrize("nodes", [1_000, 10_000])
def test_write_a_run(benchmark, history, record, nodes):
    one = record(nodes)
    (history.root / one.id).mkdir(parents=True)
    benchmark.pedantic(history.end, args=(one,), rounds=5, warmup_rounds=1)


@pytest.mark.parametrize("nodes", [1_000, 10_000])
def test_read_a_run(benchmark, history, record, nodes):
    one = record(nodes)
    (history.root / one.id).mkdir(parents=True)
    history.end(one)
    found = benchmark.pedantic(history.read, args=(one.id,), rounds=5, warmup_rounds=1)
    assert len(found.nodes) == nodes


@pytest.mark.parametrize("nodes", [1_000, 10_000])
def test_show_a_run(benchmark, record, nodes):
    one = record(nodes)
    shown = benchmark.pedantic(one.shown, rounds=5, warmup_rounds=1)
    benchmark.extra_info["html_bytes"] = len(shown["text/html"])
    assert len(shown["text/html"]) < 1_000_000


def small():
    return same.new_run(a=1).run_here()


@pytest.mark.usefixtures("home")
def test_hold_a_small_run(benchmark):
    """As it is, kept on disk: beside the next one."""
    benchmark(small)


@pytest.mark.usefixtures("home")
def test_hold_a_small_run_that_is_not_kept(benchmark):
    small()
    before = RUN_BEGAN._functions.items
    RUN_BEGAN._functions.items = ()
    try:
        benchmark(small)
    finally:
        RUN_BEGAN._functions.items = before
