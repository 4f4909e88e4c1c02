"""Run a workflow by its handle, and interrupt that at random moments; print what went wrong.

interrupt_held_runs.py CASES SEED
"""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sys
import threading
import time

from flyte_nb import task, workflow
from flyte_nb.context.current import running
from flyte_nb.run.handle.run import Run  # noqa: TC001 - a script
from flyte_nb.run.record import Phase

STREAMS = sys.stdout, sys.stderr


@task
def double(a: int) -> int:
    """Take a moment, in Python."""
    return sum(2 for _ in range(200)) // 200 * a


@workflow
def wf(a: int) -> int:
    return double(a=double(a=double(a=a)))


def helpers() -> int:
    """Return how many threads there are beside this one and the one that starts others."""
    return sum(not thread.name.startswith("flyte_nb") for thread in threading.enumerate()) - 1


def has_ended(run: Run) -> bool:
    """Return whether nothing of *run* goes on; one that has not begun has nothing."""
    return run.phase is Phase.QUEUED or run.done


def main(cases: int, seed: int) -> None:
    """Print how many interrupts came, and each that left something behind."""
    logging.disable()
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    took = []
    for _ in range(9):
        begin = time.perf_counter()
        wf.run(a=1).wait()
        took.append(time.perf_counter() - begin)
    whole = sorted(took)[4]
    chance = random.Random(seed)
    interrupts, left = 0, []
    for case in range(cases):
        run = wf.new_run(a=1)
        after = chance.uniform(1e-6, 1.1 * whole)
        try:
            signal.setitimer(signal.ITIMER_REAL, after)
            if case % 2:
                run.run_here()
            else:
                run.start().wait()
            signal.setitimer(signal.ITIMER_REAL, 0)
            time.sleep(0)  # one that came through another thread is raised here
        except KeyboardInterrupt:
            interrupts += 1
        deadline = time.monotonic() + 5
        while (helpers() or not has_ended(run)) and time.monotonic() < deadline:
            time.sleep(0.001)
        variables = sum(name.startswith("FLYTE_INTERNAL") for name in os.environ)
        state = [run.phase.value, helpers(), running() is None, (sys.stdout, sys.stderr) == STREAMS]
        if not has_ended(run) or [*state[1:], variables] != [0, True, True, 0]:
            left.append({"case": case, "after_s": after, "state": state})
        if wf.run(a=1).result() != 8:
            left.append({"case": case, "after_s": after, "left": "the next run did not work"})
    json.dump({"interrupts": interrupts, "left": left}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
