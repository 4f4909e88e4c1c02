"""Run a task that uses everything, and interrupt it at random moments; print what went wrong.

interrupt_runs.py CASES SEED SANDBOX
"""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sys
import time
from pathlib import Path

from flyte_nb import (
    Deck,
    FlyteContextManager,
    FlyteRecoverableException,
    Secret,
    current_context,
    new_context,
    task,
)
from flyte_nb.context.checkpoint import AsyncCheckpoint
from flyte_nb.context.output_metadata import OutputMetadata

SECRETS = [
    Secret(group="db", key="password", env_var="DB_PASSWORD"),
    Secret(group="db", key="password", mount_requirement=Secret.MountType.FILE),
]


@task(retries=1, secret_requests=SECRETS, enable_deck=True)
def uses_everything(size: int) -> list[int]:
    """Touch all that a run has to give back."""
    context = current_context()
    Path(context.working_directory, "data").write_bytes(b"x" * size)
    context.secrets.get("db", "password")
    context.stats.incr("rows", size)
    context.default_deck.append("<p>rows</p>")
    Deck("mine", "x")
    context.logging.debug("rows: %d", size)
    with new_context() as ctx:
        ctx.file_access.put(
            Path(context.working_directory, "data"), ctx.file_access.get_random_remote_path("data")
        )
    context.with_task_sandbox().build().checkpoint.write(b"boxed")
    with AsyncCheckpoint(context.checkpoint) as checkpoint:
        checkpoint.write(b"y" * size)
    if context.attempt == 0:
        raise FlyteRecoverableException
    result = [size]
    tracker = FlyteContextManager.current_context().output_metadata_tracker
    tracker.add(result, OutputMetadata(dynamic_partitions={"n": "1"}))
    return result


def interrupted_after(seconds: float) -> bool:
    """Run the task; return whether it was interrupted."""
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        uses_everything(size=10_000)
        signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        return True
    return False


def timed(_: int) -> float:
    """Return how long one run takes, in seconds."""
    begin = time.perf_counter()
    uses_everything(size=10_000)
    return time.perf_counter() - begin


def state(sandbox: Path) -> dict[str, object]:
    """Return what has to be as it was."""
    return {
        "task": str(current_context().task_id),
        "stack": FlyteContextManager.size(),
        "environment": len(os.environ),
        "folders": sorted(p.name for p in sandbox.iterdir() if p.name.startswith("flyte-")),
    }


def main(cases: int, seed: int, sandbox: Path) -> None:
    """Print the interrupts that came in a run, and each that left something behind."""
    # What Ctrl-C does, at a moment of our choosing.
    logging.disable()
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    assert current_context().raw_output_prefix  # the session's own folder
    uses_everything(size=10_000)
    whole = min(map(timed, range(5)))
    before = state(sandbox)
    descriptors = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    chance = random.Random(seed)
    interrupts, left = 0, []
    for case in range(cases):
        after = chance.uniform(1e-6, 1.1 * whole)
        interrupts += interrupted_after(after)
        for _ in range(100):  # a thread that saves in the background may still close its file
            if (now := state(sandbox)) == before:
                break
            time.sleep(0.01)
        else:
            left.append({"case": case, "after_s": after, "left": now, "before": before})
            before = now
        if uses_everything(size=10) != [10]:
            left.append({"case": case, "after_s": after, "left": "the next run did not work"})
    # The standard library opens some before it can be sure to close them: a few may be left.
    opened = len(os.listdir("/proc/self/fd")) - descriptors  # noqa: PTH208
    json.dump({"interrupts": interrupts, "left": left, "descriptors": opened}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
