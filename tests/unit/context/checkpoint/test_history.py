"""What is kept of earlier runs, and for how long."""

import subprocess
import sys
import threading

import pytest

from flyte_nb import FlyteRecoverableException, current_context, task
from flyte_nb.context.checkpoint import history as module
from flyte_nb.context.checkpoint.history import Entry, History
from flyte_nb.context.checkpoint.local import LocalPlace
from flyte_nb.context.checkpoint.sync import SyncCheckpoint
from flyte_nb.context.checkpoint.view import (
    clear_checkpoints,
    list_checkpoints,
    restore_checkpoint,
    size_text,
)
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.errors import CheckpointError

COUNT = """
import os, signal, sys
from flyte_nb import FlyteRecoverableException, current_context, task

@task(retries=1)
def count(to: int, step: int = 1) -> str:
    checkpoint = current_context().checkpoint
    start = int(checkpoint.read() or b"0")
    checkpoint.write(b"%d" % (start + step))
    exec(sys.argv[1])
    return f"from {start}"

print(count(to=int(sys.argv[2])))
"""


@pytest.fixture(autouse=True)
def own_history(home):
    return home


@pytest.fixture
def kernel(tmp_path):
    """Run the task of COUNT in a Python of its own, which ends as it is told."""
    script = tmp_path / "script.py"
    script.write_text(COUNT)

    def run(ending="pass", to=5, text=COUNT):
        script.write_text(text)
        command = [sys.executable, script, ending, str(to)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    return run


KILL = "os.kill(os.getpid(), signal.SIGKILL)"


@pytest.mark.parametrize(
    "ending", ["1 / 0", "raise KeyboardInterrupt", KILL, "sys.exit(1)", "os._exit(1)"]
)
def test_a_run_goes_on_from_one_that_failed_in_another_kernel(kernel, ending):
    assert kernel(ending) == ""
    assert kernel() == "from 1"


def test_after_a_success_the_next_run_begins_afresh(kernel):
    kernel("1 / 0")
    kernel("1 / 0")
    assert kernel() == "from 2"
    assert kernel() == "from 0"
    assert len(list_checkpoints().rows) == 3


def test_a_run_that_fails_before_it_saves_loses_nothing(kernel):
    kernel(KILL)
    kernel("1 / 0", text=COUNT.replace('checkpoint.write(b"', '1 / 0; (b"'))
    assert kernel() == "from 1"


def test_other_inputs_and_other_files_have_checkpoints_of_their_own(kernel, tmp_path):
    kernel("1 / 0", to=5)
    assert kernel(to=6) == "from 0"
    (tmp_path / "other.py").write_text(COUNT)
    command = [sys.executable, tmp_path / "other.py", "pass", "5"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "from 0\n"
    assert kernel(to=5) == "from 1"


def test_an_edit_of_the_task_keeps_its_checkpoint(kernel):
    kernel("1 / 0")
    assert kernel(text=COUNT.replace("return f", "checkpoint = None; return f")) == "from 1"


def test_a_default_that_is_written_out_is_the_same_input(kernel):
    kernel("1 / 0")
    assert kernel(text=COUNT.replace("argv[2])", "argv[2]), step=1")) == "from 1"


def test_a_retry_sees_the_attempt_before_it_and_the_table_says_so(kernel):
    kernel("raise FlyteRecoverableException('gone')")
    assert kernel() == "from 2"
    rows = list_checkpoints().rows
    assert [(row[0], row[4], row[5]) for row in rows] == [
        ("3", "succeeded", "2"),
        ("2", "failed", "1"),
        ("1", "failed, retried", "-"),
    ]


def test_a_killed_run_is_told_from_one_that_goes_on(kernel):
    kernel(KILL)
    assert list_checkpoints().rows[0][4] == "died"

    @task
    def looks() -> str:
        current_context().checkpoint.write(b"x")
        with pytest.raises(CheckpointError, match="a run that has not ended"):
            clear_checkpoints(2)
        assert clear_checkpoints() == 1
        return list_checkpoints().rows[0][4]

    assert looks() == "running"


def test_a_run_does_not_go_on_from_one_that_is_not_over():
    inside, done = threading.Event(), threading.Event()

    @task
    def saves() -> bool:
        return work.pop()()

    def first():
        current_context().checkpoint.write(b"x")
        inside.set()
        assert done.wait(20)
        return True

    def second():
        return current_context().checkpoint.prev_exists()

    work = [second, first]
    thread = threading.Thread(target=saves)
    thread.start()
    assert inside.wait(20)
    try:
        assert saves() is False
    finally:
        done.set()
        thread.join()


def test_that_a_run_goes_on_from_another_is_said(caplog):
    caplog.set_level("INFO", TASK_LOGGER.name)
    fail = [True, False]

    @task
    def train() -> bool:
        checkpoint = current_context().checkpoint
        checkpoint.read()
        checkpoint.write(b"x")
        if fail.pop(0):
            raise KeyError
        return True

    with pytest.raises(KeyError):
        train()
    assert caplog.text == ""
    train()
    assert "goes on from checkpoint 1, of a run that failed" in caplog.text
    assert "%flyte_checkpoint clear 1" in caplog.text


def fails_after_a_save(count=1):
    @task
    def train(n: int):
        current_context().checkpoint.write(b"%d" % n)
        raise KeyError

    for n in range(count):
        with pytest.raises(KeyError):
            train(n=n)
    return train


def test_files_are_taken_out_and_cleared(tmp_path):
    fails_after_a_save(2)
    assert restore_checkpoint(2, tmp_path / "out") == tmp_path / "out"
    assert [p.read_bytes() for p in (tmp_path / "out").iterdir()] == [b"1"]
    with pytest.raises(CheckpointError, match="there is no checkpoint 7") as caught:
        restore_checkpoint(7, tmp_path / "out")
    assert caught.value.hint == "there are: 1, 2"
    assert clear_checkpoints(1) == 1
    assert [row[0] for row in list_checkpoints().rows] == ["2"]
    assert clear_checkpoints() == 1
    assert repr(list_checkpoints()).startswith("No checkpoints")


def test_a_checkpoint_that_was_cleared_is_not_gone_on_from():
    train = fails_after_a_save()
    clear_checkpoints(1)
    with pytest.raises(KeyError):
        train(n=0)
    assert list_checkpoints().rows[0][5] == "-"


def test_the_table_shows_no_input_and_escapes_names(home):
    assert home

    @task
    def train(password: str):
        current_context().checkpoint.write(b"x" * 2048)
        raise KeyError(len(password))

    train.name = "<b>train"
    with pytest.raises(KeyError):
        train(password="hunter2-hunter2")
    view = list_checkpoints()
    assert "2.0 KiB" in repr(view)
    assert "<b>train" not in view._repr_html_()
    assert "hunter2" not in repr(view) + view._repr_html_()
    for path in History().root.rglob("*"):
        assert path.is_dir() or b"hunter2" not in path.read_bytes()


def entry(line="line", **fields):
    return Entry(line=line, task="t", version="v", execution="a", attempt=0, **fields)


def add(history, size=1, **fields):
    added, lease = history.add(entry(**fields))
    SyncCheckpoint(LocalPlace(history.files(added))).write(b"x" * size)
    lease.release()
    return added.number


def test_three_attempts_are_kept_of_one_task_and_its_inputs(tmp_path):
    history = History(tmp_path)
    for _ in range(6):
        add(history)
    assert [e.number for e in history.entries()] == [4, 5, 6]
    assert history.resumable("line").number == 6


def test_no_more_is_kept_than_fits_and_settled_ones_go_first(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 250)
    history = History(tmp_path)
    for line in "abc":
        add(history, 100, line=line, is_settled=line == "b")
    add(history, 100, line="d")
    assert [e.line for e in history.entries()] == ["a", "c", "d"]
    monkeypatch.setattr(module, "MOST", 2)
    add(history, 100, line="e")
    assert [e.line for e in history.entries()] == ["d", "e"]


def test_what_is_in_use_is_never_pruned(tmp_path):
    history = History(tmp_path)
    held, lease = history.add(entry())
    for _ in range(5):
        add(history)
    assert held.number in [e.number for e in history.entries()]
    lease.release()
    add(history)
    assert held.number not in [e.number for e in history.entries()]


def test_leftovers_of_processes_that_died_are_removed(tmp_path):
    for name in (".new-abc", ".gone-def", "000007"):
        (tmp_path / "root" / name).mkdir(parents=True)
        (tmp_path / "root" / name / "f").touch()
    history = History(tmp_path / "root")
    assert history.entries() == []
    assert add(history) == 1
    assert {p.name for p in history.root.iterdir()} == {"000001", ".lock"}


def test_numbers_are_taken_once_by_threads_at_once(tmp_path):
    history = History(tmp_path)
    barrier = threading.Barrier(8)
    numbers = []

    def many(line):
        barrier.wait()
        numbers.extend(add(history, line=f"{line}{n}") for n in range(10))

    threads = [threading.Thread(target=many, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 81))


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (5 << 40, "5120.0 GiB")]
)
def test_sizes(size, text):
    assert size_text(size) == text


def test_an_attempt_before_says_retried_within_a_run():
    seen = []

    @task(retries=2)
    def train() -> int:
        checkpoint = current_context().checkpoint
        assert checkpoint is current_context().checkpoint
        seen.append(checkpoint.read())
        if len(seen) != 2:
            checkpoint.write(b"%d" % len(seen))
        if len(seen) < 3:
            raise FlyteRecoverableException
        return len(seen)

    train()
    assert seen == [None, b"1", None]  # as on a cluster: the second attempt saved nothing
