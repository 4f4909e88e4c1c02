"""Whoever ends a run ends its processes, with what these have started."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from flyte_nb import PodTemplate, map_task, task
from flyte_nb.context.manager import FlyteContextManager
from flyte_nb.run.record import Phase

pytestmark = pytest.mark.usefixtures("session")
GRACE = PodTemplate({"terminationGracePeriodSeconds": 30, "containers": [{"name": "primary"}]})


@task
def starts_a_child(pids: str) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
    Path(pids).write_text(f"{os.getpid()} {child.pid}")
    time.sleep(300)


@task(pod_template=GRACE)
def refuses(pids: str) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path(pids).write_text(str(os.getpid()))
    time.sleep(300)


def pids_of(path):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if path.exists() and (words := path.read_text().split()):
            return [int(word) for word in words]
        time.sleep(0.01)
    raise AssertionError("it did not begin")


def all_gone(pids, seconds):
    deadline = time.monotonic() + seconds
    while any(map(psutil.pid_exists, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(psutil.pid_exists, pids))


def test_cancel_ends_the_process_and_its_children(tmp_path):
    run = starts_a_child.run(pids=str(tmp_path / "pids"), isolate=True)
    pids = pids_of(tmp_path / "pids")
    run.cancel()
    run.wait(20)
    assert run.phase is Phase.ABORTED
    assert all_gone(pids, 2)
    (node,) = run.progress.nodes()
    assert node.attempts[0].phase is Phase.ABORTED


def test_forcing_kills_what_refuses_to_end(tmp_path):
    run = refuses.run(pids=str(tmp_path / "pids"), isolate=True)
    pids = pids_of(tmp_path / "pids")
    run.cancel()
    time.sleep(1)
    assert not run.done
    assert psutil.pid_exists(pids[0])
    run.cancel(force=True)
    assert run.done
    assert all_gone(pids, 5)


def test_forcing_at_once_kills_too(tmp_path):
    run = refuses.run(pids=str(tmp_path / "pids"), isolate=True)
    pids = pids_of(tmp_path / "pids")
    run.cancel(force=True)
    assert run.done
    assert all_gone(pids, 5)


def test_an_interrupt_of_the_cell_and_a_second_one(tmp_path):
    run = refuses.new_run(pids=str(tmp_path / "pids"), isolate=True)
    before = FlyteContextManager.size()
    found = []

    def interrupt():
        found.extend(pids_of(tmp_path / "pids"))
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run.run_here()
    thread.join()
    assert time.monotonic() - begin < 15
    assert all_gone(found, 5)
    assert run.phase is Phase.ABORTED
    assert FlyteContextManager.size() == before


def test_all_of_a_map_are_ended(tmp_path):
    @task
    def waits(path: str) -> None:
        Path(path).write_text(str(os.getpid()))
        time.sleep(300)

    paths = [tmp_path / "a", tmp_path / "b"]
    run = map_task(waits).run(path=[str(p) for p in paths], isolate=True, max_parallelism=2)
    pids = [pids_of(path)[0] for path in paths]
    run.cancel()
    run.wait(20)
    assert run.phase is Phase.ABORTED
    assert all_gone(pids, 2)
