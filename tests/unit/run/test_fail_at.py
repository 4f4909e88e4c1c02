"""Failures that whoever begins a run asks for: after a checkpoint, else at the end."""

from contextlib import suppress

import pytest

from flyte_nb import (
    LaunchPlan,
    conditional,
    current_context,
    dynamic,
    map_task,
    task,
    workflow,
)
from flyte_nb.context.checkpoint.background import AsyncCheckpoint
from flyte_nb.errors import (
    FlyteRecoverableException,
    InjectedFailureError,
    InvalidValueError,
)
from flyte_nb.run.record import Phase
from flyte_nb.run.run_options import RunOptions

pytestmark = pytest.mark.usefixtures("session", "home", "of_a_notebook")


@pytest.fixture(params=[False, True], ids=["here", "isolated"])
def isolate(request):
    return request.param


def attempts_of(run):
    (node,) = run.wait(60).progress.nodes()
    return node.attempts


@task(retries=2)
def steps() -> list[str]:
    checkpoint = current_context().checkpoint
    done = (checkpoint.read() or b"").decode().split()
    for step in range(len(done), 3):
        done.append(f"{step}/{current_context().attempt}")
        checkpoint.write(" ".join(done).encode())
    return done


def test_it_fails_after_its_first_save_and_the_next_one_goes_on(isolate):
    run = steps.run(fail_at=[0, 1], isolate=isolate)
    assert run.result(60) == ["0/0", "1/1", "2/2"]
    first, second, last = attempts_of(run)
    assert [first.phase, second.phase, last.phase] == [
        Phase.RETRYABLE_FAILURE,
        Phase.RETRYABLE_FAILURE,
        Phase.SUCCEEDED,
    ]
    assert "attempt 1 (FLYTE_ATTEMPT_NUMBER=0) fails after its checkpoint" in first.error


@task(retries=1)
def adds(a: int) -> int:
    return a + current_context().attempt


def test_without_a_checkpoint_it_fails_at_its_end(isolate):
    run = adds.run(a=1, fail_at=0, isolate=isolate)
    assert run.result(60) == 2
    assert "attempt 1 (FLYTE_ATTEMPT_NUMBER=0) fails at its end" in attempts_of(run)[0].error


def test_it_takes_a_retry(isolate):
    run = adds.run(a=1, fail_at=[0, 1], isolate=isolate)
    with pytest.raises(InjectedFailureError) as caught:
        run.result(60)
    assert isinstance(caught.value, FlyteRecoverableException)
    assert [a.phase for a in attempts_of(run)] == [Phase.RETRYABLE_FAILURE, Phase.FAILED]
    assert adds.run(a=1, fail_at=[0, 1], attempts=3, isolate=isolate).result(60) == 3


@pytest.mark.parametrize("fail_at", [1, 2, [0, 1]])
def test_an_attempt_that_there_will_not_be_is_refused(fail_at):
    with pytest.raises(InvalidValueError, match=r"fail_at.*counted from 0.*the last is 0"):
        adds.run(a=1, fail_at=fail_at, attempts=1)


def test_an_attempt_beyond_the_tasks_own_retries_is_refused(session):
    for entity in (adds, map_task(adds)):
        with pytest.raises(InvalidValueError, match=r"with retries=1 the last is 1"):
            entity.run(a=1, fail_at=2)
    with pytest.raises(InvalidValueError, match="with retries=2 the last is 2"):
        steps.run(fail_at=[0, 3])
    assert steps.run(fail_at=2, preempt_after=60).wait(60).done
    session.configure(attempt=5)  # a run begins with its sixth attempt
    with pytest.raises(InjectedFailureError):
        adds.run(a=1, fail_at=5).result(60)


def test_an_attempt_that_no_call_of_a_workflow_will_have_is_refused():
    @workflow
    def inner(a: int) -> int:
        return adds(a=a).with_overrides(retries=3)

    @workflow
    def wf(a: int) -> int:
        chosen = conditional("c").if_(a > 1).then(inner(a=a)).else_().then(adds(a=a))
        return adds(a=chosen)

    for entity in (wf, LaunchPlan.get_or_create(wf)):
        with pytest.raises(InvalidValueError, match="with retries=3 the last is 3"):
            entity.run(a=2, fail_at=4)
    run = wf.run(a=2, fail_at=[2]).wait(60)
    assert run.result() == 2
    assert wf.run(a=2, fail_at=[0]).result(60) == 4


def test_of_what_a_dynamic_task_calls_the_retries_are_not_known():
    @dynamic
    def calls() -> list[str]:
        return steps()

    assert calls.run(fail_at=[1]).result(60) == ["0/0", "1/0", "2/0"]


def test_after_a_preemption_there_is_one_attempt_more():
    assert RunOptions(attempts=2, fail_at=(2,), preempt_after=1.0).fail_at == (2,)
    with pytest.raises(InvalidValueError, match="the last is 2"):
        RunOptions(attempts=2, fail_at=(3,), preempt_after=1.0)


def test_a_task_that_catches_everything_fails_all_the_same(isolate):
    @task(retries=1)
    def stubborn() -> int:
        with suppress(Exception):
            current_context().checkpoint.write(b"x")
        return current_context().attempt

    assert stubborn.run(fail_at=0, isolate=isolate).result(60) == 1


def test_saves_in_the_background_fail_too(isolate):
    @task(retries=1)
    def saves() -> bytes:
        checkpoint = AsyncCheckpoint(current_context().checkpoint)
        found = checkpoint.read()
        checkpoint.write(b"first")
        return found or b"nothing"

    run = saves.run(fail_at=0, isolate=isolate)
    assert run.result(60) == b"first"
    assert (
        "InjectedFailureError: attempt 1 (FLYTE_ATTEMPT_NUMBER=0) fails"
        in attempts_of(run)[0].error
    )


def test_a_coroutine_and_a_dynamic_task(isolate):
    @task(retries=1)
    async def later() -> int:
        return current_context().attempt

    assert later.run(fail_at=0, isolate=isolate).result(60) == 1

    @dynamic(retries=1)
    def calls() -> int:
        return adds(a=current_context().attempt)

    assert calls.run(fail_at=0, isolate=isolate).result(60) == 2


def test_plain_calls_never_fail():
    assert adds(a=1) == 1
