"""What is told of a run while it goes on: at a bounded rate, in bounded pieces, without secrets."""

import json
import threading
import time
from itertools import pairwise

import pytest

from flyte_nb import FlyteRecoverableException, map_task, task, workflow
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.run.handle.progress import NodeProgress
from flyte_nb.run.record import Phase
from flyte_nb.run.views.follow import Follower
from flyte_nb.run.views.live import LiveRun
from flyte_nb.run.views.live_log import LiveLog
from flyte_nb.run.views.live_rows import MAX_ROWS, listed
from flyte_nb.run.views.live_text import LiveText

pytestmark = pytest.mark.usefixtures("home", "session")


@task
def double(a: int) -> int:
    print("doubling", a)  # noqa: T201 - what tasks print is what this is about
    return 2 * a


@task
def fail(a: int) -> int:
    raise ValueError("no luck", a)


@workflow
def quadruple(a: int) -> int:
    return double(a=double(a=a))


@workflow
def breaks(a: int) -> int:
    return double(a=fail(a=double(a=a)))


def node(path, phase=Phase.RUNNING, **given):
    return NodeProgress(path=path, name=path, calls="f", kind="task", phase=phase, **given)


def test_changes_are_told_once_and_numbered(clock):
    run = quadruple.new_run(a=1)
    live = LiveRun(run, clock)
    before = live.frame()
    assert (before["phase"], before["rows"], before["counts"]) == ("QUEUED", [], {})
    run.run_here()
    changes = live.changes()
    assert changes["seq"] == before["seq"] + 1
    assert changes["phase"] == "SUCCEEDED"
    assert changes["counts"] == {"SUCCEEDED": 2}
    assert changes["order"] == ["n0", "n1"]
    assert [row["attempt"] for row in changes["rows"]] == [1, 1]
    assert "data-box" in changes["svg"]
    assert changes["log"]["text"] == "doubling 2\n"
    assert live.changes() is None
    frame = live.frame()
    assert frame["seq"] == changes["seq"]
    assert frame["rows"] == changes["rows"]
    json.dumps([frame, changes])


def test_while_phases_change_only_boxes_are_sent(clock):
    run = quadruple.new_run(a=1)
    progress = run.progress
    progress.add([node("n0", Phase.QUEUED), node("n1", Phase.QUEUED, upstream=("n0",))])
    live = LiveRun(run, clock)
    progress.began("n0")
    clock.now = 1.0
    changes = live.changes()
    assert "svg" not in changes
    assert list(changes["boxes"]) == ["n0"]
    assert changes["label"].endswith("quadruple: 2 nodes, 1 running, 1 queued")
    assert [row["path"] for row in changes["rows"]] == ["n0"]
    assert "order" not in changes


def test_a_run_of_ten_thousand_nodes_is_told_in_few_bytes(clock):
    run = quadruple.new_run(a=1)
    progress = run.progress
    progress.add(node(f"n{i}", Phase.QUEUED) for i in range(10_000))
    live = LiveRun(run, clock)
    sizes = [len(json.dumps(live.frame()))]
    for i in range(10_000):
        progress.began(f"n{i}")
        progress.ended(f"n{i}", ValueError("x" * 1000) if i % 7 == 0 else None)
        if i % 500 == 0:
            clock.now += 0.1
            sizes.append(len(json.dumps(live.changes())))
    assert max(sizes) < 40_000
    assert len(live.frame()["rows"]) == MAX_ROWS


def test_rows_are_those_that_one_wants_to_see():
    nodes = [node(f"n{i}", Phase.SUCCEEDED, ended=float(i)) for i in range(1000)]
    nodes[3].phase = Phase.FAILED
    nodes[500].phase = Phase.RUNNING
    paths = [one.path for one in listed(nodes)]
    assert len(paths) == MAX_ROWS
    assert {"n3", "n500", "n999"} <= set(paths)
    assert paths == sorted(paths, key=lambda path: int(path[1:]))


def test_rows_stand_below_what_they_are_inside_of(clock):
    run = quadruple.new_run(a=1)
    run.progress.add(
        NodeProgress(path=path, name="", calls="f", kind=kind)
        for path, kind in [
            ("n0", "workflow"),
            ("n1", "conditional"),
            ("n2", "task"),
            ("n0/n0", "task"),
            ("n1-0-n0", "task"),
        ]
    )
    rows = LiveRun(run, clock).frame()["rows"]
    assert [(row["path"], row["depth"]) for row in rows] == [
        *(("n0", 0), ("n0/n0", 1), ("n1", 0), ("n1-0-n0", 1), ("n2", 0))
    ]


def test_what_is_printed_comes_in_bounded_pieces():
    one = node("n0")
    log = LiveLog()
    assert log.piece([one])["begins"] is True
    assert log.piece([one]) is None
    one.transcript.write("a\nb\nhalf")
    piece = log.piece([one])
    assert (piece["text"], piece["rest"], piece["begins"]) == ("a\nb\n", "half", False)
    one.transcript.write(" a line\n")
    assert log.piece([one])["text"] == "half a line\n"
    total = 0
    for i in range(100_000):
        one.transcript.write(f"line {i}\n")
        if i % 10_000 == 9_999:
            piece = log.piece([one])
            total += len(json.dumps(piece))
            assert piece["skipped"] == 10_000 - 60
            assert piece["text"].endswith(f"line {i}\n")
    assert total < 20_000
    one.transcript.write(("x" * 5_000 + "\n") * 100)
    assert len(log.piece([one])["text"]) <= 8_000


def test_the_log_is_that_of_a_node_that_prints_until_it_ends():
    outer, first, second = node("n0"), node("n0/n0"), node("n1")
    log = LiveLog()
    assert log.piece([outer])["path"] == "n0"
    first.transcript.write("x\n")
    assert log.piece([outer, first, second])["path"] == "n0/n0"
    second.transcript.write("y\n")
    assert log.piece([outer, first, second]) is None
    first.phase = Phase.SUCCEEDED
    assert log.piece([outer, first, second])["path"] == "n1"
    log.chosen = "n0/n0"
    assert log.piece([outer, first, second])["text"] == "x\n"
    log.again()
    assert log.piece([outer, first, second])["begins"] is True


def test_secrets_are_masked_wherever_they_are_cut(clock):
    LEAK_GUARD.add("correct-horse-battery")
    run = quadruple.new_run(a=1)
    one = NodeProgress(path="n0", name="of correct-horse-battery", calls="f", kind="task")
    run.progress.add([one])
    run.progress.began("n0")
    live = LiveRun(run, clock)
    told = [json.dumps(live.frame())]
    for piece in ("a correct-ho", "rse-bat", "tery\nmore correct-", "horse-battery", "\n"):
        one.transcript.write(piece)
        told.append(json.dumps(live.changes()))
    said = "".join(told)
    assert "horse" not in said
    assert "more" in said


def test_the_text_says_each_change_in_a_line():
    run = breaks.new_run(a=1)
    text = LiveText(run)
    assert list(text.lines()) == []
    run.run_here()
    first, *nodes, last = text.lines()
    assert first.endswith("breaks: running")
    assert [line.split(",")[0] for line in nodes] == [
        "✓   double (n0): succeeded",
        "✗   fail (n1): failed",
        "-   double (n2): skipped",
    ]
    assert nodes[1].endswith(": ValueError")  # all of it stands in the traceback below
    assert last.startswith("✗ workflow ")
    assert list(text.lines()) == []


def test_the_text_has_no_sign_that_the_terminal_has_not():
    run = quadruple.new_run(a=1).run_here()
    for line in LiveText(run, "ascii").lines():
        assert line.isascii()


def test_the_text_of_a_run_with_many_nodes_tells_sums():
    run = map_task(double).new_run(a=list(range(100))).run_here()
    lines = list(LiveText(run).lines())
    assert lines[1] == "  101 succeeded"
    assert len(lines) == 3


def test_the_text_tells_of_attempts():
    @task(retries=1)
    def flaky(a: int) -> int:
        raise FlyteRecoverableException(f"again {a}")

    run = flaky.new_run(a=1).run_here()
    lines = list(LiveText(run).lines())
    assert any("attempt 1 failed: FlyteRecoverableException: again" in line for line in lines)


def test_a_run_is_looked_at_until_its_end_at_most_ten_times_a_second():
    looks, over = [], threading.Event()
    go_on = threading.Event()

    @task
    def busy(a: int) -> int:
        while not go_on.is_set():
            print("x")  # noqa: T201
        return a

    run = busy.new_run(a=1)
    follower = Follower(run, lambda: looks.append((time.monotonic(), run.done)), over.set)
    run.start()
    time.sleep(1.0)
    go_on.set()
    run.wait(20)
    assert follower.wait(20)
    assert over.is_set()
    assert looks[-1][1] is True
    times = [at for at, _ in looks[:-1]]
    assert all(b - a > 0.09 for a, b in pairwise(times))
    assert len(times) <= 20
    assert not run._listeners.items or follower._stop


def test_a_view_that_fails_does_not_change_the_run(caplog):
    def look():
        raise OSError("the front end is gone")

    run = double.new_run(a=2)
    follower = Follower(run, look)
    assert run.run_here().result() == 4
    assert follower.wait(20)
    assert "cannot be shown any more" in caplog.text
