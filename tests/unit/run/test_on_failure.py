"""What runs when a workflow has failed, and what it is told."""

import logging

import pytest

from flyte_nb import (
    FlyteError,
    LaunchPlan,
    WorkflowFailurePolicy,
    dynamic,
    map_task,
    task,
    workflow,
)
from flyte_nb.errors import InvalidValueError, TypeTransformerFailedError, WorkflowDefinitionError

SEEN: list[object] = []


@pytest.fixture(autouse=True)
def _forget():
    SEEN.clear()


@task
def double(a: int) -> int:
    return 2 * a


@task
def fail(a: int) -> int:
    if a > 0:
        raise KeyError("mine")
    return a


@task
def note(a: int):
    SEEN.append(a)


@task
def say(s: str):
    SEEN.append(s)


@task
def clean_up(a: int, err: FlyteError | None = None):
    SEEN.append((a, err))


@workflow
def clean_up_all(a: int, err: FlyteError | None = None):
    clean_up(a=double(a=a), err=err)


def test_the_handler_is_given_the_inputs_and_what_failed():
    @workflow(on_failure=clean_up)
    def wf(a: int) -> int:
        return fail(a=double(a=a))

    with pytest.raises(KeyError) as caught:
        wf(a=3)
    assert caught.value.args == ("mine",)
    assert [(3, FlyteError(message="KeyError: 'mine'", failed_node_id="n1"))] == SEEN
    assert wf.on_failure is clean_up
    SEEN.clear()
    assert wf(a=0) == 0
    assert SEEN == []


@pytest.mark.parametrize(
    "handler",
    [
        clean_up_all,
        LaunchPlan.create("cleaning up", clean_up_all),
        dynamic(clean_up_all.function),
    ],
)
def test_a_workflow_a_launch_plan_and_a_dynamic_task_are_handlers_too(handler):
    @workflow(on_failure=handler)
    def wf(a: int = 5) -> int:
        return fail(a=a)

    with pytest.raises(KeyError):
        wf()
    ((a, err),) = SEEN
    assert a == 10
    assert err.failed_node_id == "n0"


def test_each_workflow_has_its_own_handler_the_inner_one_first():
    @workflow(on_failure=clean_up)
    def inner(a: int) -> int:
        return fail(a=a)

    @workflow(on_failure=clean_up)
    def outer(a: int) -> int:
        return inner(a=double(a=a))

    with pytest.raises(KeyError):
        outer(a=1)
    assert [(a, err.failed_node_id) for a, err in SEEN] == [(2, "n0"), (1, "n1")]


def test_an_item_of_a_map_is_a_part_of_its_node():
    @workflow(on_failure=clean_up)
    def wf(a: int) -> list[int]:
        return map_task(fail)(a=[0, a])

    with pytest.raises(KeyError):
        wf(a=1)
    assert SEEN[0][1].failed_node_id == "n0"


def test_it_runs_after_the_nodes_that_still_could():
    @workflow(
        failure_policy=WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE, on_failure=note
    )
    def late(a: int):
        fail(a=a)
        note(a=double(a=a))

    @workflow(failure_policy=WorkflowFailurePolicy.FAIL_IMMEDIATELY, on_failure=note)
    def at_once(a: int):
        fail(a=a)
        note(a=double(a=a))

    with pytest.raises(KeyError):
        late(a=7)
    assert SEEN == [14, 7]
    SEEN.clear()
    with pytest.raises(KeyError):
        at_once(a=7)
    assert SEEN == [7]


def test_a_handler_that_fails_itself_is_logged_and_the_first_error_is_raised(caplog):
    @task
    def broken(a: int):
        raise OSError(f"cannot clean up {a}")

    @workflow(on_failure=broken)
    def wf(a: int) -> int:
        return fail(a=a)

    with caplog.at_level(logging.ERROR), pytest.raises(KeyError):
        wf(a=1)
    assert "on_failure failed too: OSError: cannot clean up 1" in caplog.text


def test_an_interrupt_is_no_failure():
    @task
    def interrupted() -> int:
        raise KeyboardInterrupt

    @task
    def handler():
        SEEN.append("handled")

    @workflow(on_failure=handler)
    def wf() -> int:
        return interrupted()

    with pytest.raises(KeyboardInterrupt):
        wf()
    assert SEEN == []


def test_an_input_that_is_called_err_is_the_workflows():
    @task
    def handler(err: str):
        SEEN.append(err)

    @workflow(on_failure=handler)
    def wf(err: str) -> int:
        say(s=err)
        return fail(a=1)

    with pytest.raises(KeyError):
        wf(err="mine")
    assert SEEN == ["mine", "mine"]


@task
def takes_nothing(): ...


@task
def needs_more(a: int, b: int): ...


@task
def takes_another_type(a: str): ...


@task
def takes_text(a: int, err: str | None = None): ...


@task
async def awaited(a: int): ...


@pytest.mark.parametrize(
    ("handler", "kind", "message"),
    [
        (takes_nothing, WorkflowDefinitionError, "takes_nothing does not take a"),
        (needs_more, WorkflowDefinitionError, r"needs b, which .*\n.*write b: int \| None = None"),
        (takes_another_type, TypeTransformerFailedError, "expected str, input a is int"),
        (takes_text, WorkflowDefinitionError, r"err of .* is str \| None\n.*err: FlyteError \| N"),
        (awaited, WorkflowDefinitionError, "awaited is a coroutine function"),
        (3, WorkflowDefinitionError, "on_failure=int is neither a task nor a workflow"),
    ],
)
def test_a_handler_that_cannot_be_called_is_refused(handler, kind, message):
    def wf(a: int) -> int:
        return fail(a=a)

    with pytest.raises(kind, match=message):
        workflow(on_failure=handler)(wf)


def test_options_are_kept_and_shown():
    @workflow(interruptible=True, docs="What it is for", on_failure=note)
    def wf(a: int) -> int:
        return fail(a=a)

    assert (wf.interruptible, wf.docs, wf.failure_policy) == (True, "What it is for", None)
    shown = wf._repr_html_()
    assert "interruptible: True" in shown
    assert "docs: What it is for" in shown
    assert f"on failure: {note.name}" in shown
    assert wf.version != workflow(wf.function).version
    for options in ({"interruptible": "yes"}, {"pickle_untyped": 1}, {"failure_policy": 1}):
        with pytest.raises(InvalidValueError, match=f"@workflow.{next(iter(options))}="):
            workflow(**options)
    with pytest.raises(TypeError, match="did you mean 'failure_policy'"):
        workflow(failure_polcy=1)
