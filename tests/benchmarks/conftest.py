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
    "current_context": ("test_current_context", 1),
    "push and pop": ("test_push_and_pop_of_a_context", 1 / 10),
    "secret, variable": ("test_secret_in_a_variable", 1),
    "secret, file": ("test_secret_in_a_file", 1),
    "call": ("test_plain_task_call", 1 / 100),
    "workflow": ("test_workflow_of_50_chained_tasks", 1 / 50),
    "deck": ("test_cell_with_a_deck_shown", 1 / 100),
    "1,000 x 1 KB": ("test_render_1000_fragments", 1 / 2),
    "20 MB": ("test_render_20_mb", 1 / 2),
    "both in one": ("test_render_both", 1 / 2),
    "config": ("test_config_auto_of_an_unchanged_file", 1),
    "config, edited": ("test_everything_after_an_edit", 2),
}
# What is to grow with its size and no faster: our benchmark, whose parameter is the size.
LINEAR = {
    "images": "test_everything_with_images",
    "kB": "test_everything_in_a_large_file",
    "nodes compiled": "test_compile_a_workflow",
    "nodes run": "test_run_a_workflow",
    "items mapped": "test_map_over",
    "nodes kept": "test_write_a_run",
    "nodes read": "test_read_a_run",
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
    if (seconds := ours.get("test_mask_10_mb[100]")) is not None:
        verdict = "met" if seconds < 0.1 else "NOT MET"
        terminalreporter.write_line(
            f"10 MB of output with 100 secrets are masked in {_readable(seconds)},"
            f" {10 / seconds:.0f} MB/s; target: 100 ms, {verdict}"
        )
    if not theirs:
        terminalreporter.write_line("flytekit was not timed: `make bench` does that")
        return
    row = "{:<16}{:>12}{:>12}{:>12}{:>12}   {}".format
    terminalreporter.write_line(row("", "flyte-nb", "flytekit", "ratio", "target", ""))
    for measure, (name, target) in TARGETS.items():
        if name not in ours:
            continue
        times = theirs[measure] / ours[name]
        goal = _fraction(target, 0) if target else "-"
        verdict = "" if target is None else "met" if 1 / times <= target else "NOT MET"
        mine, other = _readable(ours[name]), _readable(theirs[measure])
        ratio = _fraction(1 / times, 1)
        terminalreporter.write_line(row(measure, mine, other, ratio, goal, verdict))
    if "test_plain_task_call" in ours and "test_checked_function_call" in ours:
        overhead = ours["test_plain_task_call"] - ours["test_checked_function_call"]
        verdict = "met" if overhead < 1e-5 else "NOT MET"
        terminalreporter.write_line(
            f"a task adds {_readable(overhead)} to a function call with the same checks;"
            f" target: 10 us, {verdict}"
        )
    _write_decks(terminalreporter, session.benchmarks, ours)
    for unit, name in LINEAR.items():
        found = (bench for bench in session.benchmarks if bench.name.startswith(name))
        # The fastest: what else the machine does, and the collector, come at random.
        _write_growth(terminalreporter, unit, {int(b.param): b.stats.min for b in found})


def _write_decks(terminalreporter, benchmarks, ours):
    """Print the memory that a page takes, and what decks add to a call."""
    for bench in benchmarks:
        if (times := bench.extra_info.get("times_content")) is not None:
            verdict = "met" if times < 3 else "NOT MET"
            terminalreporter.write_line(
                f"{bench.name} takes {times:.1f} times the content; target: 3, {verdict}"
            )
    if "test_call_with_decks_on" in ours and "test_call_without_decks" in ours:
        added = ours["test_call_with_decks_on"] - ours["test_call_without_decks"]
        verdict = "met" if added < 5e-3 else "NOT MET"
        terminalreporter.write_line(
            f"decks add {_readable(added)} to a call; target: 5 ms, {verdict}"
        )


def _write_growth(terminalreporter, unit, seconds):
    """Print how much longer each size takes than the smallest, and how much larger it is."""
    if not seconds:
        return
    least = min(seconds)
    grown = (
        f"{size} {unit} {_readable(took)} (x{took / seconds[least]:.1f} for x{size / least:.0f})"
        for size, took in sorted(seconds.items())
    )
    terminalreporter.write_line(", ".join(grown))


def _fraction(ratio, digits):
    return f"1/{1 / ratio:.{digits}f}" if ratio <= 1 else f"{ratio:.{digits}f}/1"


def _seconds(bench):
    """A benchmark's median; that of a fresh interpreter times itself, start-up left out."""
    return bench.extra_info.get("median_s", bench.stats.median)


def _readable(seconds):
    units = (("s", 1), ("ms", 1e3), ("us", 1e6))
    unit, factor = next((u for u in units if seconds * u[1] >= 1), units[-1])
    return f"{seconds * factor:.3g} {unit}"
