"""What the context costs, and that calls side by side keep to themselves."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from flyte_nb import FlyteContextManager, Secret, current_context, task


@task
def name(n: int) -> str:
    return f"{current_context().execution_id.name} {n}"


@task
async def awaited_name(n: int) -> str:
    before = current_context().execution_id.name
    await asyncio.sleep(0)
    assert current_context().execution_id.name == before
    return f"{before} {n}"


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Two secrets: one in a variable, one in a file."""
    monkeypatch.setenv("_FSEC_GROUP_IN_VARIABLE", "value-of-the-variable")
    monkeypatch.setenv("FLYTE_SECRETS_DEFAULT_DIR", str(tmp_path))
    (tmp_path / "group").mkdir()
    (tmp_path / "group" / "in_file").write_text("value-of-the-file")


def test_push_and_pop_of_a_context(benchmark):
    ctx = FlyteContextManager.current_context()

    def push_and_pop():
        with FlyteContextManager.with_context(ctx.new_builder()):
            pass

    benchmark(push_and_pop)


@task(secret_requests=[Secret(group="group")])
def looks_up(lookups: Callable[..., str], key: str) -> str:
    return lookups(current_context().secrets.get, "group", key)


@pytest.mark.usefixtures("places")
def test_secret_in_a_variable(benchmark):
    assert looks_up(lookups=benchmark, key="in_variable") == "value-of-the-variable"


@pytest.mark.usefixtures("places")
def test_secret_in_a_file(benchmark):
    assert looks_up(lookups=benchmark, key="in_file") == "value-of-the-file"


@pytest.mark.usefixtures("places")
def test_secret_outside_of_tasks(benchmark):
    # Here the configuration may change between two lookups, and is looked at again.
    assert benchmark(current_context().secrets.get, "group", "in_file") == "value-of-the-file"


def test_metric(benchmark):
    @task
    def emits():
        benchmark(current_context().stats.incr, "rows")

    emits()


def test_10_000_calls_in_a_row(benchmark):
    calls = benchmark.pedantic(lambda: [name(n=n) for n in range(10_000)], rounds=3)
    _check_apart(calls, 10_000)


def test_64_threads_of_1_000_calls(benchmark):
    def run():
        found = [[] for _ in range(64)]

        def calls(mine):
            mine += [name(n=n) for n in range(1_000)]

        threads = [threading.Thread(target=calls, args=[mine]) for mine in found]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [call for mine in found for call in mine]

    _check_apart(benchmark.pedantic(run, rounds=2), 64_000)


def test_10_000_calls_awaited_together(benchmark):
    async def main():
        return await asyncio.gather(*(awaited_name(n=n) for n in range(10_000)))

    _check_apart(benchmark.pedantic(lambda: asyncio.run(main()), rounds=3), 10_000)


def _check_apart(calls, count):
    """Every call had an execution of its own, and none is left."""
    assert len({call.split()[0] for call in calls}) == count
    assert current_context().task_id is None
