import threading
from datetime import timedelta

import pytest

from flyte_nb.context import Stats
from flyte_nb.errors import InvalidValueError


def test_counters_add_up_and_gauges_do_not():
    stats = Stats()
    stats.inc("rows", 3)
    stats.incr("rows")
    stats.decr("rows", 2)
    stats.gauge("level", 5)
    stats.gauge("level", 4)
    assert stats.totals() == {"rows": 2, "level": 4}


def test_durations_are_milliseconds():
    stats = Stats()
    stats.timing("load", timedelta(seconds=1.5))
    stats.timing("load", 20, tags={"table": "users"})
    with stats.timer("load"):
        pass
    first, second, third = stats.metrics
    assert (first.value, second.value, second.tags) == (1500, 20, (("table", "users"),))
    assert third.value >= 0


@pytest.mark.parametrize("wrong", ["x", None, [1]])
def test_what_is_no_number_is_refused_where_it_is_emitted(wrong):
    with pytest.raises(InvalidValueError, match="the value of 'rows' is a number, not a"):
        Stats().inc("rows", wrong)
    with pytest.raises(InvalidValueError):
        Stats().decr("rows", wrong)


def test_a_timer_measures():
    stats = Stats()
    with stats.timer("sleep"):
        threading.Event().wait(0.01)
    assert stats.metrics[0].value >= 10
