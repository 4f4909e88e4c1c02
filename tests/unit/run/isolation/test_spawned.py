"""Integration: without fork, as on Windows, runs end the same way, only more slowly."""

import json
import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import psutil
import pytest

from flyte_nb.run.isolation import IsolatedProcess, Outcome, run_isolated


@pytest.fixture
def run(request_of, heard):
    def run(function, *args, **options):
        return run_isolated(request_of(function, *args, spawn=True, **options), heard.append)

    return run


def test_value_output_and_messages_come_back(run, heard):
    def prepare(channel, call):
        channel.send("log", 1)
        print("printed")  # noqa: T201
        subprocess.run(["echo", "by a program"], check=True)
        sys.stderr.write("err\n")
        return call()

    result = run(
        lambda: (os.environ["MODE"], str(Path.cwd())), environment={"MODE": "x"}, prepare=prepare
    )
    assert result.value[0] == "x"
    assert result.value[1].endswith("/run/work")
    assert heard.messages("log") == [1]
    assert (heard.text(), heard.text("stderr")) == ("printed\nby a program\n", "err\n")
    assert result.cpu_s > 0
    assert result.peak_memory_bytes > 1_000_000


def test_stdin_is_empty(run):
    assert type(run(input).error) is EOFError


@pytest.mark.parametrize(
    ("ends", "outcome"),
    [
        (lambda: 1 / 0, Outcome.RAISED),
        (lambda: os._exit(3), Outcome.EXITED),
        (lambda: os.kill(os.getpid(), 9), Outcome.SIGNALLED),
        (threading.Lock, Outcome.VALUE_NOT_PICKLABLE),
    ],
)
def test_outcomes(run, ends, outcome):
    assert run(ends).outcome is outcome


@pytest.mark.parametrize(
    ("limits", "outcome"),
    [
        ({"timeout_s": 0.5}, Outcome.DEADLINE_EXCEEDED),
        ({"preempt_after_s": 0.5}, Outcome.PREEMPTED),
        ({"memory_bytes": 120_000_000}, Outcome.OOM_KILLED),
    ],
)
def test_limits(run, limits, outcome):
    def grows():
        data = []
        while True:
            data.append(b"x" * 10_000_000)
            time.sleep(0.02)

    assert run(grows, **{"memory_bytes": 10_000_000_000, **limits}).outcome is outcome


def test_a_flood_is_cut(run, heard):
    def floods():
        for _ in range(100):
            os.write(1, b"0123456789abcde\n" * 65_536)

    result = run(floods)
    assert result.dropped_bytes > 50_000_000
    assert len(heard.text()) < 11_000_000


def test_cancel(request_of):
    process = IsolatedProcess(request_of(time.sleep, 600, spawn=True)).start()
    threading.Timer(0.5, process.cancel).start()
    assert process.wait().outcome is Outcome.CANCELLED


def test_children_are_ended_and_counted(run, is_gone):
    def leaves():
        return subprocess.Popen(["sleep", "600"]).pid

    result = run(leaves)
    assert is_gone([result.value])
    assert len(result.leaked_processes) == 1


def test_when_the_caller_is_killed_it_ends(tmp_path, is_gone):
    script = textwrap.dedent(f"""
        import os, json, pathlib, subprocess, time
        from flyte_nb.run.isolation import *
        def task():
            child = subprocess.Popen(["sleep", "600"]).pid
            pathlib.Path({str(tmp_path / "part")!r}).write_text(json.dumps([os.getpid(), child]))
            os.rename({str(tmp_path / "part")!r}, {str(tmp_path / "pids")!r})
            time.sleep(600)
        run_isolated(IsolatedRequest(call=pack_call(task), spawn=True))
    """)
    caller = subprocess.Popen([sys.executable, "-c", script])
    deadline = time.monotonic() + 20
    while not (tmp_path / "pids").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    caller.kill()
    caller.wait()
    assert is_gone(json.loads((tmp_path / "pids").read_text()))


def test_after_many_runs_nothing_is_left(request_of, tmp_path, environment):
    environment["FLYTE_SDK_LOCAL_SANDBOX"] = environment["TMPDIR"] = str(tmp_path)
    import tempfile

    tempfile.tempdir = None
    own = psutil.Process()
    run_isolated(request_of(pow, 2, 2, spawn=True))
    before = own.num_fds(), own.num_threads()
    for n in range(4):
        run_isolated(request_of(os._exit if n % 2 else abs, 0, spawn=True))
    assert (own.num_fds(), own.num_threads()) == before
    assert list(Path(tmp_path).iterdir()) == []
    tempfile.tempdir = None


def test_an_interpreter_that_does_not_start_is_told(request_of, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    result = run_isolated(request_of(abs, 0, spawn=True))
    assert result.outcome is Outcome.LOST
    assert "/no/such/python" in result.message
