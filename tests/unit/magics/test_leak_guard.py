"""The guard in a shell without a front end, a real IPython in a process of its own."""

import os
import subprocess
import sys

import pytest

SECRET = "hunter22-correct-horse"
MASK = "••••"
SETUP = """
%load_ext flyte_nb
import sys, logging
from flyte_nb import current_context
secret = current_context().secrets.get("db", "password")
"""


@pytest.fixture
def ipython(tmp_path):
    def run(code):
        path = tmp_path / "cells.ipy"
        path.write_text(SETUP + code)
        env = {**os.environ, "_FSEC_DB_PASSWORD": SECRET, "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=nocolor", str(path)]
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        return done.stdout, done.stderr

    return run


def test_what_is_printed_logged_and_raised_is_masked(ipython):
    out, err = ipython(
        "print(secret[:5], end='', flush=True); print(secret[5:])\n"
        "print('to stderr', secret, file=sys.stderr)\n"
        "current_context().logging.warning('log %s', secret)\n"
        "raise ValueError(secret)\n"
    )
    assert SECRET not in out + err
    assert f"{MASK}\n" in out
    assert f"WARNING log {MASK}" in out
    assert f"ValueError: {MASK}" in out + err
    assert f"to stderr {MASK}" in err


def test_unloading_puts_the_streams_back(ipython):
    out, err = ipython(
        "%unload_ext flyte_nb\n"
        "print(type(sys.stdout).__name__, sys.stdout is sys.__stdout__, secret)\n"
    )
    assert f"TextIOWrapper True {SECRET}" in out, err


def test_the_streams_are_those_of_before_in_the_same_process(shell):
    before = sys.stdout, sys.stderr
    shell.run_cell("%reload_ext flyte_nb")
    assert (sys.stdout, sys.stderr) != before
    assert sys.stdout.encoding == before[0].encoding
    shell.run_cell("%unload_ext flyte_nb")
    assert (sys.stdout, sys.stderr) == before
