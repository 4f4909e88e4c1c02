"""A run that is to end says so until it has ended, in every view of it."""

import os
import signal
import threading

import pytest

from flyte_nb import task
from flyte_nb.run.record import Phase
from flyte_nb.run.views.live import LiveRun
from flyte_nb.run.views.live_text import LiveText

pytestmark = pytest.mark.usefixtures("home", "session")
needs_signals = pytest.mark.skipif(os.name == "nt", reason="there is no os.kill with SIGINT")


def test_a_cancelled_run_says_that_it_is_ending():
    began, may_end = threading.Event(), threading.Event()

    @task
    def cleans_up() -> None:
        try:
            began.set()
            while True:
                may_end.wait(0.01)
        except KeyboardInterrupt:
            may_end.wait(20)
            raise

    run = cleans_up.run()
    live, text = LiveRun(run), LiveText(run)
    list(text.lines())
    assert began.wait(20)
    assert not run.is_cancelling
    assert live.frame()["cancelling"] is False
    run.cancel()
    assert run.is_cancelling
    assert live.changes()["cancelling"] is True
    assert live.frame()["phase"] == "RUNNING"
    (line,) = text.lines()
    assert line.startswith("■ task")
    assert "cancelling… (a second interrupt forces it)" in line
    assert list(text.lines()) == []
    for shown in run._repr_mimebundle_().values():
        assert "cancelling… (a second cancel or Stop forces it)" in shown
    assert ", cancelling>" in repr(run)
    may_end.set()
    run.wait(20)
    assert not run.is_cancelling
    assert live.changes()["cancelling"] is False
    assert "cancelling…" not in repr(run._repr_mimebundle_())


@needs_signals
def test_the_stop_button_of_a_cell_is_known_while_the_task_ends_well():
    seen = []

    @task
    def cleans_up() -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            threading.Event().wait(20)
        except KeyboardInterrupt:
            seen.append((run.is_cancelling, LiveRun(run).frame()["cancelling"]))
            raise

    before = signal.set_wakeup_fd(-1)
    run = cleans_up.new_run()
    with pytest.raises(KeyboardInterrupt):
        run.run_here()
    assert seen == [(True, True)]
    assert run.phase is Phase.ABORTED
    assert not run.is_cancelling
    assert signal.set_wakeup_fd(before) == -1


@needs_signals
def test_an_event_loop_s_own_way_to_hear_of_signals_stays():
    import socket

    @task
    def quick() -> int:
        return 1

    reader, writer = socket.socketpair()
    writer.settimeout(0)
    before = signal.set_wakeup_fd(writer.fileno())
    try:
        quick.new_run().run_here()
        assert signal.set_wakeup_fd(before) == writer.fileno()
    finally:
        signal.set_wakeup_fd(before)
        reader.close()
        writer.close()
