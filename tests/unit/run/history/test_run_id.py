"""Ids of runs."""

from datetime import datetime, timedelta, timezone

from flyte_nb import task
from flyte_nb.run.handle.run_id import RUN_ID, RunIds

AT = datetime(2026, 7, 26, 7, 1, 48, 123_000, timezone.utc)


@task
def same(a: int) -> int:
    return a


def test_they_sort_as_they_were_given_out_whatever_the_clock_does():
    ids = RunIds()
    at = [AT, AT, AT - timedelta(hours=1), AT + timedelta(seconds=1), AT]
    found = [ids.new(one) for one in at]
    assert found == sorted(found)
    assert len(set(found)) == len(found)
    assert all(RUN_ID.fullmatch(one) for one in found)
    assert found[0].startswith("20260726-070148-123")


def test_runs_of_one_execution_name_have_ids_of_their_own(session):
    session.configure(name="nightly")
    first, second = same.new_run(a=1), same.new_run(a=1)
    assert first.execution_id == second.execution_id
    assert first.id < second.id
