"""Which attempt runs begin with, and what tells task code where it is."""

import os
import threading

import pytest

from flyte_nb import FlyteRecoverableException, current_context, map_task, task, workflow


@task(retries=2)
def looks() -> str:
    found = {k: v for k, v in os.environ.items() if k.startswith("FLYTE_")}
    found["attempt"] = str(current_context().attempt)
    seen.append(found)
    raise FlyteRecoverableException("again")


seen = []


@pytest.fixture(autouse=True)
def _clean():
    seen.clear()
    yield
    assert not [name for name in os.environ if name.startswith("FLYTE_INTERNAL")]
    assert "FLYTE_ATTEMPT_NUMBER" not in os.environ


def attempts():
    with pytest.raises(FlyteRecoverableException):
        looks()
    return seen


def test_a_pod_has_its_variables(session):
    session.configure(mode="pod", project="p1", domain="d1", name="run-1")
    first, *_ = attempts()
    assert first["FLYTE_INTERNAL_EXECUTION_ID"] == "run-1"
    assert first["FLYTE_INTERNAL_EXECUTION_PROJECT"] == "p1"
    assert first["FLYTE_INTERNAL_EXECUTION_DOMAIN"] == "d1"
    assert first["FLYTE_INTERNAL_TASK_NAME"] == first["FLYTE_INTERNAL_NAME"] == looks.name
    assert first["FLYTE_INTERNAL_TASK_VERSION"] == looks.version
    assert [one["FLYTE_ATTEMPT_NUMBER"] for one in seen] == ["0", "1", "2"]


def test_here_only_later_attempts_say_their_number():
    assert [one.get("FLYTE_ATTEMPT_NUMBER") for one in attempts()] == [None, "1", "2"]
    assert "FLYTE_INTERNAL_EXECUTION_ID" not in seen[0]


def test_a_held_run_has_all_of_them_here_too():
    run = looks.run().wait()
    assert [one["FLYTE_ATTEMPT_NUMBER"] for one in seen] == ["0", "1", "2"]
    assert seen[0]["FLYTE_INTERNAL_EXECUTION_ID"] == run.execution_id.name
    assert seen[0]["FLYTE_INTERNAL_TASK_NAME"] == looks.name


def test_each_task_of_a_run_has_its_own_and_the_last_one_leaves_nothing():
    found = []

    def note():
        found.append({k: v for k, v in os.environ.items() if k.startswith(("FLYTE_", "OWN"))})

    @task(environment={"OWN": "1", "FLYTE_INTERNAL_TASK_NAME": "mine"})
    def one(a: int) -> int:
        note()
        os.environ["FLYTE_INTERNAL_EXECUTION_ID"] = "changed"
        del os.environ["FLYTE_ATTEMPT_NUMBER"]
        return a

    @task(retries=1)
    def two(a: int) -> int:
        note()
        if current_context().attempt == 0:
            raise FlyteRecoverableException("again")
        return a

    @workflow
    def inner(a: int) -> int:
        return two(a=one(a=a))

    @workflow
    def wf(a: int) -> int:
        return one(a=inner(a=inner(a=a)))

    run = wf.run(a=1).wait()
    assert run.error is None
    assert {one["FLYTE_INTERNAL_EXECUTION_ID"] for one in found} == {run.execution_id.name}
    names = [one["FLYTE_INTERNAL_TASK_NAME"] for one in found]
    assert names == [one.name, two.name, two.name] * 2 + [one.name]
    assert [each["FLYTE_ATTEMPT_NUMBER"] for each in found] == ["0", "0", "1"] * 2 + ["0"]
    assert [each.get("OWN") for each in found] == ["1", None, None] * 2 + ["1"]


def test_of_two_runs_at_a_time_each_task_has_those_of_its_own():
    began, go_on, found = threading.Event(), threading.Event(), []

    @task
    def waits() -> None:
        began.set()
        go_on.wait(20)

    @task
    def notes() -> None:
        found.append(os.environ["FLYTE_INTERNAL_EXECUTION_ID"])

    @workflow
    def wf() -> None:
        notes()
        waits()
        notes()

    first = wf.run()
    assert began.wait(20)
    second = notes.run().wait()
    go_on.set()
    first.wait()
    names = [first.execution_id.name, second.execution_id.name, first.execution_id.name]
    assert found == names


def test_where_several_run_at_a_time_only_what_is_the_same_for_all():
    found = []

    @task
    def notes(a: int) -> None:  # noqa: ARG001 - a call for each item
        found.append({k: v for k, v in os.environ.items() if k.startswith("FLYTE_")})

    run = map_task(notes).run(a=[1, 2], max_parallelism=2).wait()
    same = {
        "FLYTE_INTERNAL_EXECUTION_ID": run.execution_id.name,
        "FLYTE_INTERNAL_EXECUTION_PROJECT": run.execution_id.project,
        "FLYTE_INTERNAL_EXECUTION_DOMAIN": run.execution_id.domain,
    }
    assert [{name: one[name] for name in same} for one in found] == [same, same]
    assert not any("FLYTE_INTERNAL_TASK_NAME" in one for one in found)


def test_runs_begin_with_the_attempt_that_is_set(session):
    session.configure(attempt=1)
    assert [one["attempt"] for one in attempts()] == ["1", "2"]
    seen.clear()
    session.configure(attempt=7)
    assert [one["FLYTE_ATTEMPT_NUMBER"] for one in attempts()] == ["7"]


def test_the_first_attempt_of_a_run_goes_on_from_the_run_before(session):
    found = []

    @task
    def saves():
        found.append(current_context().checkpoint.read())
        current_context().checkpoint.write(b"state")
        raise LookupError

    for attempt in (0, 2):
        session.configure(attempt=attempt)
        with pytest.raises(LookupError):
            saves()
    assert found == [None, b"state"]
