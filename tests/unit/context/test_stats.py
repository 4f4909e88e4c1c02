from datetime import timedelta

from flyte_nb.context import Stats


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
