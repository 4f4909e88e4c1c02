"""What a task emits, and what a user sees of it."""

import copy
import pickle
import threading
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from IPython.lib.pretty import pretty

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.context.stats import Kind, Recorder, TaggableStats
from flyte_nb.context.stats.recorder import MAX_SERIES
from flyte_nb.errors import InvalidValueError


@pytest.fixture
def stats():
    return TaggableStats()


def values(stats):
    return {(m.name, *m.tags): m.value for m in stats.metrics}


def test_counters_add_up_and_gauges_do_not(stats):
    stats.inc("rows", 3)
    stats.incr("rows")
    stats.decr("rows", 2)
    stats.gauge("level", 5)
    stats.gauge("level", 4)
    stats.gauge("level", -1.5, delta=True)
    assert values(stats) == {("rows",): 2, ("level",): 2.5}


def test_durations_are_milliseconds(stats):
    stats.timing("load", timedelta(seconds=1.5))
    stats.timing("load", 20)
    (load,) = stats.metrics
    assert (load.kind, load.count, load.value) == (Kind.TIMING, 2, 1520)
    assert (load.smallest, load.largest) == (20, 1500)


def test_a_timer_measures_a_block_and_a_function(stats):
    with stats.timer("sleep") as timer:
        threading.Event().wait(0.01)
    assert timer.ms >= 10

    @stats.timer("sleep", tags={"how": "decorated"})
    def sleep():
        return "value"

    assert sleep() == "value"
    assert [m.tags for m in stats.metrics] == [(), (("how", "decorated"),)]


def test_a_set_counts_what_is_different(stats):
    for user in ("a", "b", "a", 7):
        stats.set("users", user)
    assert [(m.value, m.count) for m in stats.metrics] == [(3, 4)]


def test_scopes_nest_and_tags_add_up(stats):
    stats.extend_tags({"team": "ml"})
    scoped = stats.get_stats("train").get_stats("epoch")
    scoped.incr("done", tags={"n": 1}, per_host=True)
    assert scoped.full_prefix == "train.epoch"
    bare = stats.get_stats("bare", copy_tags=False)
    bare.incr("x")
    stats.clear_tags()
    stats.incr("x")
    assert values(stats) == {
        ("train.epoch.done", ("_f", "i"), ("n", "1"), ("team", "ml")): 1,
        ("bare.x",): 1,
        ("x",): 1,
    }


def test_tags_of_a_call_are_left_as_they_were(stats):
    tags = {"a": "1"}
    stats.extend_tags({"b": "2"})
    stats.incr("x", tags=tags)
    assert tags == {"a": "1"}


def test_a_pipeline_emits_at_its_end(stats):
    with stats.pipeline() as pipeline:
        pipeline.incr("x")
        pipeline.get_stats("scope").incr("y")
        assert stats.metrics == ()
    assert values(stats) == {("x",): 1, ("scope.y",): 1}
    pipeline.incr("x")
    pipeline.send()
    assert values(stats)["x",] == 2


@pytest.mark.parametrize("wrong", ["x", None, [1], "1", np.array([1, 2])])
@pytest.mark.parametrize("method", ["inc", "decr", "gauge", "timing"])
def test_what_is_no_number_is_refused_where_it_is_emitted(stats, method, wrong):
    with pytest.raises(InvalidValueError, match=r"the value of 'rows' is (a|one) number, not"):
        getattr(stats, method)("rows", wrong)
    assert stats.metrics == ()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_what_is_not_finite_is_said_and_the_task_goes_on(stats, value, caplog):
    stats.gauge("loss", value)
    assert "loss is" in caplog.text
    assert stats.metrics == ()


def test_tags_of_the_handle_are_stronger_as_in_flytekit(stats):
    stats.extend_tags({"a": "handle"})
    stats.incr("x", tags={"a": "call", "b": "call"})
    assert stats.metrics[0].tags == (("a", "handle"), ("b", "call"))
    with pytest.raises(InvalidValueError, match="tags are a dictionary, not a str"):
        stats.incr("x", tags="a")
    with pytest.raises(InvalidValueError, match="rate of 'x'"):
        stats.incr("x", 1, {"a": "b"})


@pytest.mark.parametrize("name", ["", None, 5])
def test_a_name_is_text(stats, name):
    with pytest.raises(InvalidValueError, match="the name of a metric is text"):
        stats.incr(name)


@pytest.mark.parametrize("rate", [0, -1, 1.5])
def test_a_rate_is_a_share(stats, rate):
    with pytest.raises(InvalidValueError, match="rate of 'x'"):
        stats.incr("x", 1, rate)


def test_numbers_of_numpy_are_numbers():
    taken = []
    stats = TaggableStats(take=taken.append)
    stats.incr("rows", np.int64(3))
    stats.gauge("loss", np.float32(0.5))
    assert [type(emission.value) for emission in taken] == [int, float]


def test_memory_is_bounded_and_what_was_left_out_is_said():
    recorder = Recorder()
    stats = TaggableStats(recorder)
    for n in range(MAX_SERIES + 25):
        stats.incr(f"user-{n}")
        stats.incr("all")
    assert len(stats.metrics) == MAX_SERIES
    assert recorder.dropped == 26
    assert "26 more" in pretty(stats)


def test_threads_lose_nothing(stats):
    def emit():
        for _ in range(1000):
            stats.incr("x")

    threads = [threading.Thread(target=emit) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert values(stats) == {("x",): 16_000}


def test_a_copy_has_tags_of_its_own_and_the_same_metrics(stats):
    other = stats.copy()
    other.extend_tags({"a": "1"})
    stats.incr("x")
    other.incr("x")
    assert values(stats) == values(other) == {("x",): 1, ("x", ("a", "1")): 1}


def test_it_travels_empty(stats):
    stats.extend_tags({"a": "1"})
    stats.incr("x")
    for other in (pickle.loads(pickle.dumps(stats)), copy.copy(stats), copy.deepcopy(stats)):
        assert other.metrics == ()
        other.incr("y")
        assert values(other) == {("y", ("a", "1")): 1}


def test_it_is_a_table_without_secrets(stats):
    LEAK_GUARD.add("hunter2-hunter2")
    stats.incr("<rows>", 1234567, tags={"for": "hunter2-hunter2"})
    stats.timing("load", 1500)
    stats.timing("load", 20)
    text, html = pretty(stats), stats._repr_html_()
    assert "1,234,567" in text
    assert "760 ms     mean of 2, 20 to 1,500 ms" in text
    assert "&lt;rows&gt;" in html
    assert "hunter2" not in text + html + repr(stats)
