"""A Stop counts, whatever a task in this process makes of it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

import pytest

from flyte_nb import FlyteRecoverableException, map_task, task, workflow
from flyte_nb.run import team
from flyte_nb.run.record import Phase

pytestmark = [
    pytest.mark.usefixtures("home", "session"),
    pytest.mark.skipif(os.name == "nt", reason="there is no os.kill with SIGINT"),
]


def press_stop():
    os.kill(os.getpid(), signal.SIGINT)


def phases(run):
    return [node.phase for node in run.progress.nodes()]


@task
def catches_it() -> int:
    try:
        press_stop()
        threading.Event().wait(20)
    except KeyboardInterrupt:
        pass
    return 1


def test_nothing_begins_after_a_stop_that_a_task_has_caught():
    called = []

    @task
    def after(a: int) -> int:
        called.append(a)
        return a

    @workflow
    def wf() -> int:
        return after(a=catches_it())

    run = wf.new_run()
    with pytest.raises(KeyboardInterrupt):
        run.run_here()
    assert called == []
    assert run.phase is Phase.ABORTED
    assert phases(run) == [Phase.ABORTED, Phase.SKIPPED]


def test_a_task_that_catches_a_stop_and_returns_is_aborted():
    run = catches_it.new_run()
    with pytest.raises(KeyboardInterrupt, match="what it returned is dropped") as caught:
        run.run_here()
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.name, last.line) == ("catches_it", "def catches_it() -> int:")
    assert (run.phase, phases(run)) == (Phase.ABORTED, [Phase.ABORTED])
    (attempt,) = run.progress.nodes()[0].attempts
    assert attempt.phase is Phase.ABORTED


@pytest.fixture
def many_open_files():
    """More than `select` can tell apart."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if before[1] != resource.RLIM_INFINITY and before[1] < 2_000:
        pytest.skip("so many files may not be opened")
    resource.setrlimit(resource.RLIMIT_NOFILE, (2_000, before[1]))
    with contextlib.ExitStack() as files:
        for _ in range(1_100):
            files.enter_context(Path(os.devnull).open())
        yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("many_open_files")
def test_a_stop_counts_however_many_files_are_open():
    @task
    def catches_it_in_python() -> int:
        with contextlib.suppress(KeyboardInterrupt):
            press_stop()
            time.sleep(20)
        return 1

    before = open_files()
    run = catches_it_in_python.new_run()
    with pytest.raises(KeyboardInterrupt):
        run.run_here()
    assert run.phase is Phase.ABORTED
    deadline = time.monotonic() + 10
    while open_files() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert open_files() <= before


def open_files():
    return sum(1 for _ in Path("/proc/self/fd").glob("*"))  # none where that is not Linux


def test_no_attempt_follows_a_stop_that_became_a_failure():
    @task(retries=3)
    def turns_it_into_a_failure() -> None:
        try:
            press_stop()
            threading.Event().wait(20)
        except KeyboardInterrupt:
            raise FlyteRecoverableException("connection lost") from None

    run = turns_it_into_a_failure.new_run()
    run.run_here()
    assert isinstance(run.error, FlyteRecoverableException)
    assert run.phase is Phase.ABORTED
    assert len(run.progress.nodes()[0].attempts) == 1


def test_a_cancelled_task_that_returns_all_the_same_is_aborted():
    began = threading.Event()

    @task
    def finishes_early() -> int:
        try:
            began.set()
            while True:
                time.sleep(0.01)
        except KeyboardInterrupt:
            return 1

    run = finishes_early.run()
    assert began.wait(20)
    run.cancel()
    assert run.wait(20).phase is Phase.ABORTED


@pytest.mark.parametrize("caught", [KeyboardInterrupt, BaseException])
def test_a_second_stop_ends_what_catches_the_first(caught):
    noticed, let_go, cleaned = [], threading.Event(), []

    @task(environment={"STUBBORN": "1"})
    def stubborn() -> None:
        try:
            while not let_go.is_set():
                try:
                    while not let_go.is_set():
                        time.sleep(0.01)
                except caught:
                    noticed.append(1)
        finally:
            cleaned.append(os.environ["STUBBORN"])

    def press_twice():
        while not stubborn_runs():
            time.sleep(0.01)
        press_stop()
        while not noticed:
            time.sleep(0.01)
        press_stop()
        if not run._end.is_released:  # so that a failure ends too
            threading.Timer(20, let_go.set).start()

    run = stubborn.new_run()

    def stubborn_runs():
        nodes = run.progress.nodes()
        return bool(nodes) and nodes[0].attempt is not None

    threading.Thread(target=press_twice).start()
    with pytest.raises(KeyboardInterrupt):
        run.run_here()
    assert run.phase is Phase.ABORTED
    assert not let_go.is_set()
    assert cleaned == ["1"]
    assert "STUBBORN" not in os.environ
    let_go.set()


def test_helpers_end_at_once_while_the_main_thread_ends_well():
    main, ended = threading.main_thread(), []
    began = threading.Barrier(2)

    @task
    def one(a: int) -> int:
        try:
            began.wait(20)  # here: a helper may be interrupted before it goes on from it
            if threading.current_thread() is main:
                press_stop()
            while True:
                time.sleep(0.01)
        except KeyboardInterrupt:
            is_main = threading.current_thread() is main
            deadline = time.monotonic() + 10
            while is_main and not ended and time.monotonic() < deadline:
                time.sleep(0.01)
            ended.append(is_main)
        return a

    run = map_task(one).new_run(a=[0, 1], max_parallelism=2)
    with pytest.raises(KeyboardInterrupt):
        run.run_here()
    assert ended == [False, True]
    assert run.phase is Phase.ABORTED


def test_a_thread_in_a_call_to_the_system_is_left_behind_and_the_record_says_so(monkeypatch):
    monkeypatch.setattr(team, "NOTICES_WITHIN_S", 0.3)
    main, read, write = threading.main_thread(), *os.pipe()
    began, ended = threading.Barrier(2), threading.Event()

    @task
    def one(a: int) -> int:
        began.wait(20)
        if threading.current_thread() is main:
            time.sleep(0.2)  # the other one is in its call by then
            press_stop()
            time.sleep(20)
        try:
            os.read(read, 1)
            time.sleep(0)
        finally:
            ended.set()
        return a

    run = map_task(one).new_run(a=[0, 1], max_parallelism=2)
    with pytest.raises(KeyboardInterrupt):
        run.run_here()
    assert not ended.is_set()
    assert run.phase is Phase.ABORTED
    left = [node for node in run.progress.nodes() if "left behind" in node.error]
    assert [node.phase for node in left] == [Phase.ABORTED]
    changes = left[0].changes
    os.write(write, b"1")
    assert ended.wait(10)
    time.sleep(0.1)
    assert (left[0].phase, left[0].changes) == (Phase.ABORTED, changes)
    os.close(read)
    os.close(write)


def test_a_cancelled_run_in_a_call_to_the_system_ends_without_it(monkeypatch):
    monkeypatch.setattr(team, "NOTICES_WITHIN_S", 0.3)
    read, write = os.pipe()
    began = threading.Event()

    @task
    def waits() -> None:
        began.set()
        os.read(read, 1)

    run = waits.run()
    assert began.wait(20)
    time.sleep(0.1)
    run.cancel()
    assert run.wait(20).phase is Phase.ABORTED
    assert "left behind" in str(run.error)
    os.write(write, b"1")
    os.close(write)


CLOSES = """
import json, os, socket, sys, time
from flyte_nb import task

what, pairs = sys.argv[1], []

@task
def closes() -> float:
    os.closerange(3, 64)
    if what == "opens others":
        pairs.extend(socket.socketpair() for _ in range(20))
        for _, writer in pairs:
            writer.send(b"not ours")
    begin = time.process_time()
    time.sleep(0.5)
    return time.process_time() - begin

run = closes.new_run()
run.run_here()
time.sleep(0.5)  # for what watches
print(json.dumps([run.result(), [reader.recv(9).decode() for reader, _ in pairs]]))
"""


@pytest.mark.parametrize(("what", "others"), [("opens none", 0), ("opens others", 20)])
def test_a_task_that_closes_all_descriptors_has_those_for_itself_that_it_opens(what, others):
    command = [sys.executable, "-c", CLOSES, what]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 0, done.stderr
    cpu_s, found = json.loads(done.stdout)
    assert cpu_s < 0.25
    assert found == ["not ours"] * others


FORKS = """
import os, signal, time
from flyte_nb import task

@task
def trains() -> None:
    workers = []
    for _ in range(4):
        if not (pid := os.fork()):
            signal.signal(signal.SIGINT, lambda *_: None)
            time.sleep(0.5)
            os._exit(0)
        workers.append(pid)
    time.sleep(0.1)
    try:
        os.killpg(0, signal.SIGINT)  # as a kernel's Stop does
        time.sleep(60)
    finally:
        for pid in workers:
            os.waitpid(pid, 0)
        print("cleaned up")

run = trains.new_run()
try:
    run.run_here()
except KeyboardInterrupt:
    pass
print(run.phase, run.error)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_stop_that_children_hear_too_is_one():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKS],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        start_new_session=True,
    )
    assert "cleaned up\n" in done.stdout, done.stderr
    assert "forced" not in done.stdout
