"""Tasks that decide which other tasks run."""

import pytest

from flyte_nb import (
    FlyteRecoverableException,
    conditional,
    current_context,
    dynamic,
    task,
    workflow,
)
from flyte_nb.errors import (
    InvalidValueError,
    TaskDefinitionError,
    TypeTransformerFailedError,
    WorkflowDefinitionError,
)


@task
def double(a: int) -> int:
    return 2 * a


@task
def total(xs: list[int]) -> int:
    return sum(xs)


@dynamic
def double_all(xs: list[int]) -> list[int]:
    return [double(a=x) for x in xs if x > 0]


@dynamic
def fib(n: int) -> int:
    if n < 2:
        return n
    return total(xs=[fib(n=n - 1), fib(n=n - 2)])


def test_its_inputs_are_values_and_what_it_calls_is_run_after_it():
    assert double_all(xs=[1, -5, 2]) == [2, 4]
    assert double_all(xs=[]) == []


def test_it_may_call_itself():
    assert fib(n=8) == 21


def test_in_a_workflow():
    @workflow
    def wf(xs: list[int]) -> int:
        return total(xs=double_all(xs=xs))

    assert wf(xs=[1, 2, 3]) == 12
    assert len(wf.nodes) == 2


def test_a_conditional_in_it():
    @dynamic
    def choose(a: int) -> int:
        twice = double(a=a)
        chosen = conditional("x").if_(twice > 4).then(double(a=a)).else_().then(total(xs=[a]))
        return total(xs=[chosen, 100])

    assert (choose(a=3), choose(a=1)) == (106, 101)


def test_its_body_has_a_context_of_its_own_and_its_tasks_share_the_execution():
    seen = []

    @task
    def look(n: int) -> int:
        ctx = current_context()
        seen.append((ctx.task_id.name.rpartition(".")[2], ctx.execution_id.name))
        return n

    @dynamic
    def outer(n: int) -> int:
        ctx = current_context()
        seen.append((ctx.task_id.name.rpartition(".")[2], ctx.execution_id.name))
        return look(n=look(n=n))

    outer(n=1)
    assert [name for name, _ in seen] == ["outer", "look", "look"]
    assert len({execution for _, execution in seen}) == 1


def test_its_body_is_retried():
    attempts = []

    @dynamic(retries=2)
    def unsteady(a: int) -> int:
        attempts.append(a)
        if len(attempts) < 3:
            raise FlyteRecoverableException("again")
        return double(a=a)

    assert unsteady(a=4) == 8
    assert len(attempts) == 3


def test_inside_a_task_it_is_a_plain_call():
    @task
    def outer() -> list[int]:
        return double_all(xs=[1, 2])

    assert outer() == [2, 4]


def test_no_value_and_a_value_that_is_there():
    @dynamic
    def nothing(a: int):
        double(a=a)

    @dynamic
    def constant(a: int) -> int | None:
        double(a=a)
        return None if a else 1

    assert nothing(a=1) is None
    assert constant(a=1) is None
    assert constant(a=0) == 1


def test_what_is_wrong():
    @dynamic
    def as_a_value(a: int) -> int:
        return double(a=a) + 1

    @dynamic
    def other_type(a: int) -> str:
        return double(a=a)

    with pytest.raises(WorkflowDefinitionError, match="cannot be computed with"):
        as_a_value(a=1)
    with pytest.raises(TypeTransformerFailedError, match="expected str, output of n0"):
        other_type(a=1)
    with pytest.raises(TypeTransformerFailedError, match="expected int, got str"):
        as_a_value(a="1")
    with pytest.raises(InvalidValueError, match="retries=-1"):
        dynamic(retries=-1)
    with pytest.raises(TypeError, match="nonsense"):
        dynamic(nonsense=1)

    async def later(a: int) -> int:
        return a

    with pytest.raises(TaskDefinitionError, match="coroutine function"):
        dynamic(later)
    assert double(a=1) == 2


def test_a_misspelt_option_is_a_type_error_that_knows_the_right_one():
    with pytest.raises(TypeError, match=r"dynamic.. has no 'retry'\n.*did you mean 'retries'"):
        dynamic(retry=3)
