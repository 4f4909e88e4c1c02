"""Integration: a process that is killed while it saves leaves a whole checkpoint behind.

`make soak` kills 200 times, at other moments; here it is a sample.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from die_while_saving import content

from flyte_nb.context.checkpoint import SyncCheckpoint

SCRIPT = Path(__file__).parents[3] / "support" / "die_while_saving.py"
KILLS = 200 if int(os.environ.get("FLYTE_NB_CASES", "0")) >= 200 else 24


def killed_save(root, kind, first, rng):
    """Kill a process some time, or some steps, after its first save; return which had ended."""
    steps = rng.choice([0, rng.randrange(1, 8000)])
    command = [sys.executable, SCRIPT, root, kind, str(first), str(steps)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        if not steps:
            time.sleep(rng.uniform(0, 0.02))
            process.send_signal(signal.SIGKILL)
        said = process.stdout.read().split()
    assert process.returncode == -signal.SIGKILL
    return max(map(int, said), default=first)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
@pytest.mark.parametrize("kind", ["bytes", "folder"])
def test_a_killed_save_leaves_the_previous_checkpoint_or_the_new_one(tmp_path, kind):
    rng = random.Random(f"{KILLS}{kind}")
    first = 0
    for n in range(KILLS // 2):
        last = killed_save(tmp_path, kind, first, rng)
        checkpoint = SyncCheckpoint(tmp_path / "next", tmp_path / "checkpoint")
        assert checkpoint.prev_exists()
        if kind == "bytes":
            saved = int(checkpoint.read()[:8])
            found = {"blob": checkpoint.read()}
        else:
            folder = checkpoint.restore(tmp_path / f"restored-{n}")
            found = {path.name: path.read_bytes() for path in folder.iterdir()}
            saved = int(found["model"][:8])
            assert set(found) == {"model", "optimizer", "state"}
        assert saved in {last, last + 1}  # the next one may be whole and not yet said
        assert found == {name: content(saved, name) for name in found}
        first = saved + 1
    # What the killed ones left half done is cleared away by the next that ends.
    SyncCheckpoint(tmp_path / "checkpoint").write(b"end")
    generations = {p.parent.name for p in (tmp_path / "checkpoint/_flyte_nb").rglob("*/*")}
    assert len(generations) <= 2
