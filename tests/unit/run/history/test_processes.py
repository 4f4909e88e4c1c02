"""Integration: processes that share a history, and some that are killed at it.

With FLYTE_NB_CASES 200 or more one is killed 200 times, at other moments; here it is a sample.
"""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flyte_nb.run.history.folder import HistoryFolder, Limits
from flyte_nb.run.history.lost import Lost
from flyte_nb.run.history.runs import run_record
from flyte_nb.run.record import Phase
from flyte_nb.run.views.look import LOOKS

SCRIPT = Path(__file__).with_name("keep_and_die.py")
DIES = """
import os, signal, time
from flyte_nb import current_context, task, workflow
from flyte_nb.run.history.folder import HistoryFolder

@task
def saves(a: int) -> int:
    current_context().checkpoint.write(b"half")
    files = HistoryFolder().root.glob
    while not any(b"RUNNING" in path.read_bytes() for path in files("*/journal*")):
        time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGKILL)

@workflow
def twice(a: int) -> int:
    return saves(a=saves(a=a))

twice.run(a=1).wait()
"""
KILLS = 200 if int(os.environ.get("FLYTE_NB_CASES", "0")) >= 200 else 16


def start(root, count, steps=0):
    command = [sys.executable, SCRIPT, root, str(count), str(steps)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def test_processes_keep_their_runs_beside_each_other_while_others_read_and_sweep(tmp_path):
    history = HistoryFolder(tmp_path / "runs", Limits(count=40))
    processes = [start(history.root, 30) for _ in range(3)]
    while any(process.poll() is None for process in processes):
        for head in history.heads():
            record = history.read(head.id)
            assert record is None or record.phase in {Phase.RUNNING, Phase.SUCCEEDED}
        history.sweep()
    said = [process.communicate()[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len({one for lines in said for one in lines}) == 91  # 90 ids, and "over"
    history.sweep()
    heads = list(history.heads())
    assert len(heads) == 40
    assert {head.phase for head in heads} == {Phase.SUCCEEDED}
    assert len({head.pid for head in heads}) >= 2
    for head in heads:
        record = history.read(head.id)
        assert [node.path for node in record.nodes] == ["n0", "n1"]
        assert record.read_deck("0002.html").startswith("<b>")


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_kill_at_any_moment_leaves_whole_runs_and_lost_ones(tmp_path):
    rng = random.Random(KILLS)
    history = HistoryFolder(tmp_path / "runs")
    began, over = set(), set()
    for _ in range(KILLS):
        process = start(history.root, 1, rng.randrange(1, 12_000))
        lines = process.communicate(timeout=60)[0].splitlines()
        assert process.returncode == -signal.SIGKILL
        began |= {line for line in lines if not line.endswith("over")}
        over |= {line.split()[0] for line in lines if line.endswith("over")}
    heads = {head.id: head for head in history.heads()}
    assert over <= set(heads) <= began
    for run_id, head in heads.items():
        assert head.phase is Phase.SUCCEEDED or head.is_lost
        record = history.read(run_id)
        if head.phase is Phase.SUCCEEDED:
            assert len(record.nodes) == 2
            assert len(record.read_deck("0002.html")) > 1_000
        assert record.shown()["text/html"]
    assert any(head.is_lost for head in heads.values())
    assert any(run_id not in over for run_id in heads)


@pytest.mark.usefixtures("home")
@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_what_ran_in_a_process_that_was_killed_is_shown_as_lost(tmp_path):
    script = tmp_path / "dies.py"
    script.write_text(DIES)
    assert subprocess.run([sys.executable, script], check=False).returncode == -signal.SIGKILL
    record = run_record("last")
    assert [node.phase for node in record.nodes] == [Lost.LOST, Phase.QUEUED]
    shown = record.shown()
    assert "? workflow dies.twice: lost: its kernel ended" in shown["text/plain"]
    assert "2 nodes when last seen: 1 lost, 1 queued" in shown["text/plain"]
    checkpoints = shown["text/plain"].partition("Checkpoints")[2]
    assert checkpoints.splitlines()[2].endswith("died")
    assert LOOKS[Lost.LOST].mark in shown["text/html"]
    for phase in (Phase.ABORTED, Phase.RUNNING):
        assert LOOKS[phase].mark not in shown["text/html"]
        assert LOOKS[phase].sign not in shown["text/plain"]
