"""Declare and run a workflow, and interrupt it at random moments; print what went wrong.

interrupt_workflows.py CASES SEED
"""

from __future__ import annotations

import json
import logging
import random
import signal
import sys
import threading
import time

from flyte_nb import FlyteContextManager, conditional, dynamic, map_task, task, workflow
from flyte_nb.context.current import compiling
from flyte_nb.run.permits import Permits
from flyte_nb.run.workflow_execution import WorkflowExecution

AT_A_TIME = 3


@task
def double(a: int) -> int:
    """Take a moment, in Python."""
    return sum(2 for _ in range(200)) // 200 * a


@task
def total(xs: list[int]) -> int:
    return sum(xs)


@dynamic
def double_all(xs: list[int]) -> list[int]:
    return [double(a=x) for x in xs]


def body(a: int) -> int:
    """Use every kind of node."""
    wide = [double(a=a) for _ in range(4)]
    chosen = conditional("x").if_(wide[0] > 1).then(double(a=a)).else_().then(total(xs=wide))
    mapped = map_task(double)(a=double_all(xs=[a, chosen]))
    return total(xs=[total(xs=wide), total(xs=mapped)])


def declare_and_run() -> int:
    wf = workflow(body)
    within = WorkflowExecution.begin()
    object.__setattr__(within, "helpers", Permits(AT_A_TIME - 1))
    result: int = wf.run_as_node({"a": 1}, within)
    return result


def helpers() -> int:
    """Return how many threads there are beside this one and the one that starts others."""
    return sum(not thread.name.startswith("flyte_nb") for thread in threading.enumerate()) - 1


def main(cases: int, seed: int) -> None:
    """Print how many interrupts came, and each that left something behind."""
    logging.disable()
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    begin = time.perf_counter()
    for _ in range(5):
        expected = declare_and_run()
    whole = (time.perf_counter() - begin) / 5
    chance = random.Random(seed)
    interrupts, left = 0, []
    for case in range(cases):
        after = chance.uniform(1e-6, 1.1 * whole)
        try:
            signal.setitimer(signal.ITIMER_REAL, after)
            declare_and_run()
            signal.setitimer(signal.ITIMER_REAL, 0)
            time.sleep(0)  # one that came through another thread is raised here
        except KeyboardInterrupt:
            interrupts += 1
        deadline = time.monotonic() + 5
        while helpers() and time.monotonic() < deadline:
            time.sleep(0.001)
        if helpers() or compiling() is not None or FlyteContextManager.size() != 1:
            left.append({"case": case, "after_s": after, "threads": helpers()})
        if declare_and_run() != expected:
            left.append({"case": case, "after_s": after, "left": "the next run did not work"})
    json.dump({"interrupts": interrupts, "left": left}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
