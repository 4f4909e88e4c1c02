"""Integration: a run that is cancelled ends, within its grace or at once."""

import contextlib
import gc
import os
import random
import signal
import threading
import time

import psutil
import pytest

from flyte_nb.run.isolation import IsolatedProcess, Outcome, run_isolated
from flyte_nb.run.isolation.caller.fork_server import FORK_SERVER

MANY = min(int(os.environ.get("FLYTE_NB_CASES", "40")), 1_000)


def sleeps():
    time.sleep(600)


def cleans_up():
    """Ends by itself when it is asked to, as a task that saves a checkpoint does."""

    def stop(*_):
        print("saved")  # noqa: T201
        raise SystemExit(3)

    signal.signal(signal.SIGTERM, stop)
    print("ready")  # noqa: T201
    time.sleep(600)


def refuses():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("ready")  # noqa: T201
    while True:
        time.sleep(600)


def when_ready(action):
    """Return a callback that calls *action* at the first output."""
    done = []

    def on_event(event):
        if not done:
            done.append(event)
            action()

    return on_event


def test_from_another_thread(request_of):
    process = IsolatedProcess(request_of(sleeps)).start()
    threading.Timer(0.1, process.cancel).start()
    result = process.wait()
    assert (result.outcome, result.exit_code) == (Outcome.CANCELLED, 143)
    assert result.wall_s < 5


def test_it_may_clean_up_within_the_grace(request_of, heard):
    process = IsolatedProcess(request_of(cleans_up, grace_s=60)).start()
    cancel = when_ready(process.cancel)
    result = process.wait(lambda event: (heard.append(event), cancel(event)))
    assert (result.outcome, heard.text()) == (Outcome.CANCELLED, "ready\nsaved\n")
    assert "ended within the grace" in result.message


def test_it_is_killed_when_the_grace_is_over(request_of):
    process = IsolatedProcess(request_of(refuses, grace_s=0.3)).start()
    result = process.wait(when_ready(process.cancel))
    assert (result.outcome, result.exit_code) == (Outcome.CANCELLED, 137)
    assert "killed when the grace was over" in result.message


def test_kill_does_not_wait(request_of):
    process = IsolatedProcess(request_of(refuses, grace_s=600)).start()
    assert process.wait(when_ready(process.kill)).outcome is Outcome.CANCELLED


def test_before_it_started_and_after_it_ended(request_of):
    process = IsolatedProcess(request_of(sleeps))
    process.cancel()
    assert process.start().wait().outcome is Outcome.CANCELLED
    process.cancel()
    process.kill()
    assert process.wait().outcome is Outcome.CANCELLED
    assert process.pid is None


def test_leaving_the_block_ends_it(request_of, is_gone):
    with IsolatedProcess(request_of(sleeps)) as process:
        pid = process.pid
        assert pid
    assert is_gone([pid])


def test_forgetting_it_ends_it(request_of, is_gone):
    process = IsolatedProcess(request_of(sleeps)).start()
    pid = process.pid
    del process
    assert is_gone([pid])


def interrupt_in(seconds):
    threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)).start()


def test_an_interrupt_cancels_it_and_is_raised_when_it_has_ended(request_of, heard):
    process = IsolatedProcess(request_of(cleans_up, grace_s=60)).start()
    interrupt = when_ready(lambda: interrupt_in(0.05))
    with pytest.raises(KeyboardInterrupt):
        process.wait(interrupt)
    assert process.result.outcome is Outcome.CANCELLED
    assert process.result.exit_code == 3
    assert heard == []


def test_a_second_interrupt_kills_it(request_of):
    process = IsolatedProcess(request_of(refuses, grace_s=600)).start()
    interrupt = when_ready(lambda: (interrupt_in(0.05), interrupt_in(0.4)))
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        process.wait(interrupt)
    assert time.monotonic() - started < 20
    assert (process.result.outcome, process.result.exit_code) == (Outcome.CANCELLED, 137)


# What an interrupt leaves half open is closed with it, of which Python warns.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_interrupts_at_random_moments_leave_nothing_behind(request_of):
    chance = random.Random(MANY)
    own, interrupts = psutil.Process(), 0
    run_isolated(request_of(abs, 0))
    before = own.num_fds()
    for _ in range(MANY):
        signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.0005, 0.06))
        try:
            run_isolated(request_of(pow, 2, 2, grace_s=0.1))
            signal.setitimer(signal.ITIMER_REAL, 0)
        except KeyboardInterrupt:
            interrupts += 1
    assert interrupts > MANY / 8
    assert run_isolated(request_of(pow, 2, 2)).value == 4
    gc.collect()
    # The standard library opens some before it can be sure to close them: a few may be left.
    assert own.num_fds() - before < max(4, MANY / 50)


def test_interrupts_while_the_server_starts_leave_nothing_behind(request_of):
    for n in range(4):
        FORK_SERVER.close()
        signal.setitimer(signal.ITIMER_REAL, 0.02 * (n + 1))
        with contextlib.suppress(KeyboardInterrupt):
            run_isolated(request_of(pow, 2, 2))
            signal.setitimer(signal.ITIMER_REAL, 0)
    assert run_isolated(request_of(pow, 2, 2)).value == 4


@pytest.fixture(autouse=True)
def _alarm_interrupts():
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGALRM, before)
