"""What a task changes of this process ends with its attempt, in a run; not what others change."""

import asyncio
import contextlib
import io
import os
import pickle
import sys
import threading
from pathlib import Path

import cloudpickle
import pytest
from IPython.utils.capture import capture_output

from flyte_nb import task, workflow
from flyte_nb.run.changes import Changes
from flyte_nb.run.handle.tee import beneath

# ruff: noqa: T201 - as users write it
pytestmark = pytest.mark.usefixtures("session")


@task
def moves(folder: str) -> str:
    os.chdir(folder)
    os.environ["SET_BY_TASK"] = "1"
    os.environ.pop("HERE_BEFORE", None)
    return str(Path.cwd())


class Replaces:
    """Puts another stream in the place of stdout, and never puts that back."""

    def __init__(self, stream):
        self.stream = stream

    def __enter__(self):
        sys.stdout = self.stream

    def __exit__(self, *_):
        pass


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


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("instead", [io.StringIO, lambda: None], ids=["another", "none"])
def test_a_stream_that_a_task_replaced_is_put_back(stream, instead, caplog):
    @task
    def silences() -> None:
        setattr(sys, stream, instead())

    before = (sys.stdout, sys.stderr, type(sys))
    silences.run().result()
    assert (sys.stdout, sys.stderr, type(sys)) == before
    assert f"silences changed sys.{stream}" in warnings_of(caplog)[0]


def test_a_stream_that_was_replaced_for_a_while_is_no_change(caplog):
    @task
    def redirects() -> str:
        with contextlib.redirect_stdout(io.StringIO()) as kept:
            print("inside")
        return kept.getvalue()

    assert redirects.run().result() == "inside\n"
    assert warnings_of(caplog) == []


@pytest.mark.parametrize("replaces", [contextlib.redirect_stdout, Replaces])
@pytest.mark.parametrize("first", [0, 1])
def test_runs_that_replace_a_stream_at_a_time_leave_it_as_it_was(replaces, first):
    entered, leaves = ([threading.Event(), threading.Event()] for _ in range(2))

    @task
    def redirects(n: int) -> None:
        with replaces(io.StringIO()):
            entered[n].set()
            assert leaves[n].wait(10)

    before = sys.stdout
    runs = []
    for n in range(2):
        runs.append(redirects.run(n=n))
        assert entered[n].wait(10)
    for n in (first, 1 - first):
        leaves[n].set()
        runs[n].result()
    assert beneath(sys.stdout) is before


def test_a_cell_that_captures_meanwhile_is_left_alone():
    begun, go_on = threading.Event(), threading.Event()

    @task
    def waits() -> None:
        begun.set()
        assert go_on.wait(10)

    before = sys.stdout
    run = waits.run()
    assert begun.wait(10)
    with capture_output() as captured:
        go_on.set()
        run.result()
        print("captured")
    assert captured.stdout == "captured\n"
    assert beneath(sys.stdout) is before


def test_a_task_outlives_the_capture_of_the_cell_that_began_it(caplog):
    begun, go_on = threading.Event(), threading.Event()

    @task
    def waits() -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            begun.set()
            assert go_on.wait(10)

    before = sys.stdout
    with capture_output():
        run = waits.run()
        assert begun.wait(10)
    go_on.set()
    run.result()
    assert beneath(sys.stdout) is before
    assert "waits changed sys.stdout" in warnings_of(caplog)[0]


def test_modules_are_pickled_as_ever_while_a_task_runs():
    @task
    def pickles() -> bool:
        return pickle.loads(cloudpickle.dumps(sys)) is sys

    assert pickles.run().result()
