"""Coroutines run to their end by code that is not asynchronous."""

import asyncio
import contextvars
import os
import signal
import threading
import time

import pytest

from flyte_nb.run.coroutines import run_to_end

SEEN = contextvars.ContextVar("seen", default="nothing")


async def answer():
    await asyncio.sleep(0)
    return SEEN.get()


def in_a_loop(function):
    """Call *function* where a loop runs, as in a notebook's cell."""

    async def cell():
        return function()

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(cell())
    finally:
        loop.close()


@pytest.mark.parametrize("around", [lambda function: function(), in_a_loop])
def test_its_value_and_its_context(around):
    token = SEEN.set("mine")
    try:
        assert around(lambda: run_to_end(answer())) == "mine"
    finally:
        SEEN.reset(token)


@pytest.mark.parametrize("around", [lambda function: function(), in_a_loop])
def test_its_error_is_itself(around):
    error = KeyError("mine")

    async def fail():
        raise error

    with pytest.raises(KeyError) as caught:
        around(lambda: run_to_end(fail()))
    assert caught.value is error


@pytest.mark.parametrize("around", [lambda function: function(), in_a_loop])
def test_an_interrupt_cancels_it_and_waits_for_its_end(around):
    ended = []
    before = threading.active_count()

    async def wait():
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            ended.append(True)

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        around(lambda: run_to_end(wait()))
    assert ended == [True]
    assert time.monotonic() - start < 30  # it did not sleep to its end
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join()
    assert threading.active_count() <= before
