"""What a task changes of this process ends with its attempt, in a run; not what others change."""

import asyncio
import os
import threading
from pathlib import Path

import pytest

from flyte_nb import task, workflow
from flyte_nb.run.changes import Changes

pytestmark = pytest.mark.usefixtures("session")


@task
def moves(folder: str) -> str:
    os.chdir(folder)
    os.environ["SET_BY_TASK"] = "1"
    os.environ.pop("HERE_BEFORE", None)
    return str(Path.cwd())


def warnings_of(caplog):
    return [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]


def test_a_run_puts_back_what_a_task_changed_and_says_so(tmp_path, caplog):
    os.environ["HERE_BEFORE"] = "kept"
    before, own = Path.cwd(), (type(os.environ), os.chdir)
    run = moves.run(folder=str(tmp_path))
    assert run.result() == str(tmp_path)
    assert Path.cwd() == before
    assert "SET_BY_TASK" not in os.environ
    assert os.environ["HERE_BEFORE"] == "kept"
    (warning,) = warnings_of(caplog)
    assert "moves changed HERE_BEFORE, SET_BY_TASK, the working directory" in warning
    assert (type(os.environ), os.chdir) == own


def test_a_plain_call_is_left_alone(tmp_path):
    moves(folder=str(tmp_path))
    assert Path.cwd() == tmp_path
    assert os.environ["SET_BY_TASK"] == "1"


def test_a_failing_task_too(tmp_path):
    @task
    def fails() -> None:
        os.chdir(tmp_path)
        os.environ["SET_BY_TASK"] = "1"
        raise LookupError

    before = Path.cwd()
    assert isinstance(fails.run().wait().error, LookupError)
    assert Path.cwd() == before
    assert "SET_BY_TASK" not in os.environ


def test_what_a_task_has_put_back_itself_is_no_change(caplog, tmp_path):
    @task
    def tidy() -> None:
        before = Path.cwd()
        os.environ["SET_BY_TASK"] = "1"
        os.chdir(tmp_path)
        os.chdir(before)
        del os.environ["SET_BY_TASK"]

    assert tidy.run().result() is None
    assert warnings_of(caplog) == []


def test_cells_that_run_meanwhile_keep_what_they_change(tmp_path):
    begun, go_on = threading.Event(), threading.Event()

    @task
    def waits() -> None:
        begun.set()
        assert go_on.wait(10)

    run = waits.run()
    assert begun.wait(10)
    os.environ["OF_A_CELL"] = "1"
    os.chdir(tmp_path)
    go_on.set()
    run.result()
    assert os.environ["OF_A_CELL"] == "1"
    assert Path.cwd() == tmp_path


def test_what_somebody_else_has_changed_since_stays(tmp_path):
    begun, go_on = threading.Event(), threading.Event()

    @task
    def waits() -> None:
        os.environ["BOTH"] = "task"
        os.chdir(tmp_path)
        begun.set()
        assert go_on.wait(10)

    run = waits.run()
    assert begun.wait(10)
    os.environ["BOTH"] = "cell"
    os.chdir("/")
    go_on.set()
    run.result()
    assert os.environ["BOTH"] == "cell"
    assert Path.cwd() == Path("/")


def test_coroutines_and_what_they_start(caplog):
    @task
    async def sets() -> None:
        async def inner() -> None:
            os.environ["SET_BY_TASK"] = "1"

        await asyncio.gather(inner(), asyncio.to_thread(os.environ.update, OTHER_ONE="2"))

    sets.run().result()
    assert "SET_BY_TASK" not in os.environ
    assert "OTHER_ONE" not in os.environ
    assert "OTHER_ONE, SET_BY_TASK" in warnings_of(caplog)[0]


def test_the_next_task_of_a_workflow_does_not_see_it(tmp_path):
    @task
    def looks(_after: str) -> str:
        return f"{os.environ.get('SET_BY_TASK')} {Path.cwd() == before}"

    @workflow
    def wf(folder: str) -> str:
        return looks(_after=moves(folder=folder))

    before = Path.cwd()
    assert wf.run(folder=str(tmp_path)).result() == "None True"


def test_what_a_module_sets_when_it_is_imported_stays(tmp_path, monkeypatch):
    (tmp_path / "sets_a_variable.py").write_text("import os\nos.environ['OF_A_MODULE'] = '1'\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    @task
    def imports() -> None:
        import sets_a_variable  # noqa: F401

    imports.run().result()
    assert os.environ.pop("OF_A_MODULE") == "1"


def test_attempts_that_overlap_know_what_is_theirs():
    first, second = Changes("first"), Changes("second")
    first.note_variable("SHARED", "1")
    with second:
        os.environ["SHARED"] = "2"
        os.environ["SECOND"] = "2"
    assert "SECOND" not in os.environ
    assert "SHARED" not in os.environ
