"""Saves checkpoint after checkpoint until it is killed.

    python die_while_saving.py ROOT KIND FIRST STEPS

It kills itself after that many steps of the interpreter in the code of checkpoints, counted from
the end of the first save; with 0 somebody else does.

Each generation has the same number in every file, so that a mixture is found out. Prints each
number once its save has ended.
"""

import itertools
import sys
from pathlib import Path

from kill_after import kill_after

from flyte_nb.context.checkpoint import SyncCheckpoint

BLOCK = 1 << 16


def content(number, name):
    """Return what generation *number* has in the file *name*."""
    return f"{number:08d}{name}".encode() * (BLOCK // 16)


def main(root, kind, first, steps):
    """Save for ever."""
    work = Path(root, "work")
    work.mkdir(exist_ok=True)
    checkpoint = SyncCheckpoint(Path(root, "checkpoint"))
    for number in itertools.count(first):
        if kind == "bytes":
            checkpoint.write(content(number, "blob"))
        else:
            for name in ("model", "optimizer", "state"):
                (work / name).write_bytes(content(number, name))
            checkpoint.save(work)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        if number == first and steps:
            kill_after(steps)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
