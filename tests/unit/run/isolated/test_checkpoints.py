"""A checkpoint outlives the process that saved it, wherever the next attempt runs."""

import os
from pathlib import Path

import pytest

from flyte_nb import FlyteRecoverableException, current_context, task
from flyte_nb.context.checkpoint.history import History

pytestmark = pytest.mark.usefixtures("session", "home")


@task(retries=1)
def counts(end: str) -> list[str]:
    checkpoint = current_context().checkpoint
    before = (checkpoint.read() or b"").decode()
    where = f"{current_context().attempt} in {os.getpid()}"
    checkpoint.write(f"{before}{where}\n".encode())
    if before.count("\n") == 0 and end == "dies":
        os._exit(9)
    if before.count("\n") == 0:
        raise FlyteRecoverableException("again")
    return [*before.splitlines(), where]


@pytest.mark.parametrize("end", ["raises", "dies"])
def test_the_next_attempt_goes_on(end):
    first, second = counts.run(end=end, isolate=True).result(60)
    assert first.startswith("0 in ")
    assert second.startswith("1 in ")
    assert first.split()[-1] != second.split()[-1]
    assert [(e.attempt, e.outcome, e.is_settled) for e in History().entries()] == [
        (0, "failed, retried", True),
        (1, "succeeded", True),
    ]


def test_a_later_run_goes_on_wherever_it_runs():
    @task
    def fails_first() -> str:
        checkpoint = current_context().checkpoint
        found = (checkpoint.read() or b"").decode()
        checkpoint.write(f"{found}x".encode())
        if len(found) < 2:
            raise LookupError
        return found

    for isolate in (False, True):
        assert isinstance(fails_first.run(isolate=isolate).wait(60).error, LookupError)
    assert fails_first.run(isolate=True).result(60) == "xx"
    # It has succeeded: what comes next begins afresh.
    assert isinstance(fails_first.run(isolate=True).wait(60).error, LookupError)


def test_a_success_that_only_read_settles_too():
    @task
    def reads(fail: str) -> bytes:
        checkpoint = current_context().checkpoint
        found = checkpoint.read()
        if Path(fail).exists():
            checkpoint.write(b"state")
            raise LookupError
        return found or b"nothing"

    flag = Path("flag").absolute()
    flag.touch()
    try:
        reads.run(fail=str(flag), isolate=True).wait(60)
    finally:
        flag.unlink()
    assert reads.run(fail=str(flag), isolate=True).result(60) == b"state"
    assert reads.run(fail=str(flag), isolate=True).result(60) == b"nothing"


def test_a_whole_folder(tmp_path):
    @task(retries=1)
    def saves() -> list[str]:
        checkpoint = current_context().checkpoint
        if checkpoint.prev_exists():
            return sorted(path.name for path in checkpoint.restore().iterdir())
        Path("state").mkdir()
        for name in ("a", "b"):
            Path("state", name).write_text(name)
        checkpoint.save("state")
        raise FlyteRecoverableException("again")

    assert saves.run(isolate=True).result(60) == ["a", "b"]
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]
