"""Integration: a process that is killed while it stores leaves the old value or the new one.

With FLYTE_NB_CASES 200 or more it is killed 200 times, at other moments; here it is a sample.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from no_hang import no_hang

from flyte_nb.run.cache import CacheCall, Hit, Miss, TaskCache

SCRIPT = Path(__file__).with_name("die_while_storing.py")
KILLS = 200 if int(os.environ.get("FLYTE_NB_CASES", "0")) >= 200 else 24
CALL = CacheCall(task="t", version="1", key="0" * 32, serialize=True)


def killed_store(root, first, rng):
    """Kill a process some time, or some steps, after its first store; return which had ended."""
    steps = rng.choice([0, rng.randrange(1, 4000)])
    command = [sys.executable, SCRIPT, root, str(first), str(steps)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        deadline = threading.Timer(20, process.kill)  # it has no steps to count in Python 3.12.1
        deadline.start()
        if not steps:
            time.sleep(rng.uniform(0, 0.02))
            process.send_signal(signal.SIGKILL)
        said = process.stdout.read().split()
        deadline.cancel()
    assert process.returncode == -signal.SIGKILL
    return max(map(int, said), default=first)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_killed_store_leaves_the_old_value_or_the_new_one(tmp_path, caplog):
    rng = random.Random(KILLS)
    cache, first = TaskCache(tmp_path / "cache"), 0
    for _ in range(KILLS):
        last = killed_store(cache.root, first, rng)
        found = cache.lookup(CALL)
        assert isinstance(found, Hit)
        number = found.value["number"]
        assert number in {last, last + 1}  # the next one may be whole and not yet said
        assert found.value["parts"] == [f"{number:08d}" * 1_000] * 50
        assert len(cache.entries()) == 1
        with no_hang(), cache.lookup(CALL, overwrite_cache=True) as found:  # the dead hold no turn
            assert isinstance(found, Miss)
        first = number + 1
    assert caplog.messages == []
    then = time.time() - 86_400
    for path in cache.root.glob(".*"):
        os.utime(path, (then, then))
    cache.sweep()
    assert [path.name for path in cache.root.iterdir()] == [f"{CALL.key}.value"]
