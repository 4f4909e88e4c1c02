"""Integration: the runs of one kernel are listed by the next one, also those that died with it."""

import os
import signal
from contextlib import contextmanager

import pytest
from jupyter_client.manager import start_new_kernel

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
def waits(a: int) -> int:
    time.sleep(60)
    return a
"""


@pytest.fixture
def kernel(tmp_path, home):  # noqa: ARG001 - where runs are kept
    """Return a context that has a new kernel for a notebook, as a server starts it."""

    @contextmanager
    def start(notebook="train.ipynb"):
        env = {**os.environ, "JPY_SESSION_NAME": str(tmp_path / notebook)}
        manager, client = start_new_kernel(env=env, cwd=str(tmp_path))
        try:
            client.execute_interactive(SETUP, timeout=60)
            yield manager, client
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)

    return start


def shown(client, code, kind="text/plain"):
    """Return what a cell printed or displayed, in one form."""
    texts = []

    def take(message):
        content = message["content"]
        assert message["msg_type"] != "error", content["traceback"]
        texts.append(content.get("text") or content.get("data", {}).get(kind, ""))

    client.execute_interactive(code, timeout=60, output_hook=take)
    return "".join(texts)


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
        assert "quadruple  succeeded" in rows[3]
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


def test_a_run_of_another_kernel_goes_on_until_that_ends(kernel):
    with kernel() as (manager, client):
        shown(client, "run = waits.run(a=1)")
        with kernel("other.ipynb") as (_, other):
            assert "waits  running" in shown(other, "%flyte_runs")
            assert "0 removed" in shown(other, "%flyte_runs clean --all")
            manager.shutdown_kernel(now=True)
            assert "lost: its kernel ended" in shown(other, "%flyte_runs")
            assert "1 removed" in shown(other, "%flyte_runs clean --all")
