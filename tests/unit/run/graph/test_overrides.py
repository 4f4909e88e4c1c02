"""Options of one call in a workflow."""

from typing import NamedTuple

import pytest

from flyte_nb import FlyteRecoverableException, Resources, task, workflow
from flyte_nb.errors import InvalidValueError, WorkflowDefinitionError


class Pair(NamedTuple):
    a: int
    b: int


ATTEMPTS: list[int] = []


@task(requests=Resources(cpu="1"), limits=Resources(cpu="2"))
def unsteady(a: int) -> int:
    ATTEMPTS.append(a)
    if ATTEMPTS.count(a) < 3:
        raise FlyteRecoverableException("again")
    return a


@task
def pair(a: int) -> Pair:
    return Pair(a, a)


@task
def note(a: int):
    ATTEMPTS.append(a)


@pytest.fixture(autouse=True)
def _forget():
    ATTEMPTS.clear()


def test_they_are_those_of_the_call_alone():
    @workflow
    def wf(a: int) -> int:
        called = unsteady(a=a).with_overrides(aliases={"o0": "value"})
        return called.with_overrides(retries=2, node_name="Try it!", name="the first")

    @workflow
    def plain(a: int) -> int:
        return unsteady(a=a)

    assert wf(a=1) == 1
    (node,) = wf.nodes
    assert (node.id, node.name) == ("try-it", "try-it (the first)")
    with pytest.raises(FlyteRecoverableException):
        plain(a=2)
    assert unsteady.options.retries == 0


def test_amounts_replace_those_of_the_task_together():
    @workflow
    def wf() -> int:
        return unsteady(a=1).with_overrides(resources=Resources(mem=("1Gi", "2Gi")))

    spec = wf.nodes[0].entity.options.resource_spec
    assert (spec.requests, spec.limits) == (Resources(mem="1Gi"), Resources(mem="2Gi"))
    assert unsteady.options.requests == Resources(cpu="1")


def test_calls_with_several_values_and_with_none():
    @workflow
    def wf() -> int:
        both = pair(a=1).with_overrides(node_name="both")
        note(a=2).with_overrides(node_name="note")
        assert isinstance(both, Pair)
        return both.b

    assert wf() == 1
    assert [node.id for node in wf.nodes] == ["both", "note"]


def test_a_workflow_as_a_node_has_a_name_and_no_options():
    @workflow
    def inner() -> int:
        return unsteady(a=1)

    def outer() -> int:
        return inner().with_overrides(retries=3)

    @workflow
    def named() -> int:
        return inner().with_overrides(node_name="inner")

    assert named.nodes[0].id == "inner"
    with pytest.raises(WorkflowDefinitionError, match="retries is for the call of a task"):
        workflow(outer)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"retry": 3}, TypeError, r"with_overrides has no 'retry'\n.*did you mean 'retries'"),
        ({"aliases": {"o1": "x"}}, WorkflowDefinitionError, "it has no output 'o1'"),
        ({"aliases": ["o0"]}, WorkflowDefinitionError, "aliases=list is no names"),
        ({"retries": -1}, InvalidValueError, "retries=-1"),
        ({"requests": {"cpu": 1}}, InvalidValueError, "not Resources"),
        ({"node_name": "n3"}, WorkflowDefinitionError, "cannot be an id"),
        ({"node_name": "!"}, WorkflowDefinitionError, "cannot be an id"),
        ({"node_name": 3}, WorkflowDefinitionError, "node_name=3 is not a name"),
        ({"name": ""}, WorkflowDefinitionError, "name='' is not a name"),
    ],
)
def test_what_is_refused(given, error, message):
    def wf() -> int:
        return unsteady(a=1).with_overrides(**given)

    with pytest.raises(error, match=message):
        workflow(wf)


def test_a_name_is_that_of_one_node():
    def wf() -> int:
        unsteady(a=1).with_overrides(node_name="same")
        return unsteady(a=2).with_overrides(node_name="same")

    with pytest.raises(WorkflowDefinitionError, match="two nodes are called 'same'"):
        workflow(wf)
