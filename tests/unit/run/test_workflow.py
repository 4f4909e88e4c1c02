"""Workflows: declared as a graph, run by it."""

import asyncio
import functools
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest

from flyte_nb import Labels, LaunchPlan, Options, current_context, task, workflow
from flyte_nb.context.entities import FlyteEntities
from flyte_nb.errors import (
    FlyteMissingTypeException,
    FlyteNbError,
    InvalidValueError,
    TypeTransformerFailedError,
    WorkflowDefinitionError,
)


@task
def double(a: int) -> int:
    return 2 * a


@task
def join(parts: list[str], by: str = "-") -> str:
    return by.join(parts)


@task
def text(a: int) -> str:
    return str(a)


@task
def note(s: str):
    NOTED.append(s)


NOTED: list[str] = []


class Parts(NamedTuple):
    whole: int
    name: str


@dataclass
class Model:
    rate: float
    tags: list[str]


@task
def split(a: int) -> Parts:
    return Parts(a // 2, f"half of {a}")


@task
async def slow(a: int) -> int:
    await asyncio.sleep(0)
    return a


@task
def rate(m: Model) -> float:
    return m.rate


@task
def train(rate: float) -> Model:
    return Model(rate, ["first", "second"])


@pytest.fixture(autouse=True)
def _forget():
    NOTED.clear()


def test_values_go_from_task_to_task():
    @workflow
    def wf(a: int, by: str = "+") -> str:
        return join(parts=[text(a=double(a=a)), text(a=a), "end"], by=by)

    assert wf(a=2) == "4+2+end"
    assert wf(3, by="/") == "6/3/end"
    assert [node.id for node in wf.nodes] == ["n0", "n1", "n2", "n3"]
    assert [node.id for node in wf.nodes[3].upstream_nodes] == ["n1", "n2"]


def test_a_workflow_is_followed_once_and_its_body_does_not_run_again():
    followed = []

    @workflow
    def wf(a: int) -> int:
        followed.append(a)
        return double(a=a)

    assert wf(a=1) + wf(a=2) == 6
    assert len(followed) == 1


def test_outputs_by_name_by_place_and_by_part():
    @workflow
    def wf(a: int) -> tuple[int, str, float, str]:
        whole, name = split(a=a)
        model = train(rate=0.5)
        return double(a=whole), name, model.rate, model.tags[1]

    assert wf(a=10) == (10, "half of 10", 0.5, "second")

    @workflow
    def named(a: int) -> Parts:
        parts = split(a=a)
        return Parts(whole=parts.whole, name=parts.name)

    assert named(a=4) == Parts(2, "half of 4")
    assert isinstance(named(a=4), Parts)


def test_a_workflow_in_a_workflow_is_a_node_with_its_defaults():
    @workflow
    def inner(a: int, b: int = 5) -> tuple[int, int]:
        return double(a=a), double(a=b)

    @workflow
    def outer(a: int) -> int:
        first, second = inner(a=a)
        note(s=text(a=second))
        return double(a=first)

    assert outer(a=3) == 12
    assert NOTED == ["10"]
    assert len(outer.nodes) == 4


def test_tasks_of_one_call_share_an_execution_and_calls_do_not():
    seen = []

    @task
    def look(a: int) -> int:
        ctx = current_context()
        seen.append((ctx.execution_id.name, ctx.execution_date, ctx.task_id.name))
        return a

    @workflow
    def inner(a: int) -> int:
        return look(a=a)

    @workflow
    def wf(a: int) -> int:
        return inner(a=look(a=a))

    wf(a=1)
    first = seen.copy()
    seen.clear()
    wf(a=1)
    assert len(set(first)) == 1
    assert len(set(seen)) == 1
    assert set(first).isdisjoint(seen)


def test_order_without_values():
    @workflow
    def wf():
        last = note(s="last")
        first = note(s="first")
        first >> note(s="then") >> last

    wf()
    assert NOTED == ["first", "then", "last"]


def test_several_outputs_have_an_order_too():
    @workflow
    def wf() -> str:
        late = note(s="late")
        parts = split(a=2)
        parts >> late
        assert isinstance(parts, Parts)
        return parts.name

    assert wf() == "half of 2"


def test_the_tasks_own_error_comes_out_unchanged_with_and_without_a_loop():
    error = KeyError("mine")

    @task
    def fail() -> int:
        raise error

    @workflow
    def wf() -> int:
        return double(a=fail())

    async def in_a_notebook():
        return wf()

    for call in (wf, lambda: asyncio.run(in_a_notebook())):
        with pytest.raises(KeyError) as caught:
            call()
        assert caught.value is error


def test_lists_and_dictionaries_are_handed_on_as_copies():
    @task
    def make() -> list[dict[str, int]]:
        return [{"a": 1}]

    @task
    def spoil(xs: list[dict[str, int]]) -> int:
        xs[0]["a"] = 2
        xs.append({})
        return len(xs)

    @task
    def first(xs: list[dict[str, int]], after: int) -> int:
        return xs[0]["a"] + len(xs) + after

    @workflow
    def wf(given: list[dict[str, int]]) -> tuple[int, int]:
        made = make()
        return first(xs=made, after=spoil(xs=made)), spoil(xs=given)

    mine = [{"a": 1}]
    assert wf(given=mine) == (4, 2)
    assert mine == [{"a": 1}]

    itself: list[Any] = []
    itself.append(itself)

    @task
    def take(xs: list[Any]) -> int:
        return len(xs)

    @workflow
    def circle(xs: list[Any]) -> int:
        return take(xs=xs)

    with pytest.raises(InvalidValueError, match="holds itself"):
        circle(xs=itself)


def test_inside_a_task_all_is_one_pod():
    seen = []

    @task
    def look() -> int:
        seen.append(current_context().task_id.name.rpartition(".")[2])
        return 1

    @workflow
    def wf() -> int:
        return double(a=look())

    @task
    def outer() -> int:
        return wf()

    assert outer() == 2
    assert seen == ["outer"]


def use_as_condition(a: int) -> int:
    return double(a=1) if double(a=a) else 0


def use_as_number(a: int) -> int:
    return double(a=a) + 1


def use_as_text(a: int) -> str:
    return join(parts=[f"{a}"])


def use_in_a_form(a: int) -> str:
    return join(parts=[f"{a:>3}"])


def use_as_text_in_a_model(a: int) -> float:
    return rate(m=Model(0.5, [f"{a}"]))


def use_as_text_in_a_name(a: int) -> int:
    return double(a=a).with_overrides(name=f"of {a}")


def use_a_coroutine(a: int) -> int:
    return slow(a=a)


def use_in_a_loop(a: list[int]) -> int:
    return next(double(a=x) for x in a)


def use_compared(a: int) -> int:
    return double(a=1) if a == 3 else double(a=2)


def use_called(a: int) -> int:
    return double(a=a)()


def use_length(a: list[int]) -> int:
    return double(a=len(a))


def use_range(a: int) -> int:
    return next(double(a=i) for i in range(a))


def use_an_attribute(a: int) -> str:
    return text(a=double(a=a).real)


def use_a_slice(a: list[int]) -> list[int]:
    return a[1:]


def use_a_field_that_is_not_there(a: float) -> str:
    return train(rate=a).speed


def use_a_part_of_text(a: int) -> str:
    return join(parts=[str(double(a=a))])


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (use_as_condition, r"output of n0 \(.*double\) has no value .*: it cannot be a cond"),
        (use_as_number, "cannot be computed with"),
        (use_as_text, r"join\(parts=…\): the text has input a in it, which has no value"),
        (use_in_a_form, "cannot be put into a text in a form"),
        (use_as_text_in_a_model, "the text has input a in it"),
        (use_as_text_in_a_name, "the text has input a in it"),
        (use_a_coroutine, "slow is a coroutine function"),
        (use_in_a_loop, "cannot be iterated over"),
        (use_compared, r"\(input a == 3\) has no value .* cannot be a condition"),
        (use_called, "cannot be called"),
        (use_length, "cannot be iterated over"),
        (use_range, "cannot be used as a number"),
        (use_an_attribute, "is int, which has no field 'real'"),
        (use_a_slice, "cannot be cut to size"),
        (use_a_field_that_is_not_there, "is Model, which has no field 'speed'"),
        (use_a_part_of_text, r"the text has output of n0 \(.*double\) in it"),
    ],
)
def test_a_promise_is_no_value(function, message):
    with pytest.raises(WorkflowDefinitionError, match=message) as caught:
        workflow(function)
    # What IPython shows names the line.
    shown = "\n".join(caught.value._render_traceback_())
    assert f"at {function.__name__}, line {function.__code__.co_firstlineno + 1}" in shown


def two_for_one(a: int) -> tuple[int, int]:
    return double(a=a)


def one_for_two(a: int) -> int:
    return double(a=a), double(a=a)


def undeclared(a: int):
    return double(a=a)


def nothing(a: int) -> int:
    double(a=a)


def in_a_circle() -> int:
    first = double(a=1)
    second = double(a=first)
    second >> first
    return second


def ordered_with_what_is_no_call() -> int:
    return double(a=1) >> 3


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (two_for_one, r"declares 2 outputs \(int, int\) and returns 1"),
        (one_for_two, "declares 1 output .* and returns 2"),
        (undeclared, "declares 0 outputs and returns 1"),
        (nothing, "declares 1 output .* and returns nothing"),
        (in_a_circle, "these wait for one another: n. .* >> n. .* >> n."),
        (ordered_with_what_is_no_call, "int is no call of a task in this workflow"),
    ],
)
def test_what_does_not_fit_together_is_said_when_it_is_declared(function, message):
    with pytest.raises(WorkflowDefinitionError, match=message):
        workflow(function)


def wrong_type(a: str) -> int:
    return double(a=a)


def wrong_constant() -> int:
    return double(a=1.5)


def wrong_item(a: int) -> str:
    return join(parts=["x", a])


def wrong_output(a: int) -> str:
    return double(a=a)


@pytest.mark.parametrize(
    ("function", "line"),
    [
        (two_for_one, "return double(a=a)"),
        (wrong_output, "return double(a=a)"),
        (in_a_circle, "second >> first"),
    ],
)
def test_it_is_said_in_which_line(function, line):
    with pytest.raises(FlyteNbError) as caught:
        workflow(function)
    shown = "\n".join(caught.value._render_traceback_())
    assert f"at {function.__name__}, line " in shown
    assert f": {line}\n" in f"{shown}\n"


def unknown_input(a: int) -> int:
    return double(aa=a)


def missing_input() -> int:
    return double()


def returns_nothing() -> int:
    return double(a=note(s="x"))


def wrong_default(a: int = "1") -> int:
    return double(a=a)


def list_for_dict(a: str) -> str:
    return count(of=[a])


@task
def count(of: dict[str, str]) -> str:
    return str(len(of))


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (wrong_type, r"double\(a=…\): expected int, input a is str"),
        (wrong_constant, r"double\(a=…\): expected int, got float 1.5"),
        (wrong_item, r"join\(parts=…\), an item: expected str, input a is int"),
        (wrong_output, "wrong_output, output o0: expected str, output of n0 .* is int"),
        (unknown_input, "double.. has no input 'aa'"),
        (missing_input, "double.. needs a"),
        (returns_nothing, r"double\(a=…\): .*note\) returns nothing"),
        (wrong_default, r"wrong_default\(a=…\): expected int, got str"),
        (list_for_dict, "expected dict.str, str., got list of 1 item"),
    ],
)
def test_types_are_checked_when_it_is_declared(function, message):
    with pytest.raises(TypeTransformerFailedError, match=message):
        workflow(function)


def test_a_promise_of_another_workflow_is_refused():
    kept = []

    @workflow
    def first(a: int) -> int:
        kept.append(double(a=a))
        return kept[0]

    def second() -> int:
        return double(a=kept[0])

    with pytest.raises(WorkflowDefinitionError, match="is of another workflow"):
        workflow(second)


def test_what_cannot_be_a_workflow():
    async def later() -> int: ...

    def steps() -> int:
        yield 1

    def untyped(a) -> int: ...

    with pytest.raises(WorkflowDefinitionError, match="coroutine function"):
        workflow(later)
    with pytest.raises(TypeError, match="workflow steps is a generator"):
        workflow(steps)

    @functools.wraps(later)
    def at_once() -> int:
        return double(a=asyncio.run(later()) or 1)

    assert workflow(at_once)() == 2
    with pytest.raises(FlyteMissingTypeException, match="workflow untyped: input 'a' has no type"):
        workflow(untyped)
    with pytest.raises(TypeError, match="@workflow goes on a function"):
        workflow(3)


def test_an_error_in_the_body_is_the_users_and_leaves_nothing_behind():
    def broken() -> int:
        double(a=1)
        return 1 // 0

    before = len(FlyteEntities.entities)
    with pytest.raises(ZeroDivisionError):
        workflow(broken)
    assert len(FlyteEntities.entities) == before
    assert double(a=1) == 2  # runs: nothing is being declared any more


def test_inputs_of_a_call_are_checked():
    @workflow
    def wf(a: int, b: str = "x") -> str:
        return join(parts=[text(a=a), b])

    for args, kwargs, message in (
        ((), {"a": "1"}, "expected int, got str"),
        ((), {}, "needs a"),
        ((), {"a": 1, "c": 2}, "has no input 'c'"),
        ((1,), {"a": 1}, "got a twice"),
        ((1, "x", 3), {}, "takes 2 inputs"),
    ):
        with pytest.raises(TypeTransformerFailedError, match=message):
            wf(*args, **kwargs)


def test_default_options_are_labels_and_annotations():
    @workflow(default_options=Options(labels={"team": "ml"}))
    def wf() -> int:
        return double(a=1)

    assert wf.default_options.labels == Labels({"team": "ml"})
    with pytest.raises(InvalidValueError, match="labels and annotations only"):
        workflow(default_options=Options(max_parallelism=2))
    with pytest.raises(InvalidValueError, match="not Options"):
        workflow(default_options={"labels": {}})


def test_it_shows_its_nodes():
    @workflow
    def wf(a: int, password: str) -> str:
        return join(parts=[text(a=a), password, "hunter2"], by="hunter3")

    shown = wf._repr_html_()
    assert "join" in shown
    assert "output of n0" in shown
    assert "hunter" not in shown + repr(wf) + repr(wf.nodes)


def test_it_is_defined_once_by_its_name_and_its_version_follows_what_it_calls():
    versions = []
    for factor in (1, 2):
        if factor == 1:

            @task
            def scale(a: int) -> int:
                return a

        else:

            @task
            def scale(a: int) -> int:
                return a * 2

        @workflow
        def wf(a: int) -> int:
            return scale(a=a)

        versions.append(wf.version)
    assert versions[0] != versions[1]
    named = [one for one in FlyteEntities.entities if one.name == wf.name]
    assert named == [wf]


def test_a_launch_plan_named_as_its_workflow_takes_nobodys_place():
    @workflow
    def wf() -> int:
        return double(a=1)

    plan = LaunchPlan.get_or_create(wf)
    found = [one for one in FlyteEntities.entities if one.name == wf.name]
    assert found == [wf, plan]


def test_a_workflow_that_calls_itself_has_no_end():
    def declare():
        @workflow
        def again(a: int) -> int:
            return again(a=double(a=a))

        return again

    with pytest.raises(WorkflowDefinitionError, match="workflow again calls itself") as caught:
        declare()
    assert "return again(a=double(a=a))" in "".join(caught.value._render_traceback_())

    calls = {"again": double}

    def again(a: int) -> int:
        return calls["again"](a=a)

    calls["again"] = workflow(again)  # the cell is run once more, and finds the one from before
    with pytest.raises(WorkflowDefinitionError, match="workflow again calls itself"):
        workflow(again)


def test_a_name_that_is_not_there_is_another_error():
    def wf(a: int) -> int:
        return nobody(a=a)  # noqa: F821 - is what it is about

    with pytest.raises(NameError, match="nobody"):
        workflow(wf)


@dataclass
class Reading:
    number: int | None
    items: list[int]


@task
def read(number: int | None, items: list[int]) -> Reading:
    return Reading(number, items)


@workflow
def doubled(a: int) -> int:
    return double(a=a)


def to_a_workflow(number: int | None, items: list[int]) -> int:
    return doubled(a=read(number=number, items=items).number)


def to_the_value(number: int | None, items: list[int]) -> int:
    return read(number=number, items=items).number


def to_an_item(number: int | None, items: list[int]) -> int:
    return double(a=read(number=number, items=items).items[1])


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (to_a_workflow, r"doubled\(a=…\): expected int, got None"),
        (to_the_value, r"to_the_value\(\) declares -> int and returned None"),
        (to_an_item, r"output.items\[1\] of n0 .* is not there: IndexError"),
    ],
)
def test_what_depends_on_the_value_is_checked_when_it_is_there(function, message):
    wf = workflow(function)
    with pytest.raises(TypeError, match=message):
        wf(number=None, items=[1])
    assert wf(number=1, items=[2, 1]) in {1, 2}
