"""Stores values while interrupts come at random moments; prints what they have left, as JSON.

python interrupt_stores.py ROOT COUNT
"""

import json
import random
import signal
import sys
from pathlib import Path

from flyte_nb.run.cache import CacheCall, Hit, TaskCache
from flyte_nb.run.cache.turn import _HELD

CALL = CacheCall(task="t", version="1", key="0" * 32, serialize=True)


def store(cache, number):
    """Store a value as a run does; an interrupt comes soon."""
    with cache.lookup(CALL, overwrite_cache=True) as found:
        found.store([number] * 1_000)


def main(root, count):
    """Store *count* times."""
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    rng, cache = random.Random(count), TaskCache(Path(root))
    store(cache, 0)
    found = {"interrupts": 0, "damaged": 0, "held": 0}
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(count):
        try:
            try:
                signal.setitimer(signal.ITIMER_REAL, rng.uniform(0.00003, 0.0015))
                store(cache, number)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        except KeyboardInterrupt:
            found["interrupts"] += 1
        found["held"] += len(_HELD)
        value = cache.lookup(CALL)
        found["damaged"] += not isinstance(value, Hit) or len(set(value.value)) != 1
    found["descriptors"] = len(list(Path("/proc/self/fd").iterdir())) - before
    found["left"] = [path.name for path in Path(root).glob(".new-*")]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
