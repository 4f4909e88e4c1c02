"""Choices in a workflow."""

from dataclasses import dataclass
from typing import NamedTuple

import pytest

from flyte_nb import LaunchPlan, conditional, task, workflow
from flyte_nb.errors import BranchFailedError, WorkflowDefinitionError

RAN: list[str] = []


@pytest.fixture(autouse=True)
def _forget(monkeypatch):
    RAN.clear()
    monkeypatch.setattr(LaunchPlan, "CACHE", {})


@task
def double(a: float) -> float:
    RAN.append("double")
    return 2 * a


@task
def square(a: float) -> float:
    RAN.append("square")
    return a * a


@task
def add_hundred(a: float) -> float:
    RAN.append("add_hundred")
    return a + 100


@task
def text(a: float) -> str:
    return str(a)


@task
def note(s: str):
    RAN.append(s)


class Pair(NamedTuple):
    first: int
    second: str


@task
def pair(a: int) -> Pair:
    return Pair(a, str(a))


@task
def other_pair(a: int) -> Pair:
    return Pair(-a, "other")


@task
def unnamed(a: int) -> tuple[int, str]:
    return a, "unnamed"


@task
async def awaited(a: float) -> float:
    return a


@dataclass
class Model:
    rate: float
    is_good: bool


@task
def model(rate: float) -> Model:
    return Model(rate, rate > 0.5)


@workflow
def fractions(a: float) -> float:
    hundred = add_hundred(a=a)
    chosen = (
        conditional("fractions")
        .if_((a > 0.1) & (a < 1.0))
        .then(
            conditional("inner")
            .if_(a < 0.5)
            .then(double(a=a))
            .elif_((a > 0.5) & (a < 0.7))
            .then(square(a=double(a=a)))
            .else_()
            .fail("only below 0.7")
        )
        .elif_((hundred > 101.0) & (a < 10.0))
        .then(square(a=a))
        .else_()
        .then(double(a=add_hundred(a=a)))
    )
    return double(a=chosen)


@pytest.mark.parametrize(
    ("a", "value", "ran"),
    [
        (0.3, 1.2, ["add_hundred", "double", "double"]),
        (0.6, 2.88, ["add_hundred", "double", "square", "double"]),
        (2.0, 8.0, ["add_hundred", "square", "double"]),
        (20.0, 480.0, ["add_hundred", "add_hundred", "double", "double"]),
    ],
)
def test_only_the_case_whose_turn_it_is_runs(a, value, ran):
    assert fractions(a=a) == value
    assert ran == RAN


def test_a_case_may_fail():
    with pytest.raises(BranchFailedError, match="only below") as caught:
        fractions(a=0.8)
    assert isinstance(caught.value, ValueError)


def test_ids_are_unique_however_deep():
    ids = []

    def collect(nodes):
        for node in nodes:
            ids.append(node.id)
            for branch in getattr(node, "branches", ()):
                collect(branch.nodes)

    collect(fractions.nodes)
    assert len(ids) == len(set(ids)) == 10


@pytest.mark.parametrize(("a", "expected"), [(True, 1.0), (False, 4.0), (None, 9.0)])
def test_booleans_and_none(a, expected):
    @workflow
    def wf(a: bool | None) -> float:  # noqa: FBT001
        return (
            conditional("flag")
            .if_(a.is_none())
            .then(square(a=3.0))
            .elif_(a.is_true())
            .then(square(a=1.0))
            .elif_(a.is_false() | a.is_none())
            .then(square(a=2.0))
            .else_()
            .fail("never")
        )

    assert wf(a=a) == expected


def test_several_outputs_by_place_and_by_name():
    @workflow
    def wf(a: int, is_good: bool) -> tuple[int, str, int]:  # noqa: FBT001
        both = (
            conditional("which")
            .if_(is_good.is_true())
            .then(pair(a=a))
            .else_()
            .then(other_pair(a=a))
        )
        first, second = both
        return first, second, both.first

    assert wf(a=3, is_good=True) == (3, "3", 3)
    assert wf(a=3, is_good=False) == (-3, "other", -3)


def test_cases_without_values():
    @workflow
    def wf(a: int):
        done = conditional("note").if_(a > 1).then(note(s="many")).else_().then(note(s="few"))
        done >> note(s="after")

    wf(a=2)
    wf(a=1)
    assert RAN == ["many", "after", "few", "after"]


def test_the_same_value_in_a_case_and_after_it():
    @workflow
    def wf(a: float) -> float:
        before = double(a=a)
        chosen = conditional("x").if_(before > 3.0).then(square(a=before)).else_().then(double(a=a))
        return add_hundred(a=chosen)

    assert wf(a=2.0) == 116.0
    assert wf(a=1.0) == 102.0


def test_workflows_and_launch_plans_are_cases_too():
    @workflow
    def inner(a: float) -> float:
        return square(a=a)

    plan = LaunchPlan.create("plan", inner)

    @workflow
    def wf(a: float) -> float:
        return conditional("x").if_(a == 1.0).then(inner(a=3.0)).else_().then(plan(a=4.0))

    assert (wf(a=1.0), wf(a=2.0)) == (9.0, 16.0)


def without_else(a: float) -> float:
    conditional("x").if_(a > 1.0).then(double(a=a))
    return double(a=a)


def without_then(a: float) -> float:
    conditional("x").if_(a > 1.0)
    return double(a=a)


def and_for_ampersand(a: float) -> float:
    return conditional("x").if_(a > 1.0 and a < 2.0).then(double(a=a)).else_().fail("no")


def without_brackets(a: float, b: float) -> float:
    return conditional("x").if_((a > 1.0) & b).then(double(a=a)).else_().fail("no")


def no_comparison(a: bool) -> float:  # noqa: FBT001
    return conditional("x").if_(a).then(double(a=1.0)).else_().fail("no")


def nothing_called(a: float) -> float:
    return conditional("x").if_(a > 1.0).then(3.0).else_().fail("no")


def other_types(a: float) -> float:
    return conditional("x").if_(a > 1.0).then(double(a=a)).else_().then(text(a=a))


def used_outside(a: float) -> float:
    conditional("x").if_(a > 1.0).then(inside := double(a=a)).else_().then(square(a=a))
    return inside


def other_names(a: int) -> int:
    return conditional("x").if_(a > 1).then(pair(a=a)).else_().then(unnamed(a=a))


def handed_on_outside(a: float) -> float:
    conditional("x").if_(a > 1.0).then(inside := double(a=a)).else_().then(square(a=a))
    return square(a=inside)


def used_in_another_case(a: float) -> float:
    return conditional("x").if_(a > 1.0).then(inside := double(a=a)).else_().then(square(a=inside))


def compared_with_a_list(a: float) -> float:
    return conditional("x").if_(a == [1]).then(double(a=a)).else_().fail("no")


def an_input(a: float) -> float:
    return conditional("x").if_(a > 1.0).then(a).else_().then(double(a=a))


def an_input_in_the_last_case(a: float) -> float:
    return conditional("x").if_(a > 1.0).then(double(a=a)).else_().then(a)


def a_field(a: float) -> float:
    return conditional("x").if_(a > 1.0).then(model(rate=a).rate).else_().then(double(a=a))


def called_in_the_condition(a: float) -> float:
    return conditional("x").if_(double(a=a) > 1.0).then(double(a=a)).else_().fail("no")


def called_in_a_later_condition(a: float) -> float:
    begun = conditional("x").if_(a > 1.0).then(double(a=a))
    return begun.elif_(double(a=a) > 1.0).then(double(a=a)).else_().fail("no")


def called_asynchronously(a: float) -> float:
    return conditional("x").if_(a > 1.0).then(awaited(a=a)).else_().fail("no")


def named_by_a_value(a: float) -> float:
    return conditional(f"at {a}").if_(a > 1.0).then(double(a=a)).else_().fail("no")


def failing_with_a_value(a: float) -> float:
    return conditional("x").if_(a > 1.0).then(double(a=a)).else_().fail(f"{a} is wrong")


def no_reason(a: float) -> float:
    return conditional("x").if_(a > 1.0).then(double(a=a)).else_().fail("")


def ended_twice(a: float) -> float:
    begun = conditional("x").if_(a > 1.0).then(double(a=a))
    begun.else_().then(double(a=a))
    return begun.else_().then(double(a=a))


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (without_else, "conditional x has no end"),
        (without_then, "conditional x has no end"),
        (and_for_ampersand, "cannot be a condition"),
        (without_brackets, "Promise is no comparison"),
        (no_comparison, "Promise is no comparison"),
        (nothing_called, "calls nothing"),
        (other_types, "one case gives float, another str"),
        (other_names, "declares 1 output .int. and returns nothing"),
        (used_outside, "in one case of a conditional, and is used outside"),
        (handed_on_outside, "in one case of a conditional, and is used outside"),
        (used_in_another_case, "in one case of a conditional, and is used outside"),
        (compared_with_a_list, "a list cannot be compared"),
        (an_input, r"then\(input a\) calls nothing"),
        (an_input_in_the_last_case, r"then\(input a\) calls nothing"),
        (a_field, r"then\(output.rate of .*\) calls nothing"),
        (called_in_the_condition, "double.* is called in a condition"),
        (called_in_a_later_condition, "double.* is called in a condition"),
        (called_asynchronously, "awaited is a coroutine function"),
        (named_by_a_value, "the text has input a in it"),
        (failing_with_a_value, "the text has input a in it"),
        (no_reason, "does not say why"),
        (ended_twice, "has its else_.. already"),
    ],
)
def test_what_is_wrong_is_said_when_it_is_declared(function, message):
    with pytest.raises(WorkflowDefinitionError, match=message):
        workflow(function)


def test_it_is_for_workflows():
    with pytest.raises(AssertionError, match="for the body of a workflow"):
        conditional("x")
    with pytest.raises(WorkflowDefinitionError, match="not a name"):
        workflow(without_a_name)


def without_a_name():
    conditional("")


@pytest.mark.parametrize(
    ("function", "near"),
    [
        (lambda _: conditional(nam="x"), "name"),
        (lambda a: conditional("x").if_(exp=a > 1.0), "expr"),
        (lambda a: conditional("x").if_(a > 1.0).then(pp=double(a=a)), "p"),
        (lambda a: conditional("x").if_(a > 1.0).then(double(a=a)).elif_(exprr=a > 1.0), "expr"),
        (lambda a: conditional("x").if_(a > 1.0).fail(er="no"), "err"),
    ],
)
def test_a_misspelt_keyword_is_a_type_error_that_knows_the_right_one(function, near):
    def body(a):
        return function(a)

    body.__annotations__ = {"a": float}
    with pytest.raises(TypeError, match=f"did you mean '{near}'"):
        workflow(body)
