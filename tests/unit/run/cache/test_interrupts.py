"""Integration: stores that are interrupted at random moments leave nothing behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("interrupt_stores.py")
CASES = max(200, int(os.environ.get("FLYTE_NB_CASES", "0")))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="what is open is counted there")
def test_an_interrupt_leaves_a_whole_value_and_no_file_turn_or_descriptor(tmp_path):
    command = [sys.executable, SCRIPT, tmp_path / "cache", str(CASES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("interrupts") > CASES / 10
    assert found.pop("descriptors") < max(4, CASES / 100)
    assert found == {"damaged": 0, "held": 0, "left": []}
