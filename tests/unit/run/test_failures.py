"""Which node or item failed is said beside the user's own error, which stays as it was."""

import sys
import traceback

import pytest

from flyte_nb import LaunchPlan, Options, conditional, dynamic, map_task, task, workflow
from flyte_nb.errors import BranchFailedError
from flyte_nb.run.failures import failed_node

HERE = __name__


class MineError(Exception):
    """Takes two arguments, and can be given nothing more."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)


class SealedError(Exception):
    def __setattr__(self, name: str, value: object) -> None:
        raise TypeError(name)


@task
def double(a: int) -> int:
    return 2 * a


@task
def fail(a: int) -> int:
    if a > 1:
        raise MineError(a, "mine")
    return a


@workflow
def inner(a: int) -> int:
    return fail(a=double(a=a))


@dynamic
def choosing(a: int) -> int:
    return fail(a=double(a=a))


@workflow
def plain(a: int) -> int:
    return fail(a=double(a=a))


@workflow
def nested(a: int) -> int:
    return inner(a=double(a=a))


@workflow
def in_a_dynamic(a: int) -> int:
    return choosing(a=a)


@workflow
def in_a_case(a: int) -> int:
    return conditional("c").if_(a > 0).then(fail(a=double(a=a))).else_().fail("no")


PLAN = LaunchPlan.create("a plan that fails", inner)


@workflow
def in_a_plan(a: int) -> int:
    return PLAN(a=a)


@workflow
def in_a_map(a: int) -> list[int]:
    return map_task(fail)(a=[0, 1, a, 3])


@workflow
def named(a: int) -> int:
    return fail(a=a).with_overrides(node_name="the-last", name="last")


@pytest.mark.parametrize(
    ("entity", "note"),
    [
        (plain, f"in node n1 ({HERE}.fail)"),
        (nested, f"in node n1/n1 ({HERE}.fail)"),
        (in_a_dynamic, f"in node n0/n1 ({HERE}.fail)"),
        (in_a_case, f"in node n0-0-n1 ({HERE}.fail)"),
        (in_a_plan, f"in node n0/n1 ({HERE}.fail)"),
        (in_a_map, f"in node n0/n2 (item [2] of {HERE}.fail)"),
        (named, "in node the-last (last)"),
    ],
)
def test_the_note_says_which_node(entity, note):
    with pytest.raises(MineError) as caught:
        entity(a=2)
    assert caught.value.__notes__ == [note]
    assert type(caught.value) is MineError
    assert caught.value.args == (
        4 if entity in {plain, in_a_case} else caught.value.args[0],
        "mine",
    )
    assert failed_node(caught.value) == note.split()[2]
    if sys.version_info >= (3, 11):
        assert note in "".join(traceback.format_exception(caught.value))


def test_beside_others_that_fail_in_threads():
    @workflow
    def wf(a: int) -> tuple[int, int]:
        return fail(a=a), fail(a=a)

    with pytest.raises(MineError) as caught:
        LaunchPlan.create("side by side", wf, options=Options(max_parallelism=2))(a=2)
    (note,) = caught.value.__notes__
    assert note in {f"in node n{number} ({HERE}.fail)" for number in (0, 1)}


def test_the_error_of_a_case_is_of_the_conditional():
    @workflow
    def wf(a: int) -> int:
        return conditional("size").if_(a > 9).then(double(a=a)).else_().fail("too small")

    with pytest.raises(BranchFailedError) as caught:
        wf(a=1)
    assert caught.value.__notes__ == ["in node n0 (size)"]
    assert "  in node n0 (size)" in caught.value._render_traceback_()


def test_one_error_that_is_raised_in_several_places_says_the_last():
    error = KeyError("mine")
    error.__notes__ = ["mine too"]

    @task
    def raise_it(a: int) -> int:
        if a:
            raise error
        return a

    @workflow
    def first(a: int) -> int:
        return raise_it(a=a)

    @workflow
    def second(a: int) -> int:
        return raise_it(a=double(a=a))

    for wf, node in ((first, "n0"), (second, "n1"), (first, "n0")):
        with pytest.raises(KeyError) as caught:
            wf(a=1)
        assert caught.value is error
        assert error.__notes__[0] == "mine too"
        assert error.__notes__[1:] == [f"in node {node} ({raise_it.name})"]


def test_an_error_that_cannot_be_noted_is_raised_as_it_is():
    @task
    def sealed() -> int:
        raise SealedError("mine")

    @workflow
    def wf() -> int:
        return sealed()

    with pytest.raises(SealedError, match="mine"):
        wf()


def test_a_task_by_itself_has_no_node():
    with pytest.raises(MineError) as caught:
        fail(a=2)
    assert not hasattr(caught.value, "__notes__")
