"""Timeouts and variables of a task."""

import asyncio
import contextlib
import os
import signal
import threading
import time
from datetime import timedelta

import pytest

from flyte_nb import FlyteRecoverableException, map_task, task
from flyte_nb.errors import InvalidValueError, TaskTimeoutError
from flyte_nb.run.task_options import TaskOptions

SHORT = 0.05


def wait(seconds=30.0):
    """Wait so that other threads and signals come in."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(0.001)


@task(timeout=SHORT)
def slow(a: int) -> int:
    wait()
    return a


@task(timeout=SHORT)
def asleep(a: int) -> int:
    time.sleep(30)
    return a


@task(timeout=SHORT)
async def awaited(a: int) -> int:
    await asyncio.sleep(30)
    return a


@pytest.mark.parametrize(
    "call", [lambda: slow(a=1), lambda: asleep(a=1), lambda: asyncio.run(awaited(a=1))]
)
def test_what_takes_too_long_is_ended(call):
    handler = signal.getsignal(signal.SIGALRM)
    start = time.monotonic()
    with pytest.raises(TaskTimeoutError, match=r"longer than its timeout of 0.05 s") as caught:
        call()
    assert time.monotonic() - start < 10
    assert isinstance(caught.value, TimeoutError)
    assert signal.getsignal(signal.SIGALRM) is handler
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_in_other_threads_too():
    mapped = map_task(slow, min_successes=0, concurrency=3)
    assert mapped(a=[1, 2, 3]) == [None, None, None]
    assert not [t for t in threading.enumerate() if isinstance(t, threading.Timer)]


def test_what_is_in_time_is_left_alone():
    @task(timeout=timedelta(seconds=30))
    def quick(a: int) -> int:
        return a

    assert quick(a=1) == 1
    assert map_task(quick)(a=[1, 2]) == [1, 2]


def test_who_is_cancelled_cancels_it_however_often_and_waits_for_its_end():
    heard = []

    @task(timeout=30)
    async def cleans_up(catches: int) -> int:
        while True:
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                await asyncio.sleep(0.01)
                heard.append(len(heard))
                if len(heard) > catches:
                    raise

    async def cancel(catches):
        heard.clear()
        running = asyncio.create_task(cleans_up(catches=catches))
        for _ in range(catches + 1):
            await asyncio.sleep(SHORT)
            running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return len(heard)

    assert asyncio.run(cancel(0)) == 1
    assert asyncio.run(cancel(1)) == 2


def test_what_was_cancelled_and_goes_on_has_a_timeout_still():
    @task(timeout=SHORT)
    async def goes_on() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(30)
        await asyncio.sleep(30)

    async def cancel():
        running = asyncio.create_task(goes_on())
        await asyncio.sleep(SHORT / 5)
        running.cancel()
        await running

    with pytest.raises(TaskTimeoutError):
        asyncio.run(cancel())


def test_it_is_tried_again():
    attempts = []

    @task(timeout=SHORT, retries=2)
    def slow_at_first(a: int) -> int:
        attempts.append(a)
        if len(attempts) == 1:
            with contextlib.suppress(Exception):  # of a task that would go on whatever comes
                wait()
        if len(attempts) == 2:
            raise FlyteRecoverableException("again")
        return a

    assert slow_at_first(a=1) == 1
    assert len(attempts) == 3


def test_an_alarm_of_the_users_own_is_left_alone():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        with pytest.raises(TaskTimeoutError):
            slow(a=1)
        assert rung == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_variables_are_there_for_the_length_of_the_run(monkeypatch):
    monkeypatch.setenv("MINE", "before")

    @task(environment={"MINE": "during", "OTHER": ""})
    def look(a: int) -> str:
        return f"{os.environ['MINE']}{os.environ['OTHER']}{a}"

    assert look(a=1) == "during1"
    assert os.environ["MINE"] == "before"
    assert "OTHER" not in os.environ
    assert "during" not in look._repr_html_()
    assert "MINE" in look._repr_html_()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"timeout": -1}, r"timeout=-1\): no duration"),
        ({"timeout": "60s"}, r"timeout='60s'\): no duration"),
        ({"timeout": True}, r"timeout=True\): no duration"),
        ({"timeout": float("nan")}, r"timeout=nan\): no duration"),
        ({"timeout": 1e300}, r"timeout=1e.300\): no duration"),
        ({"environment": ["A=1"]}, "list is no dictionary"),
        ({"environment": {"A": 1}}, "'A': ….*: not the name of a variable with a text"),
        ({"environment": {"A=": "1"}}, "'A='"),
        ({"environment": {"": "1"}}, "''"),
        ({"environment": {"A": "\0"}}, "'A'"),
    ],
)
def test_what_is_refused(given, message):
    with pytest.raises(InvalidValueError, match=message):
        TaskOptions(**given)
    assert TaskOptions(timeout=0).timeout is None
