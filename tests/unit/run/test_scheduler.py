"""Nodes side by side: as many as may be, what fails, what is let go, what an interrupt ends."""

import gc
import os
import signal
import threading
import time
import weakref

import pytest

from flyte_nb import LaunchPlan, Secret, current_context, task, workflow
from flyte_nb.errors import InvalidValueError
from flyte_nb.run.workflow_options import WorkflowFailurePolicy

LATE = WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE


class Meeting:
    """Counts who is there at a time."""

    def __init__(self):
        self.lock, self.there, self.most = threading.Lock(), 0, 0

    def __enter__(self):
        with self.lock:
            self.there += 1
            self.most = max(self.most, self.there)

    def __exit__(self, *_):
        with self.lock:
            self.there -= 1


MEETING = Meeting()


@task
def meet(n: int) -> int:
    with MEETING:
        time.sleep(0.05)
    return n


@task
def total(xs: list[int]) -> int:
    return sum(xs)


@workflow
def wide(n: int) -> int:
    return total(xs=[meet(n=n) for _ in range(8)])


@workflow
def wide_twice(n: int) -> int:
    return total(xs=[wide(n=n), wide(n=n)])


@pytest.fixture(autouse=True)
def _no_plans(monkeypatch):
    monkeypatch.setattr(LaunchPlan, "CACHE", {})
    MEETING.most = 0


@pytest.mark.parametrize("wf", [wide, wide_twice])
@pytest.mark.parametrize("most", [1, 3, 8])
def test_as_many_as_the_options_say_and_no_more(wf, most):
    LaunchPlan.create("first", wide, max_parallelism=2)(n=1)  # so that what stays is there
    before, MEETING.most = threading.active_count(), 0
    plan = LaunchPlan.create("plan", wf, max_parallelism=most)
    assert plan(n=1) == (8 if wf is wide else 16)
    assert MEETING.most == most
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.001)
    assert threading.active_count() == before


def test_what_waits_for_a_short_one_does_not_wait_for_a_long_one():
    ended = []

    @task
    def long() -> int:
        time.sleep(0.2)
        ended.append("long")
        return 1

    @task
    def short(n: int) -> int:
        ended.append("short")
        return n

    @workflow
    def wf() -> int:
        first = long()
        return total(xs=[first, short(n=short(n=short(n=1)))])

    assert LaunchPlan.create("plan", wf, max_parallelism=2)() == 2
    assert ended == ["short", "short", "short", "long"]


def test_each_task_has_a_context_of_its_own():
    @task
    def look(n: int) -> str:
        folder = current_context().working_directory
        time.sleep(0.01)
        assert current_context().working_directory == folder
        return f"{folder} {n}"

    @task
    def different(xs: list[str]) -> int:
        return len({x.partition(" ")[0] for x in xs})

    @workflow
    def wf() -> int:
        return different(xs=[look(n=n) for n in range(6)])

    assert LaunchPlan.create("plan", wf, max_parallelism=6)() == 6


@pytest.mark.parametrize(("policy", "expected"), [(None, []), (LATE, ["other", "after other"])])
@pytest.mark.parametrize("most", [1, 4])
def test_when_one_fails(policy, expected, most):
    done = []
    error = KeyError("mine")

    @task
    def fail() -> int:
        raise error

    @task
    def note(s: str, after: int = 0) -> int:
        done.append(s)
        return after

    @workflow(failure_policy=policy)
    def wf():
        gate = fail()
        note(s="waits for it", after=gate)
        first = note(s="other")
        if policy is None:  # else they would race with the one that fails
            gate >> first
        note(s="after other", after=first)

    with pytest.raises(KeyError) as caught:
        LaunchPlan.create("plan", wf, max_parallelism=most)()
    assert caught.value is error
    assert done == expected


def test_a_policy_that_is_none():
    with pytest.raises(InvalidValueError, match="is not a WorkflowFailurePolicy"):
        workflow(failure_policy="never")


class Large:
    pass


def test_a_value_is_let_go_when_nobody_needs_it_any_more():
    alive = weakref.WeakSet()

    @task
    def make() -> Large:
        made = Large()
        alive.add(made)
        return made

    @task
    def use(x: Large) -> int:
        return id(x)

    @task
    def count(after: int) -> int:
        gc.collect()
        return len(alive) if after else -1

    @workflow
    def wf() -> tuple[int, Large]:
        make()
        return count(after=use(x=make())), make()

    found, kept = LaunchPlan.create("plan", wf, max_parallelism=1)()
    assert found <= 1
    assert isinstance(kept, Large)


def test_who_sets_variables_is_alone(monkeypatch):
    monkeypatch.setenv("_FSEC_GROUP_KEY", "value-of-the-secret")
    seen = []

    @task(secret_requests=[Secret(group="group", key="key", env_var="MINE")])
    def with_variable() -> int:
        time.sleep(0.01)
        seen.append(os.environ.get("MINE"))
        return 1

    @task
    def without() -> int:
        time.sleep(0.01)
        seen.append(os.environ.get("MINE"))
        return 1

    @workflow
    def inner() -> int:
        return with_variable()

    @workflow
    def wf() -> int:
        return total(xs=[without(), with_variable(), without(), inner(), without(), without()])

    assert LaunchPlan.create("plan", wf, max_parallelism=4)() == 6
    assert sorted(map(str, seen)) == ["None"] * 4 + ["value-of-the-secret"] * 2
    assert "MINE" not in os.environ


def test_an_interrupt_ends_the_others_too():
    started, ended = [], []

    @task
    def wait(n: int) -> int:
        started.append(n)
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                time.sleep(0.005)
        finally:
            ended.append(n)
        return n

    @workflow
    def wf() -> int:
        return total(xs=[wait(n=n) for n in range(4)])

    def interrupt():
        while len(started) < 4:
            time.sleep(0.005)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        LaunchPlan.create("plan", wf, max_parallelism=4)()
    assert sorted(ended) == sorted(started) == [0, 1, 2, 3]
    assert wide(n=1) == 8  # the next one works
