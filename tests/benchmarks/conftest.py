"""flytekit's times, measured in the same run, and the table that sets ours against them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROBE = Path(__file__).with_name("flytekit_probe.py")
PYTHON = "FLYTE_NB_FLYTEKIT"  # its interpreter: `make bench` sets it
MEDIANS = pytest.StashKey[dict]()
# What is compared: flytekit's measure, our benchmark, and the target for ours as a fraction.
TARGETS = {
    "import": ("test_import_what_a_notebook_imports", 1 / 10),
    "current_context": ("test_current_context", None),
    "call": ("test_plain_task_call", 1 / 50),
    "deck": ("test_cell_with_a_deck_shown", 1 / 100),
}


@pytest.fixture(scope="session", autouse=True)
def flytekit_medians(pytestconfig, tmp_path_factory):
    """flytekit's medians in seconds; empty when its environment is missing."""
    python = os.environ.get(PYTHON)
    medians = {}
    if python:
        probe = subprocess.run(
            [python, PROBE],
            env={**os.environ, "FLYTE_SDK_LOGGING_LEVEL": "50"},
            cwd=tmp_path_factory.mktemp("flytekit"),
            capture_output=True,
            text=True,
            check=False,
        )
        medians = json.loads(probe.stdout.splitlines()[-1]) if probe.returncode == 0 else {}
        if not medians:
            sys.stderr.write(probe.stderr)
    pytestconfig.stash[MEDIANS] = medians
    return medians


def pytest_terminal_summary(terminalreporter, config):
    """Print each ratio beside its target; nothing fails here."""
    session = getattr(config, "_benchmarksession", None)
    theirs = config.stash.get(MEDIANS, {})
    if session is None or not session.benchmarks:
        return
    ours = {bench.name: _seconds(bench) for bench in session.benchmarks}
    terminalreporter.section("beside flytekit 1.16 (medians; informative, nothing fails)")
    if not theirs:
        terminalreporter.write_line("flytekit was not timed: `make bench` does that")
        return
    row = "{:<16}{:>12}{:>12}{:>12}{:>12}   {}".format
    terminalreporter.write_line(row("", "flyte-nb", "flytekit", "ratio", "target", ""))
    for measure, (name, target) in TARGETS.items():
        if name not in ours:
            continue
        times = theirs[measure] / ours[name]
        goal = f"1/{1 / target:.0f}" if target else "-"
        verdict = "" if target is None else "met" if 1 / times <= target else "NOT MET"
        mine, other = _readable(ours[name]), _readable(theirs[measure])
        terminalreporter.write_line(row(measure, mine, other, f"1/{times:.1f}", goal, verdict))
    overhead = ours.get("test_plain_task_call", 0) - ours.get("test_bare_function_call", 0)
    terminalreporter.write_line(f"a task adds {_readable(overhead)} to a bare function call")


def _seconds(bench):
    """A benchmark's median; that of a fresh interpreter times itself, start-up left out."""
    return bench.extra_info.get("median_s", bench.stats.median)


def _readable(seconds):
    units = (("s", 1), ("ms", 1e3), ("us", 1e6))
    unit, factor = next((u for u in units if seconds * u[1] >= 1), units[-1])
    return f"{seconds * factor:.3g} {unit}"
