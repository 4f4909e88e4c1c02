"""``Iterator[T]`` as an input and an output: a list on its way, and gone through at the end."""

import collections.abc
import pickle
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, AsyncIterator, Generator, Iterator  # noqa: UP035 - lists are taken for these

import pytest

from flyte_nb import Cache, FlyteFile, current_context, map_task, task, workflow
from flyte_nb.errors import (
    FlyteRecoverableException,
    TaskDefinitionError,
    TaskTimeoutError,
    TypeTransformerFailedError,
    UnsupportedTypeError,
)
from flyte_nb.types.iterator import FlyteIterator


@task
def numbers() -> Iterator[int]:
    yield 1
    yield 2


@task
def listed() -> list[int]:
    return [1, 2]


@task
def look(numbers: Iterator[int]) -> str:
    first = next(numbers)
    return f"{type(numbers).__name__} {len(numbers)} {first} {list(numbers)} {list(numbers)}"


@task
def plus(n: int, others: Iterator[int]) -> int:
    return n + sum(others)


@task
def take_list(numbers: list[int]) -> list[int]:
    return [*numbers, 3]


LOOKED = "FlyteIterator 2 1 [1, 2] [1, 2]"


@pytest.mark.parametrize(
    "given",
    [[1, 2], range(1, 3), {1: 0, 2: 0}.keys(), FlyteIterator([1, 2])],
)
def test_what_can_be_iterated_over_is_taken(given):
    assert look(numbers=given) == look(numbers=iter(given)) == LOOKED


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([1, "x"], r"look\(numbers=…\): item 1: expected int, got str"),
        ((n for n in (1.5,)), "item 0: expected int, got float"),
        ((1, 2), "a tuple is no Iterator for a cluster\n  hint: write a list"),
        (5, r"expected .*Iterator\[int\], got int 5"),
    ],
)
def test_what_is_not_taken(given, message):
    with pytest.raises(TypeTransformerFailedError, match=message):
        look(numbers=given)


def test_for_that_of_collections_nothing_is_taken_but_an_iterator():
    @task
    def give(*, strict: bool) -> collections.abc.Iterator[int]:
        return [1, 2] if strict else iter([1, 2])

    @task
    def take(numbers: collections.abc.Iterator[int]) -> int:
        return len(numbers)

    @workflow
    def inner(numbers: collections.abc.Iterator[int]) -> int:
        return take(numbers=numbers)

    @workflow
    def wf() -> tuple[int, int, int]:
        made = listed()
        return take(numbers=made), inner(numbers=made), take(numbers=give(strict=False))

    assert wf() == (2, 2, 2)
    for wrong in (lambda: give(strict=True), lambda: take(numbers=[1])):
        with pytest.raises(TypeTransformerFailedError, match=r"got list|returned list"):
            wrong()


def test_what_is_returned_is_checked_and_gone_through():
    @task
    def wrong() -> Iterator[int]:
        return iter(["x"])

    found = numbers()
    assert (type(found), len(found), [*found], [*found]) == (FlyteIterator, 2, [1, 2], [1, 2])
    with pytest.raises(TypeTransformerFailedError, match=r"wrong\(\) returned: item 0: expected"):
        wrong()


def test_a_list_and_an_iterator_are_one_in_a_workflow():
    @workflow
    def wf(given: Iterator[int]) -> tuple[str, str, str, list[int], Iterator[int]]:
        made = numbers()
        both = [take_list(numbers=made), take_list(numbers=made)]
        return look(numbers=made), look(numbers=listed()), look(numbers=given), both[1], made

    *looked, made, found = wf(given=iter([1, 2]))
    assert looked == [LOOKED] * 3
    assert made == [1, 2, 3]
    assert [*found] == [1, 2]

    @workflow
    def of_promises(n: int) -> str:
        return look(numbers=[n, 2])

    assert of_promises(n=1) == LOOKED


def test_other_items_are_refused_where_a_workflow_is_declared():
    @task
    def texts() -> list[str]:
        return []

    def wf() -> str:
        return look(numbers=texts())

    def back() -> list[str]:
        return take_texts(texts=numbers())

    @task
    def take_texts(texts: list[str]) -> list[str]:
        return texts

    for body in (wf, back):
        with pytest.raises(TypeTransformerFailedError, match=r"is (list\[str\]|.*Iterator\[int\])"):
            workflow(body)


def test_each_consumer_begins_anew_and_has_its_own_items():
    @task
    def lists() -> Iterator[list[int]]:
        yield [1]

    @task
    def grow(items: Iterator[list[int]]) -> int:
        item = next(items)
        item.append(2)
        return len(item)

    @workflow
    def wf() -> tuple[int, int]:
        made = lists()
        return grow(items=made), grow(items=made)

    assert wf() == (2, 2)


def test_files_are_kept_as_they_come():
    @task
    def files() -> Iterator[FlyteFile]:
        for n in range(2):
            path = Path(current_context().working_directory) / str(n)
            path.write_text(f"text {n}")
            yield FlyteFile(str(path))

    @task
    def read(files: Iterator[FlyteFile]) -> list[str]:
        return [Path(file).read_text() for file in files]

    @workflow
    def wf() -> list[str]:
        return read(files=files())

    assert wf() == ["text 0", "text 1"]


def test_a_generator_is_a_part_of_its_attempt():
    tried = []

    @task(retries=1)
    def fails_once() -> Iterator[int]:
        tried.append(current_context().attempt)
        yield 1
        if len(tried) == 1:
            raise FlyteRecoverableException("once")

    @task(timeout=timedelta(milliseconds=50))
    def slow() -> Iterator[int]:
        while True:
            yield 1
            time.sleep(0.01)

    assert [*fails_once()] == [1]
    assert tried == [0, 1]
    with pytest.raises(TaskTimeoutError):
        slow()


def test_it_is_kept_isolated_mapped_and_pickled(home, monkeypatch):
    monkeypatch.setenv("FLYTE_SDK_LOCAL_SANDBOX", str(home / "sandbox"))
    calls = []

    @task(cache=Cache(version="1"))
    def doubled(numbers: Iterator[int]) -> Iterator[int]:
        calls.append(1)
        for n in numbers:
            yield 2 * n

    assert [[*doubled(numbers=iter([1, 2]))], [*doubled(numbers=[1, 2])]] == [[2, 4]] * 2
    assert len(calls) == 1
    assert [*numbers.run(isolate=True).result(60)] == [1, 2]
    assert look.run(numbers=iter([1, 2]), isolate=True).result(60) == LOOKED
    assert map_task(look)(numbers=[iter([1, 2]), [1, 2]]) == [LOOKED] * 2
    assert map_task(partial(plus, others=iter([1, 2])))(n=[1, 2]) == [4, 5]
    found = FlyteIterator([1, 2])
    next(found)
    assert [*pickle.loads(pickle.dumps(found))] == [1, 2]


def test_which_iterators_are_no_types():
    def bare(numbers: Iterator) -> int: ...

    def of_tuples() -> Iterator[tuple[int, int]]: ...

    for function in (bare, of_tuples):
        with pytest.raises(UnsupportedTypeError, match=r"Iterator|tuples"):
            task(function)

    def of_generator() -> Generator[int, None, None]:
        yield 1

    def untyped():
        yield 1

    async def asynchronous() -> AsyncIterator[int]:
        yield 1

    for function in (of_generator, untyped, asynchronous):
        with pytest.raises(TaskDefinitionError, match=r"is a generator: .*\n.*-> Iterator\[int\]"):
            task(function)

    def wf() -> Iterator[Any]:
        yield 1

    with pytest.raises(TaskDefinitionError, match="workflow wf is a generator"):
        workflow(wf)
