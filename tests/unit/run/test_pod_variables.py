"""Which attempt runs begin with, and what tells task code where it is."""

import os

import pytest

from flyte_nb import FlyteRecoverableException, current_context, task


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
