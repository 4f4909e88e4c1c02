"""An interrupt at any moment of keeping a run leaves a run that has ended, and a whole record."""

import random
import sys

import pytest

from flyte_nb import Deck, task
from flyte_nb.run.history.folder import HistoryFolder
from flyte_nb.run.record import Phase

pytestmark = pytest.mark.usefixtures("session")


@task
def double(a: int) -> int:
    Deck("summary", "<b>deck</b>")
    return 2 * a


def interrupt_after(steps):
    """Interrupt this thread after so many steps of the interpreter in the code of the history."""
    left = iter(range(steps))

    def step(frame, event, _argument):
        if "/history/" not in frame.f_code.co_filename.replace("\\", "/"):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and next(left, None) is None:
            sys.settrace(None)
            frame.f_trace = None
            raise KeyboardInterrupt
        return step

    sys.settrace(step)


# Between `open` and `with`, nobody can close what was opened.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_run_has_ended_and_is_listed_as_such():
    rng = random.Random(7)
    double.new_run(a=1).run_here()
    was_interrupted = 0
    for _ in range(60):
        run = double.new_run(a=1)
        interrupt_after(rng.randrange(1, 6_000))
        try:
            run.run_here()
        except KeyboardInterrupt:
            was_interrupted += 1
        finally:
            sys.settrace(None)
        assert run.done
        assert run.phase.is_over
    assert was_interrupted > 30
    history = HistoryFolder()
    for head in history.heads():
        assert head.phase in {Phase.SUCCEEDED, Phase.ABORTED}
        assert history.read(head.id).shown()
    assert not list(history.root.rglob(".new-*"))
