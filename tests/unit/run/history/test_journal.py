"""What is known of a run that goes on is on disk, in pieces that are written once."""

import os
import stat
import sys
import threading
import time

import pytest

import flyte_nb
from flyte_nb import FlyteRecoverableException, task, workflow
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.run.handle.progress import NodeProgress, Progress
from flyte_nb.run.history.folder import HistoryFolder
from flyte_nb.run.history.journal import Journal, read_journal
from flyte_nb.run.history.keeper import Keeper
from flyte_nb.run.record import Phase

SECRET = "xK9-tulip-" + "hunter2-öß"


@pytest.fixture
def progress():
    """A run of which one node has ended, one runs, and one waits."""
    progress = Progress()
    progress.add(NodeProgress(path=f"n{n}", name=f"n{n}", calls="f", kind="task") for n in range(3))
    progress.began("n0")
    progress.given("n0", {"a": 1})
    progress.node("n0").transcript.write("one\ntwo\n")
    progress.ended("n0")
    progress.began("n1")
    progress.node("n1").transcript.write("epoch 1\nepoch 2: 50")
    return progress


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.jsonl"


def says(progress, text, path="n1"):
    progress.node(path).transcript.write(text)


def test_nodes_are_there_as_they_were(progress, path):
    Journal(path, progress).write()
    done, runs, waits = read_journal(path)
    assert [node.phase for node in (done, runs, waits)] == [
        Phase.SUCCEEDED,
        Phase.RUNNING,
        Phase.QUEUED,
    ]
    assert (done.transcript, done.lines, done.inputs) == ("one\ntwo", 2, {"a": "1"})
    assert (runs.transcript, runs.lines) == ("epoch 1\nepoch 2: 50", 1)
    assert runs.began == progress.node("n1").began
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_what_is_new_is_added(progress, path):
    journal = Journal(path, progress)
    journal.write()
    before = path.read_bytes()
    says(progress, "%\nepoch 3")
    journal.write()
    after = path.read_bytes()
    assert after.startswith(before)
    assert after[len(before) :].count(b"\n") == 1
    assert b"epoch 1" not in after[len(before) :]
    progress.ended("n1", ValueError("no luck"))
    journal.write()
    node = list(read_journal(path))[1]
    assert (node.phase, node.error) == (Phase.FAILED, "ValueError: no luck")
    assert node.transcript == "epoch 1\nepoch 2: 50%\nepoch 3"


def test_where_nothing_is_new_the_file_s_time_says_that_it_goes_on(progress, path):
    journal = Journal(path, progress)
    journal.write()
    size = path.stat().st_size
    os.utime(path, (1, 1))
    journal.write()
    assert path.stat().st_size == size
    assert path.stat().st_mtime > 1


def test_it_does_not_grow_without_end(progress, path):
    journal = Journal(path, progress, max_bytes=50_000)
    for n in range(300):
        says(progress, "".join(f"line {n} {i}\n" for i in range(100)))
        journal.write()
        assert path.stat().st_size < 60_000
    node = list(read_journal(path))[1]
    assert node.transcript.endswith("line 299 99")
    assert node.transcript.count("\n") == 199
    assert node.lines == 30_001


def test_torn_and_foreign_lines_are_left_out(progress, path):
    Journal(path, progress).write()
    data = path.read_bytes()
    path.write_bytes(b'[1]\nnull\n{"path": 1}\n{"path": "x", "text": 7}\n\xff\n' + data[:-9])
    assert [node.path for node in read_journal(path)] == ["n0", "n1", "n2"]
    path.unlink()
    assert list(read_journal(path)) == []


def test_no_secret_is_in_it_however_it_is_cut_and_whenever_it_is_known(progress, path):
    journal = Journal(path, progress)
    says(progress, f"\nearly {SECRET}\n")
    journal.write()
    LEAK_GUARD.add(SECRET)
    LEAK_GUARD.add("two lines\nof a key")
    says(progress, f"late {SECRET}\nbegin two lines\n")
    journal.write()
    assert "two lines" not in path.read_text()
    says(progress, "of a key end\n")
    says(progress, SECRET[:12])
    journal.write()
    says(progress, SECRET[12:] + "\n")
    progress.ended("n1", ValueError(SECRET))
    journal.write()
    text = path.read_text() + str(list(read_journal(path)))
    for form in ("xK9-tulip", "hunter2", "of a key"):
        assert form not in text
    assert "end" in text


def test_what_has_begun_goes_first_where_there_are_many_nodes(path):
    progress = Progress()
    progress.add(NodeProgress(path=f"n{n}", name="n", calls="f", kind="task") for n in range(2_000))
    progress.began("n1999")
    journal = Journal(path, progress)
    journal.write()
    found = [node.path for node in read_journal(path)]
    assert "n1999" in found
    assert len(found) < 1_000
    for _ in range(4):
        journal.write()
    assert len(list(read_journal(path))) == 2_000


def test_it_is_written_no_more_once_it_is_closed(progress, path):
    journal = Journal(path, progress)
    journal.close()
    journal.write()
    assert not path.exists()


def until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_keeper_goes_on_after_one_that_cannot_be_written(progress, tmp_path):
    failures = []
    keeper = Keeper(failures.append)
    (tmp_path / "folder").mkdir()
    keeper.add(Journal(tmp_path / "folder", progress))
    keeper.add(Journal(tmp_path / "gone" / "journal", progress))
    good = Journal(tmp_path / "good", progress)
    keeper.add(good)
    until((tmp_path / "good").exists)
    until(lambda: failures)
    assert [type(error) for error in failures] == [IsADirectoryError]
    keeper.remove(good)


@pytest.mark.usefixtures("home", "session")
def test_a_run_has_one_until_it_is_over():
    may_end = threading.Event()

    @task(retries=1)
    def waits(a: int) -> int:
        print("waiting", a)  # noqa: T201 - kept by the run
        if not may_end.is_set():
            may_end.wait(20)
            raise FlyteRecoverableException("again")
        return a

    @workflow
    def whole(a: int) -> int:
        return waits(a=a)

    run = whole.run(a=1)
    history = HistoryFolder()
    path = history.root / run.id / "journal.jsonl"
    until(path.exists)
    (node,) = history.read(run.id).nodes  # as another kernel reads it
    assert (node.phase, node.transcript) == (Phase.RUNNING, "waiting 1")
    assert history.head(run.id).last_seen_at is not None
    may_end.set()
    run.wait()
    assert not path.exists()
    assert flyte_nb.run_record(run).nodes[0].phase is Phase.SUCCEEDED


@pytest.mark.usefixtures("home", "session")
def test_the_head_of_a_run_is_masked_as_soon_as_the_journal_is():
    may_go_on, may_end = threading.Event(), threading.Event()

    @task
    def learns(a: str) -> int:
        may_go_on.wait(20)
        LEAK_GUARD.add(SECRET)
        may_end.wait(20)
        return len(a)

    run = learns.run(a=SECRET)
    history = HistoryFolder()
    before = history.head(run.id)
    assert before.inputs == {"a": repr(SECRET)}
    may_go_on.set()
    head = history.root / run.id / "run.json"
    until(lambda: "xK9-tulip" not in head.read_text())
    after = history.head(run.id)
    assert after.goes_on
    assert after.execution == before.execution
    assert sum(after.phases.values()) == 1
    may_end.set()
    run.wait()
    assert history.head(run.id).phase is Phase.SUCCEEDED


@pytest.mark.usefixtures("home", "session")
def test_a_head_that_is_masked_late_does_not_tell_the_end_before_the_nodes():
    @task
    def returns(a: str) -> int:
        return len(a)

    run = returns.run(a=SECRET).wait()
    journal = HistoryFolder().journal(run)
    LEAK_GUARD.add(SECRET)
    journal.write()
    head = HistoryFolder().head(run.id)
    assert (head.phase, head.ended_at) == (Phase.RUNNING, None)
    assert "xK9-tulip" not in str(head.inputs)


@pytest.mark.usefixtures("home", "session")
def test_a_task_that_floods_leaves_little_in_it():
    @task
    def floods() -> int:
        end = time.monotonic() + 1.2
        while time.monotonic() < end:
            sys.stdout.write("words and words\n" * 1_000)
        return 1

    run = floods.run()
    path = HistoryFolder().root / run.id / "journal.jsonl"
    until(path.exists)
    assert path.stat().st_size < 100_000
    run.wait()
