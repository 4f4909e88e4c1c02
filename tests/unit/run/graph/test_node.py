"""Order without values: what `>>` takes, and when."""

import pytest

from flyte_nb import task, workflow
from flyte_nb.errors import WorkflowDefinitionError


@task
def double(a: int) -> int:
    return 2 * a


@task
def two(a: int) -> tuple[int, str]:
    return a, str(a)


@task
def note(s: str): ...


def before(wf):
    """Return the id of each node with those of the nodes that it waits for."""
    return {node.id: [one.id for one in node.upstream_nodes] for node in wf.nodes}


def test_all_that_a_call_gives_has_an_order():
    @workflow
    def wf() -> int:
        nothing, value, both = note(s="x"), double(a=1), two(a=1)
        last = double(a=2)
        assert (nothing >> value) is value
        value >> both
        both >> last
        value >> (last, note(s="y"))
        return last

    assert before(wf) == {"n0": [], "n1": ["n0"], "n2": ["n1"], "n3": ["n2", "n1"], "n4": ["n1"]}


def test_an_input_is_there_before_everything():
    @workflow
    def wf(a: int) -> int:
        value = double(a=1)
        a >> value
        return value

    assert before(wf) == {"n0": []}
    assert wf(a=1) == 2


def test_all_of_several_calls_wait():
    @workflow
    def wf():
        first = note(s="first")
        first >> (note(s="a"), note(s="b"))

    assert before(wf) == {"n0": [], "n1": ["n0"], "n2": ["n0"]}


KEPT: list[object] = []


@workflow
def other() -> int:
    value = double(a=1)
    KEPT.append(value)
    return value


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda _: double(a=1) >> 3, "int is no call of a task in this workflow"),
        (lambda a: double(a=1) >> a, "Promise is no call of a task in this workflow"),
        (lambda a: a >> 3, "start-node >> …: int is no call"),
        (lambda _: double(a=1) >> KEPT[0], "Promise is no call of a task in this workflow"),
        (lambda _: double(a=1) >> (), "tuple is no call"),
        (lambda _: double(a=1) >> (double(a=1), 3), "tuple is no call"),
        (lambda _: KEPT[0] >> double(a=1), "is for the body of its workflow, which has been decl"),
        (lambda _: KEPT[0].with_overrides(name="x"), "is for the body of its workflow"),
    ],
)
def test_what_has_no_order(body, message):
    def wf(a):
        body(a)

    wf.__annotations__ = {"a": int}
    with pytest.raises(WorkflowDefinitionError, match=message):
        workflow(wf)


def test_a_workflow_that_has_been_declared_is_not_changed():
    for change in (
        lambda: KEPT[0] >> KEPT[0],
        lambda: KEPT[0].with_overrides(retries=3),
        lambda: other.nodes[0] >> other.nodes[0],
    ):
        with pytest.raises(WorkflowDefinitionError, match="which has been declared"):
            change()
    assert before(other) == {"n0": []}
