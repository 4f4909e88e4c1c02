"""Integration: runs that are interrupted at random moments leave nothing behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

SUPPORT = Path(__file__).parents[2] / "support"
SCRIPT = Path(__file__).parents[2] / "support" / "interrupt_runs.py"
CASES = int(os.environ.get("FLYTE_NB_CASES", "60"))


def test_an_interrupt_leaves_no_context_no_variable_and_no_folder(tmp_path):
    environment = {
        **os.environ,
        "TMPDIR": str(tmp_path),
        "FLYTE_SDK_LOCAL_SANDBOX": str(tmp_path),
        "_FSEC_DB_PASSWORD": "hunter2-hunter2",
    }
    command = [sys.executable, SCRIPT, str(min(CASES, 1_000)), "20260", str(tmp_path)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert found["interrupts"] > CASES / 4
    assert found["left"] == []
    assert found["descriptors"] < max(10, CASES / 50)
    assert [p.name for p in tmp_path.iterdir() if p.name != "flyte-nb"] == []


def test_an_interrupt_leaves_nobody_compiling_and_no_thread():
    command = [sys.executable, SUPPORT / "interrupt_workflows.py", str(min(CASES, 1_000)), "2026"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert found["interrupts"] > CASES / 8
    assert found["left"] == []


def test_an_interrupt_ends_a_run_and_leaves_no_thread_and_no_stream():
    command = [sys.executable, SUPPORT / "interrupt_held_runs.py", str(min(CASES, 1_000)), "2026"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert found["interrupts"] > CASES / 8
    assert found["left"] == []
