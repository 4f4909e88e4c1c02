"""`@task(cache=...)`: a value that is there already is not computed again."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pydantic
import pytest

from flyte_nb import (
    Cache,
    FlyteDirectory,
    FlyteFile,
    LaunchPlan,
    current_context,
    dynamic,
    map_task,
    task,
    workflow,
)
from flyte_nb.errors import InvalidValueError
from flyte_nb.run.cache import CacheStatus


@dataclass
class Report:
    page: FlyteFile


@dataclass(slots=True)
class Slim:
    page: FlyteFile


class Model(pydantic.BaseModel):
    page: FlyteFile


@pytest.fixture(autouse=True)
def _a_cache_of_its_own(home, monkeypatch):
    monkeypatch.setenv("FLYTE_SDK_LOCAL_SANDBOX", str(home / "sandbox"))
    monkeypatch.chdir(home)


@pytest.fixture
def calls():
    return []


@pytest.fixture
def double(calls):
    @task(cache=True, cache_version="1")
    def double(a: int) -> int:
        calls.append(a)
        return 2 * a

    return double


def test_equal_inputs_compute_once(double, calls):
    assert [double(a=1), double(a=2), double(a=1), double(2)] == [2, 4, 2, 4]
    assert calls == [1, 2]


def test_each_sandbox_has_values_of_its_own(double, calls, monkeypatch, tmp_path):
    double(a=1)
    monkeypatch.setenv("FLYTE_SDK_LOCAL_SANDBOX", str(tmp_path / "other"))
    double(a=1)
    assert calls == [1, 1]


def test_off_by_a_setting_and_by_a_run(double, calls, monkeypatch):
    double(a=1)
    assert double.run(a=1, cache=False).result() == 2
    monkeypatch.setenv("FLYTE_LOCAL_CACHE_ENABLED", "false")
    double(a=1)
    assert calls == [1, 1, 1]


def test_overwritten_by_a_run_a_launch_plan_and_a_setting(double, calls, monkeypatch):
    @workflow
    def wf(a: int) -> int:
        return double(a=a)

    plan = LaunchPlan.create("overwrites", wf, overwrite_cache=True)
    assert wf(a=1) == plan(a=1) == double.run(a=1, overwrite_cache=True).result() == 2
    assert len(calls) == 3
    assert wf(a=1) == 2
    assert len(calls) == 3
    monkeypatch.setenv("FLYTE_LOCAL_CACHE_OVERWRITE", "true")
    wf(a=1)
    assert len(calls) == 4


def test_a_run_without_the_cache_overwrites_nothing_in_it(double, calls):
    with pytest.raises(InvalidValueError, match=r"run\(overwrite_cache=True\): nothing is kept"):
        double.run(a=1, cache=False, overwrite_cache=True)

    @workflow
    def wf(a: int) -> int:
        return double(a=a)

    plan = LaunchPlan.create("overwrites_none", wf, overwrite_cache=True)
    assert plan.run(a=1, cache=False).result() == 2
    assert calls == [1]


def test_the_body_of_a_cell_is_the_version(capsys):
    def define(factor):
        namespace = {}
        exec(f"def scale(a: int) -> int:\n    print('ran')\n    return {factor} * a\n", namespace)
        return task(cache=Cache())(namespace["scale"])

    assert define(2)(a=1) == 2
    assert define(2)(a=1) == 2
    assert define(3)(a=1) == 3
    assert capsys.readouterr().out == "ran\nran\n"


def test_a_failure_is_not_kept(calls):
    @task(cache=Cache(version="1"))
    def fails_once() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("first")
        return 1

    with pytest.raises(ValueError, match="first"):
        fails_once()
    assert fails_once() == 1
    assert fails_once() == 1
    assert len(calls) == 2


def test_several_outputs_come_back_by_name(calls):
    class Both(NamedTuple):
        low: int
        high: str

    @task(cache=Cache(version="1"))
    def both() -> Both:
        calls.append(1)
        return Both(1, "2")

    assert both() == both() == (1, "2")
    assert calls == [1]


def test_a_value_that_is_changed_is_not_changed_for_others():
    @task(cache=Cache(version="1"))
    def numbers() -> list[int]:
        return [1]

    numbers().append(2)
    numbers().append(3)
    assert numbers() == [1]


def test_coroutines(calls):
    @task(cache=Cache(version="1", serialize=True))
    async def slow(a: int) -> int:
        calls.append(a)
        await asyncio.sleep(0.05)
        return 2 * a

    async def main():
        return await asyncio.gather(slow(a=1), slow(a=1), slow(a=1))

    assert asyncio.run(main()) == [2, 2, 2]
    assert calls == [1]


def test_serialized_nodes_compute_once(calls):
    @task(cache=True, cache_version="1", cache_serialize=True)
    def slow(a: int) -> int:
        calls.append(a)
        time.sleep(0.05)
        return a

    @workflow
    def wf() -> list[int]:
        return map_task(slow)(a=[1, 1, 1, 1])

    assert LaunchPlan.create("at_once", wf, max_parallelism=4)() == [1, 1, 1, 1]
    assert calls == [1]


def test_ignored_inputs(calls):
    @task(cache=True, cache_version="1", cache_ignore_input_vars=("verbose",))
    def half(a: int, verbose: int = 0) -> float:
        calls.append(verbose)
        return a / 2

    assert half(a=1) == half(a=1, verbose=1) == 0.5
    assert calls == [0]
    with pytest.raises(InvalidValueError, match="no input 'x'"):

        @task(cache=True, cache_version="1", cache_ignore_input_vars=("x",))
        def other(a: int) -> int:
            return a


def test_a_dynamic_task_keeps_its_value_and_not_its_graph(calls, double):
    @dynamic(cache=Cache(version="1"))
    def all_of(n: int) -> list[int]:
        calls.append("dynamic")
        return [double(a=i) for i in range(n)]

    assert all_of(n=2) == all_of(n=2) == [0, 2]
    assert calls == ["dynamic", 0, 1]


def test_overrides_of_a_call(calls):
    @task
    def plain(a: int) -> int:
        calls.append(a)
        return a

    @workflow
    def wf(a: int) -> int:
        return plain(a=a).with_overrides(cache=True, cache_version="1")

    assert wf(a=1) == wf(a=1) == 1
    assert calls == [1]


def test_inside_a_task_nothing_is_looked_up(double, calls):
    @task
    def outer() -> int:
        return double(a=1) + double(a=1)

    assert outer() == 4
    assert calls == [1, 1]


def test_a_run_tells_what_the_cache_had(double):
    first, second = double.run(a=1).wait(), double.run(a=1).wait()
    found = [run.progress.nodes()[0].cache for run in (first, second)]
    assert found == [CacheStatus.CACHE_POPULATED, CacheStatus.CACHE_HIT]
    assert second.progress.nodes()[0].attempts == []


def test_the_entry_names_its_execution(double):
    from flyte_nb.run.cache import task_cache

    run = double.run(a=1).wait()
    (entry,) = task_cache().entries()
    assert entry.execution == run.execution_id.name


def test_the_context_of_a_cached_task_is_that_of_its_execution():
    @task(cache=Cache(version="1"))
    def who() -> str:
        return current_context().execution_id.name

    run = who.run()
    assert run.result() == run.execution_id.name


@pytest.mark.parametrize(
    "form",
    ["alone", "in a list", "in an iterator", "in a dataclass", "in slots", "in a model"],
)
def test_a_file_that_is_gone_is_made_again(calls, form):
    @task(cache=Cache(version=form))
    def alone() -> FlyteFile:
        return FlyteFile(write())

    @task(cache=Cache(version=form))
    def listed() -> list[FlyteFile]:
        return [FlyteFile(write())]

    @task(cache=Cache(version=form))
    def gone_through() -> Iterator[FlyteFile]:
        yield FlyteFile(write())

    @task(cache=Cache(version=form))
    def held() -> Report:
        return Report(page=FlyteFile(write()))

    @task(cache=Cache(version=form))
    def slim() -> Slim:
        return Slim(page=FlyteFile(write()))

    @task(cache=Cache(version=form))
    def model() -> Model:
        return Model(page=FlyteFile(write()))

    def write():
        calls.append(form)
        Path("page.txt").write_text("text")
        return "page.txt"

    run, place = {
        "alone": (alone, lambda value: value),
        "in a list": (listed, lambda value: value[0]),
        "in an iterator": (gone_through, next),
        "in a dataclass": (held, lambda value: value.page),
        "in slots": (slim, lambda value: value.page),
        "in a model": (model, lambda value: value.page),
    }[form]
    first = place(run())
    assert place(run()).path == first.path
    assert len(calls) == 1
    Path(first.path).unlink()
    assert Path(place(run()).path).read_text() == "text"
    assert len(calls) == 2


def test_a_file_counts_by_what_is_in_it(calls):
    @task(cache=Cache(version="content"))
    def size(page: FlyteFile) -> int:
        calls.append(1)
        return len(Path(page).read_text())

    Path("page.txt").write_text("one")
    assert [size(page="page.txt"), size(page=str(Path("page.txt").resolve()))] == [3, 3]
    assert len(calls) == 1
    Path("page.txt").write_text("three")
    assert size(page="page.txt") == 5


def test_a_folder_counts_by_what_is_in_it():
    @task(cache=Cache(version="content"))
    def count(folder: FlyteDirectory) -> int:
        return len(list(Path(folder).iterdir()))

    Path("some").mkdir()
    assert count(folder="some") == 0
    Path("some/a.txt").write_text("a")
    assert count(folder="some") == 1
