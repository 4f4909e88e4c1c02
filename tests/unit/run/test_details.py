"""What a run leaves beside decks: metrics, metadata of outputs, the log."""

import logging
from datetime import datetime, timezone
from typing import NamedTuple

import pytest

from flyte_nb import FlyteContextManager, FlyteRecoverableException, current_context, task
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.context.output_metadata import OutputMetadata
from flyte_nb.context.task_log import MAX_LINES
from flyte_nb.decks import TimeLineDeck, timeit
from flyte_nb.errors import InvalidValueError
from flyte_nb.run.listeners import RUN_ENDED
from flyte_nb.run.report import CellReport


@pytest.fixture
def runs():
    runs = []
    stop = RUN_ENDED.subscribe(runs.append)
    yield runs
    stop()


def shown(run):
    report = CellReport()
    report.add(run)
    bundle = report._repr_mimebundle_()
    return bundle["text/plain"], bundle["text/html"]


class Quality:
    def serialize_to_string(self, ctx, variable_name):
        assert ctx.user_space_params.task_id.name.endswith("trains")
        return "quality", f"good, {variable_name}"


def describe(obj, **metadata):
    tracker = FlyteContextManager.current_context().output_metadata_tracker
    tracker.add(obj, OutputMetadata(**metadata))
    return obj


def test_metadata_is_attached_to_outputs_and_shown(runs):
    @task
    def trains() -> tuple[list[int], str]:
        describe(model := [1], additional_items=[Quality()], dynamic_partitions={"region": "<eu>"})
        at = datetime(2026, 1, 2, tzinfo=timezone.utc)
        return model, describe("some text", time_partition=at, artifact="models/best")

    trains()
    assert runs[0].attempts[0].outputs == (
        ("o0", "partition region", "<eu>"),
        ("o0", "quality", "good, o0"),
        ("o1", "artifact", "models/best"),
        ("o1", "time partition", "2026-01-02T00:00:00+00:00"),
    )
    text, html = shown(runs[0])
    assert "o0      quality" in text
    assert "&lt;eu&gt;" in html


class Named(NamedTuple):
    model: list[int]
    score: float


def test_outputs_have_their_names(runs):
    @task
    def trains() -> Named:
        return Named(describe([1], additional_items=[Quality()]), 0.5)

    trains()
    assert runs[0].attempts[0].outputs == (("model", "quality", "good, model"),)


def test_metadata_that_cannot_be_kept_fails_the_task():
    class Wrong:
        def serialize_to_string(self, _ctx, _name):
            return 5

    @task
    def trains() -> list[int]:
        return describe([1], additional_items=[Wrong()])

    with pytest.raises(InvalidValueError, match=r"Wrong\.serialize_to_string returned int"):
        trains()


def test_each_attempt_has_metrics_log_and_metadata_of_its_own(runs):
    @task(retries=1)
    def twice() -> list[int]:
        context = current_context()
        context.stats.incr("tries")
        context.logging.info("attempt %d", context.attempt, extra={"rows": 5})
        if context.attempt == 0:
            describe([0], dynamic_partitions={"lost": "yes"})
            raise FlyteRecoverableException("gone")
        return describe([1], dynamic_partitions={"kept": "yes"})

    with_level = logging.getLogger("flyte_nb.task")
    with_level.setLevel(logging.INFO)
    twice()
    first, second = runs[0].attempts
    assert [m.value for m in (*first.metrics, *second.metrics)] == [1, 1]
    assert [(line.message, line.fields) for line in second.log] == [
        ("attempt 1", (("rows", "5"),)),
    ]
    assert "FlyteRecoverableException: gone" in first.log[-1].message or len(first.log) == 1
    assert (first.outputs, second.outputs) == ((), (("o0", "partition kept", "yes"),))
    text, html = shown(runs[0])
    assert "Metrics of attempt 2" in text
    assert "Log of attempt 2 (1 line)" in html
    assert "attempt 1 rows=5" in html


def test_the_log_has_no_secret_and_is_bounded(runs):
    LEAK_GUARD.add("hunter2-hunter2")

    @task
    def talks():
        log = current_context().logging
        current_context().stats.incr("shown")
        for n in range(MAX_LINES + 10):
            log.warning("line %d of %s", n, "hunter2-hunter2", extra={"token": "hunter2-hunter2"})
        try:
            {}["hunter2-hunter2"]
        except KeyError:
            log.exception("x" * 5000)

    talks()
    log = runs[0].attempts[0].log
    assert len(log) == MAX_LINES
    assert log[-2].message == f"line {MAX_LINES + 9} of ••••"
    assert len(log[-1].message) == 2000
    text, html = shown(runs[0])
    assert "hunter2" not in text + html + repr(log)
    assert len(html) < 60_000


def test_records_say_which_run_they_belong_to(caplog):
    @task
    def talks():
        current_context().logging.warning("hello")

    talks()
    current_context().logging.warning("outside")
    inside, outside = caplog.records
    assert inside.flyte_task.endswith("talks")
    assert inside.flyte_attempt == 0
    assert len(inside.flyte_execution) == 20
    assert not hasattr(outside, "flyte_task")


def test_a_timeline_is_a_deck(runs):
    @task(enable_deck=True)
    def timed():
        with timeit("<load>"):
            pass
        timeit("train")(lambda: None)()

    timed()
    deck = runs[0].attempts[0].decks[0]
    assert deck.name == "Timeline"
    assert "2 parts in" in deck.html
    assert "&lt;load&gt;" in deck.html


def test_a_timeline_refuses_what_it_cannot_draw():
    with pytest.raises(InvalidValueError, match="time info: Start is missing"):
        current_context().timeline_deck.append_time_info({"Name": "x"})
    assert timeit("outside").__enter__().__exit__() is None
    assert current_context().timeline_deck.time_info == []


def test_naive_times_are_drawn_beside_aware_ones():
    now = datetime.now(timezone.utc)
    deck = TimeLineDeck("Timeline", auto_add_to_deck=False)
    for start in (now, now.replace(tzinfo=None)):
        times = {"Start": start, "Finish": start, "WallTime": 0, "ProcessTime": 0}
        deck.append_time_info({"Name": "x", **times})
    assert "2 parts in" in deck.html
