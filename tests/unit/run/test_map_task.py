"""One task for each item of a list."""

import threading
import time
from functools import partial

import pytest

from flyte_nb import (
    FlyteRecoverableException,
    LaunchPlan,
    current_context,
    dynamic,
    map_task,
    task,
    workflow,
)
from flyte_nb.errors import InvalidValueError, TypeTransformerFailedError


@task
def add(a: int, b: int = 10) -> int:
    return a + b


@task
def even(a: int) -> int:
    if a % 2:
        raise ValueError(f"{a} is odd")
    return a


@task
def note(a: int):
    NOTED.append(a)


@task
async def awaited(a: int) -> int:
    return a * 3


NOTED: list[int] = []


def test_a_list_for_each_input():
    assert map_task(add)(a=[1, 2, 3], b=[1, 1, 1]) == [2, 3, 4]
    assert map_task(add)([1], [2]) == [3]
    assert map_task(partial(add, b=5))(a=[1, 2]) == [6, 7]
    assert map_task(partial(add, b=5))(a=[]) == []
    assert map_task(awaited)(a=[1, 2]) == [3, 6]
    assert map_task(note)(a=[1, 2]) is None
    assert sorted(NOTED) == [1, 2]


def test_in_a_workflow():
    @task
    def numbers(n: int) -> list[int]:
        return list(range(n))

    @workflow
    def wf(n: int) -> list[int]:
        return map_task(partial(add, b=100))(a=numbers(n=n))

    assert wf(n=3) == [100, 101, 102]
    assert len(wf.nodes) == 2


def test_in_order_side_by_side_and_not_too_many():
    lock, there, most = threading.Lock(), 0, 0

    @task
    def slow(a: int) -> int:
        nonlocal there, most
        with lock:
            there += 1
            most = max(most, there)
        time.sleep(0.03 / (a + 1))
        with lock:
            there -= 1
        return a

    mapped = map_task(slow, concurrency=2)

    @workflow
    def wf(xs: list[int]) -> list[int]:
        return mapped(a=xs)

    plan = LaunchPlan.create("a plan of maps", wf, max_parallelism=8)
    assert plan(xs=list(range(10))) == list(range(10))
    assert most == 2


def test_each_item_is_a_task_with_attempts_in_one_execution():
    seen = []

    @task(retries=1)
    def unsteady(a: int) -> int:
        seen.append((a, current_context().execution_id.name))
        if seen.count(seen[-1]) < 2:
            raise FlyteRecoverableException("again")
        return a

    assert map_task(unsteady)(a=[1, 2]) == [1, 2]
    assert len(seen) == 4
    assert len({execution for _, execution in seen}) == 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"min_success_ratio": 0.5}, [None, 2, None, 4]),
        ({"min_successes": 2}, [None, 2, None, 4]),
        ({"min_successes": 0}, [None, 2, None, 4]),
        ({"min_success_ratio": 0.6}, None),
        ({"min_successes": 3}, None),
        ({}, None),
    ],
)
def test_some_items_may_fail(given, expected):
    mapped = map_task(even, **given)
    if expected is not None:
        assert mapped(a=[1, 2, 3, 4]) == expected
        return
    with pytest.raises(ValueError, match="is odd"):
        mapped(a=[1, 2, 3, 4])


def test_all_items_are_run_where_that_is_wanted():
    begun = []

    @task
    def fail(a: int) -> int:
        begun.append(a)
        raise KeyError(a)

    with pytest.raises(KeyError):
        map_task(fail, concurrency=1, run_all_sub_nodes=True)(a=[1, 2, 3])
    assert begun == [1, 2, 3]
    begun.clear()
    with pytest.raises(KeyError):
        map_task(fail, concurrency=1)(a=[1, 2, 3])
    assert begun == [1]


def test_a_launch_plan_for_each_item():
    @workflow
    def wf(a: int, b: int = 2) -> int:
        return add(a=a, b=b)

    plan = LaunchPlan.create("a mapped plan", wf)
    assert map_task(plan)(a=[1, 2]) == [3, 4]


def test_an_item_that_may_be_missing_is_no_int():
    @task
    def take(xs: list[int]) -> int:
        return len(xs)

    @task
    def take_what_is_there(xs: list[int | None]) -> int:
        return len([x for x in xs if x is not None])

    def handed_on(a: list[int]) -> int:
        return take(xs=map_task(even, min_successes=1)(a=a))

    def returned(a: list[int]) -> list[int]:
        return map_task(even, min_success_ratio=0.5)(a=a)

    for function in (handed_on, returned):
        with pytest.raises(TypeTransformerFailedError, match=r"expected list.int., .*Optional"):
            workflow(function)

    @workflow
    def wf(a: list[int]) -> int:
        return take_what_is_there(xs=map_task(even, min_successes=1)(a=a))

    assert wf(a=[1, 2, 3, 4]) == 2


def test_what_is_refused():
    @dynamic
    def choosing(a: int) -> int:
        return a

    @task
    def two(a: int) -> tuple[int, int]:
        return a, a

    for call, message in (
        (lambda: map_task(3), "neither a task nor a launch plan"),
        (lambda: map_task(two), "more than one output"),
        (lambda: map_task(choosing), "a cluster maps a plain task, not a dynamic one"),
        (lambda: map_task(partial(add, 3)), "given by name"),
        (lambda: map_task(add, concurrency=-1), "concurrency=-1"),
        (lambda: map_task(add, min_successes="2"), "min_successes='2'"),
        (lambda: map_task(add, min_success_ratio=1.5), "min_success_ratio=1.5"),
        (lambda: map_task(add, min_success_ratio=float("nan")), "min_success_ratio=nan"),
    ):
        with pytest.raises(InvalidValueError, match=message):
            call()
    for call, message in (
        (lambda: map_task(partial(add, b="x")), "expected int, got str"),
        (lambda: map_task(add)(a=[1, 2], b=[1]), "same length are wanted, a has 2, b has 1"),
        (lambda: map_task(add)(a=[1, "2"], b=[1, 1]), "expected list.int., got list"),
        (lambda: map_task(add)(a=[1]), "needs b"),
        (lambda: map_task(add)(a=1, b=[1]), "expected list.int., got int"),
    ):
        with pytest.raises(TypeTransformerFailedError, match=message):
            call()


def test_each_item_has_its_number_in_the_record():
    run = map_task(partial(add, b=10)).run(a=[1, 2])
    assert run.result(20) == [11, 12]
    assert [n.name for n in run.progress.nodes()][1:] == ["add[0]", "add[1]"]
