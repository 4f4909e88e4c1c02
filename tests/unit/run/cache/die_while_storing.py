"""Stores value after value for one call until it is killed.

    python die_while_storing.py ROOT FIRST STEPS

It kills itself after that many steps of the interpreter in the package, counted from the end of
the first store; with 0 somebody else does. Prints each number once it is stored.
"""

import itertools
import sys
from pathlib import Path

from flyte_nb.run.cache import CacheCall, TaskCache

sys.path.insert(0, str(Path(__file__).parents[3] / "support"))
from kill_after import kill_after

CALL = CacheCall(task="t", version="1", key="0" * 32, serialize=True)


def value(number):
    """Return what is stored under *number*: the same one in each of its parts."""
    return {"number": number, "parts": [f"{number:08d}" * 1_000 for _ in range(50)]}


def main(root, first, steps):
    """Store for ever."""
    cache = TaskCache(Path(root))
    for number in itertools.count(first):
        with cache.lookup(CALL, overwrite_cache=True) as found:
            found.store(value(number))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        if number == first and steps:
            kill_after(steps)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
