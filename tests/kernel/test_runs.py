"""Integration: the runs of one kernel are listed by the next one, also those that died with it."""

import os
import signal
import time

import pytest
from kernels import kernels_of, shown

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL"),
]

SETUP = """
%load_ext flyte_nb
import os, signal, time
from flyte_nb import Deck, run_record, runs, task, workflow
@task(enable_deck=True)
def double(a: int) -> int:
    print("doubling", a)
    Deck("summary", f"<b>{a}</b>")
    return 2 * a

@workflow
def quadruple(a: int) -> int:
    return double(a=double(a=a))

@task
def dies(a: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return a

@task
def trains(a: int) -> int:
    for epoch in range(10_000):
        print("epoch", epoch)
        time.sleep(0.05)
    return a

@workflow
def training(a: int) -> int:
    return double(a=trains(a=double(a=a)))

@task
def waits(a: int) -> int:
    time.sleep(60)
    return a
"""


@pytest.fixture
def kernel(tmp_path, home):  # noqa: ARG001 - where runs are kept
    return kernels_of(tmp_path, SETUP)


def test_runs_of_a_killed_kernel_are_there_in_the_next_one(kernel):
    with kernel() as (manager, client):
        shown(client, "quadruple.run(a=1).wait();")
        client.execute("dies.run(a=7).wait()")
        assert manager.provisioner.process.wait(60) == -signal.SIGKILL
    with kernel("other.ipynb") as (_, client):
        rows = shown(client, "%flyte_runs").splitlines()
        assert rows[0] == "2 runs"
        assert "dies" in rows[2]
        assert "lost: its kernel ended" in rows[2]
        assert "train.ipynb" in rows[2]
        assert "quadruple  ✓ succeeded" in rows[3]
        assert "No runs" in shown(client, "%flyte_runs --here")
        assert "a = 7" in shown(client, "%flyte_runs show")
        shown(client, "quadruple.run(a=3).wait();")
        assert "1 run" in shown(client, "%flyte_runs --here")
        assert "≠  a  1" in shown(client, "%flyte_runs compare -3 last")
        page = shown(client, "%flyte_runs show last", "text/html")
        assert "doubling 6" in page
        assert "<svg" in page
        assert "<iframe" in page
        assert "doubling 6" in shown(client, "%flyte_runs logs last")
        assert "3 removed" in shown(client, "%flyte_runs clean --all")


def test_what_a_killed_run_had_done_is_known(kernel):
    with kernel() as (manager, client):
        shown(client, "run = training.run(a=1)")
        with kernel("other.ipynb") as (_, other):
            while "epoch 9" not in shown(other, "%flyte_runs logs last"):
                time.sleep(0.2)
            assert "1 succeeded, 1 running, 1 queued" in shown(other, "%flyte_runs show last")
            os.kill(manager.provisioner.process.pid, signal.SIGKILL)
            manager.provisioner.process.wait(60)
            text = shown(other, "%flyte_runs show last")
            assert text.startswith("? workflow training: lost: its kernel ended at about ")
            assert "3 nodes when last seen: 1 succeeded, 1 lost, 1 queued" in text
            assert "a=1 → o0=2" in text
            assert "doubling 1" in text
            assert "epoch 9" in shown(other, "%flyte_runs logs last n1")
            page = shown(other, "%flyte_runs show last", "text/html")
            assert "lost: its kernel ended at about" in page
            assert "<svg" in page
            assert "epoch " in page
            row = shown(other, "%flyte_runs").splitlines()[2]
            assert "lost: its kernel ended" in row


def test_a_run_of_another_kernel_goes_on_until_that_ends(kernel):
    with kernel() as (manager, client):
        shown(client, "run = waits.run(a=1)")
        with kernel("other.ipynb") as (_, other):
            assert "waits  ▶ running" in shown(other, "%flyte_runs")
            assert "0 removed" in shown(other, "%flyte_runs clean --all")
            manager.shutdown_kernel(now=True)
            assert "lost: its kernel ended" in shown(other, "%flyte_runs")
            assert "1 removed" in shown(other, "%flyte_runs clean --all")
