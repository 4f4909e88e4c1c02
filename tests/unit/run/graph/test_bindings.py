"""What the body of a workflow may hand on, and what of it a task gets."""

import dataclasses
from collections import deque
from typing import Any, NamedTuple

import numpy as np
import pytest

from flyte_nb import LaunchPlan, current_context, map_task, task, workflow
from flyte_nb.errors import InvalidValueError, WorkflowDefinitionError


@dataclasses.dataclass
class Model:
    rate: float
    tags: list[str]
    inner: "Model | None" = None


@task
def grow(xs: list[int]) -> int:
    xs.append(0)
    return len(xs)


@task
def grow_tags(m: Model) -> int:
    m.tags.append("x")
    if m.inner is not None:
        m.inner.tags.append("x")
        return len(m.tags) + 10 * len(m.inner.tags)
    return len(m.tags)


@task
def total(xs: list[int] | None, by_name: dict[str, int] | None = None) -> int:
    return sum(xs or ()) + sum((by_name or {}).values())


@task
def double(a: int) -> int:
    return 2 * a


@task
def anything(x: Any) -> str:
    return repr(x)


def test_a_container_is_handed_over_as_it_is_at_that_line():
    @workflow
    def wf() -> tuple[int, int]:
        xs = [1]
        first = total(xs=xs)
        xs.append(10)
        return first, total(xs=xs)

    assert wf() == (1, 11)


def test_each_task_of_each_run_has_its_own():
    @workflow
    def wf(m: Model = Model(0.1, [], Model(0.2, []))) -> tuple[int, int, int]:  # noqa: B008
        constant = Model(0.1, ["a"])
        return grow_tags(m=m), grow_tags(m=m), grow_tags(m=constant)

    assert wf() == wf() == (11, 11, 2)
    mine = Model(0.1, [])
    assert wf(m=mine) == (1, 1, 2)
    assert mine.tags == []


@task
def add_one(x: np.ndarray, xs: list[np.ndarray]) -> float:
    x += 1
    xs[0] += 1
    return float(x.sum() + 10 * xs[0].sum())


def test_each_task_has_its_own_arrays():
    @workflow
    def wf(x: np.ndarray) -> tuple[float, float]:
        first, second = add_one(x=x, xs=[x]), add_one(x=x, xs=[x])
        first >> second
        return first, second

    mine = np.zeros(1)
    assert add_one(mine, [mine]) == add_one(mine, [mine]) == 11
    assert wf(x=mine) == wf.run(x=mine).result() == (11, 11)
    assert mine.tolist() == [0]


def test_inputs_of_a_launch_plan_are_its_own(monkeypatch):
    monkeypatch.setattr(LaunchPlan, "CACHE", {})

    @workflow
    def wf(xs: list[int]) -> int:
        return grow(xs=xs)

    xs = [1]
    plan = LaunchPlan.create("plan", wf, default_inputs={"xs": xs})
    xs.append(2)
    assert plan() == plan() == 2


def test_promises_in_containers_of_a_union():
    @workflow
    def wf(a: int) -> tuple[int, list[int] | None]:
        doubled = double(a=a)
        return total(xs=[doubled, 1], by_name={"x": doubled}), [doubled, a]

    assert wf(a=2) == (9, [4, 2])


def test_a_tuple_stays_one():
    @workflow
    def wf(a: int) -> str:
        return anything(x=(double(a=a), 1))

    assert wf(a=1) == "(2, 1)"


def hidden_in_a_model(a: float) -> int:
    return grow_tags(m=Model(a, []))


def hidden_deep(a: float) -> str:
    return anything(x=[{"m": Model(0.1, [], Model(a, []))}])


def hidden_in_an_array(a: int) -> str:
    return anything(x=np.array([a, 1], dtype=object))


def hidden_in_a_deque(a: int) -> str:
    return anything(x=deque([a]))


def a_set(a: int) -> str:
    return anything(x={a})


def a_key(a: int) -> str:
    return anything(x={"fast": 1}.get(a, 2))


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (hidden_in_a_model, "a Model cannot be made of a value that is not there yet"),
        (hidden_deep, "a Model cannot be made"),
        (hidden_in_an_array, "a ndarray cannot be made"),
        (hidden_in_a_deque, "a deque cannot be made"),
        (a_set, "cannot be looked up in a set or a dictionary"),
        (a_key, "cannot be looked up in a set or a dictionary"),
    ],
)
def test_a_promise_does_not_hide(function, message):
    with pytest.raises(WorkflowDefinitionError, match=message):
        workflow(function)


def holds_itself() -> str:
    itself: list[Any] = []
    itself.append(itself)
    return anything(x=itself)


def test_what_holds_itself_is_one_clear_error():
    with pytest.raises(InvalidValueError, match="it holds itself, or is nested too deep"):
        workflow(holds_itself)


def test_a_task_whose_cell_was_run_again_is_the_one_that_runs():
    names = {"__name__": "__main__", "task": task, "workflow": workflow}
    exec("@task\ndef step(a: int) -> int:\n    return a + 1", names)
    exec("@workflow\ndef wf(a: int) -> int:\n    return step(a=a)", names)
    plan = LaunchPlan.get_or_create(names["wf"])
    assert names["wf"](a=1) == 2
    exec("@task\ndef step(a: int) -> int:\n    return a + 100", names)
    assert names["wf"](a=1) == plan(a=1) == 101


def test_each_node_has_raw_outputs_of_its_own():
    @task
    def where(n: int) -> str:
        return f"{current_context().raw_output_prefix}{n}"

    @workflow
    def inner(n: int) -> str:
        return where(n=n)

    @workflow
    def wf() -> tuple[str, str, str]:
        return where(n=1), where(n=1), inner(n=1)

    found = wf()
    assert len(set(found)) == 3
    assert [one.rsplit("/", 3)[-2] for one in found] == ["n0", "n1", "n0"]


class Pair(NamedTuple):
    first: int
    second: str


def test_a_named_tuple_may_be_returned_as_a_plain_one():
    @task
    def pair() -> Pair:
        return 1, "x"

    found = pair()
    assert (found.first, found.second) == (1, "x")


def test_what_a_map_has_for_all_may_be_a_value_of_the_workflow():
    from functools import partial

    @task
    def multiply(q: int, p: int) -> int:
        return q * p

    @workflow
    def wf(xs: list[int], p: int) -> list[int]:
        return map_task(partial(multiply, p=p))(q=xs).with_overrides(retries=1)

    assert wf(xs=[1, 2], p=3) == [3, 6]


def test_order_of_several_and_after_the_declaration():
    noted = []
    kept = []

    @task
    def note(s: str):
        noted.append(s)

    @workflow
    def wf():
        later = (note(s="b"), note(s="c"))
        kept.append(note(s="a"))
        kept[0] >> later

    wf()
    assert noted == ["a", "b", "c"]
    with pytest.raises(WorkflowDefinitionError, match="has been declared"):
        kept[0] >> wf.nodes[0]
    with pytest.raises(WorkflowDefinitionError, match="has been declared"):
        kept[0].with_overrides(retries=1)
