"""Keeps run after run until it is killed.

    python keep_and_die.py ROOT COUNT STEPS

After COUNT runs it kills itself so many steps of the interpreter later, in the code of the
history; with 0 it ends by itself. Prints the id of each run before it begins, and once it is over.
"""

import sys
from pathlib import Path

from flyte_nb import Deck, task, workflow
from flyte_nb.run.history.folder import HistoryFolder
from flyte_nb.run.history.recorder import Recorder
from flyte_nb.run.listeners import RUN_BEGAN

sys.path.insert(0, str(Path(__file__).parents[3] / "support"))
from kill_after import kill_after


@task
def double(a: int) -> int:
    print("doubling", a, file=sys.stderr)  # noqa: T201 - kept by the run
    Deck("summary", f"<b>{a}</b>" * 1_000)
    return 2 * a


@workflow
def quadruple(a: int) -> int:
    return double(a=double(a=a))


def main(root, count, steps):
    """Run."""
    recorder = Recorder(lambda: HistoryFolder(Path(root)))
    quadruple.new_run(a=1).run_here()  # imports
    RUN_BEGAN._functions.items = ()
    RUN_BEGAN.subscribe(recorder.began)
    number = 0
    while number < count or steps:
        if number == count:
            kill_after(steps, "history")
        run = quadruple.new_run(a=number + 1)  # of 0 both decks are equal, and one file
        sys.stdout.write(f"{run.id}\n")
        sys.stdout.flush()
        run.run_here()
        sys.stdout.write(f"{run.id} over\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
