"""`pickle_untyped`: what has no annotation is of any type."""

from typing import Any

import pytest

from flyte_nb import task, workflow
from flyte_nb.errors import (
    FlyteMissingTypeException,
    InvalidValueError,
    TypeTransformerFailedError,
    WorkflowDefinitionError,
)


@task(pickle_untyped=True)
def pair(a, b=2):
    return [a, b]


def test_inputs_and_the_output_are_of_any_type():
    assert pair.interface.types == {"a": Any, "b": Any, "return": Any}
    assert pair(a=1) == [1, 2]
    assert pair(a=object, b="x") == [object, "x"]


@pytest.mark.parametrize("value", [None, (n for n in [1])])
def test_what_cannot_be_pickled_is_no_output(value):
    @task(pickle_untyped=True)
    def give():
        return value

    @workflow
    def wf() -> Any:
        return give()

    with pytest.raises(TypeTransformerFailedError, match="pickle"):
        wf()


def test_what_is_declared_counts():
    @task(pickle_untyped=True)
    def half(a: int, b) -> int:
        return a if b else 0

    @task(pickle_untyped=True)
    def nothing(a) -> None:
        pass

    assert half(a=1, b="x") == 1
    assert nothing(a=1) is None
    assert nothing.interface.outputs == {}
    with pytest.raises(TypeTransformerFailedError, match="expected int"):
        half(a="1", b=1)


def test_in_a_workflow():
    @workflow(pickle_untyped=True)
    def wf(a):
        return pair(a=pair(a=a))

    assert wf(a=1) == [[1, 2], 2]

    @task
    def number() -> int:
        return 1

    def other() -> Any:
        return pair(a=number())

    with pytest.raises(TypeTransformerFailedError, match="pickles Any, and not int"):
        workflow(other)


def test_it_has_to_be_asked_for():
    for make in (task, workflow):
        with pytest.raises(FlyteMissingTypeException, match="input 'a' has no type"):
            make(lambda a: a)
        with pytest.raises(InvalidValueError, match="pickle_untyped='yes'"):
            make(pickle_untyped="yes")(lambda a: a)

    def wf() -> Any:
        return pair(a=1).with_overrides(pickle_untyped=True)

    with pytest.raises(WorkflowDefinitionError, match="has no 'pickle_untyped'"):
        workflow(wf)
