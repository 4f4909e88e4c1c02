"""Which context a piece of code sees."""

import asyncio
import contextvars
import threading
import types
from concurrent.futures import ThreadPoolExecutor

import pytest

from flyte_nb import current_context, task
from flyte_nb.context.current import run_in, running


@pytest.fixture(autouse=True)
def no_context_is_left_behind():
    yield
    assert running() is None


@task
def name_of_the_run() -> str:
    return current_context().execution_id.name


def test_a_task_has_a_context_of_its_own_and_leaves_none():
    outside = current_context()
    assert name_of_the_run() != outside.execution_id.name
    assert current_context() is outside


def test_a_task_that_raises_leaves_none():
    @task
    def fails() -> int:
        raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert running() is None


def test_threads_do_not_see_each_other():
    @task
    def own(n: int) -> bool:
        context = current_context()
        barrier.wait()
        context.default_deck.append(str(n))
        return current_context() is context and current_context().default_deck.html == str(n)

    barrier = threading.Barrier(8)
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda n: own(n=n), range(64)))


def test_coroutines_do_not_see_each_other():
    @task
    async def own(n: int) -> bool:
        context = current_context()
        context.default_deck.append(str(n))
        await asyncio.sleep(0)
        return current_context() is context and current_context().default_deck.html == str(n)

    async def many():
        return await asyncio.gather(*(own(n=n) for n in range(1000)))

    assert all(asyncio.run(many()))


def test_an_awaited_coroutine_sees_the_context_of_its_task():
    async def helper():
        await asyncio.sleep(0)
        return current_context()

    @task
    async def outer() -> bool:
        started = asyncio.create_task(helper())
        return (await started) is (await helper()) is current_context()

    assert asyncio.run(outer())


def test_a_plain_thread_sees_no_task_unless_it_is_handed_over():
    seen = []

    @task
    def spawns():
        context = current_context()
        for target in (
            lambda: seen.append(running()),
            lambda: run_in(context, lambda: seen.append(running())),
            contextvars.copy_context().run,
        ):
            args = (lambda: seen.append(running()),) if target.__name__ == "run" else ()
            thread = threading.Thread(target=target, args=args)
            thread.start()
            thread.join()
        seen.append(context)

    spawns()
    nothing, handed_over, copied, context = seen
    assert nothing is None
    assert handed_over is copied is context


def test_a_generator_keeps_to_the_context_of_who_runs_it():
    def look():
        while True:
            yield running()

    looks = look()
    assert next(looks) is None

    @task
    def inside() -> bool:
        return next(looks) is current_context()

    assert inside()
    assert next(looks) is None


def test_nothing_can_be_set():
    context = current_context()
    with pytest.raises(AttributeError):
        context.execution_id = None
    with pytest.raises(AttributeError):
        context.anything = 1
    assert not hasattr(context, "spark_session")


def test_awaiting_a_task_leaves_the_context_of_the_coroutine_alone():
    @task
    async def inner() -> bool:
        return running() is not None

    async def outer():
        assert await inner()
        return running()

    assert asyncio.run(outer()) is None


def test_a_coroutine_that_is_closed_from_elsewhere_ends_quietly():
    @types.coroutine
    def never():
        yield

    @task
    async def waits():
        await never()

    coroutine = waits()
    contextvars.copy_context().run(coroutine.send, None)
    coroutine.close()
    assert running() is None
