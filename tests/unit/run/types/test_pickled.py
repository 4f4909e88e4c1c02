"""What a cluster pickles has to be picklable where it leaves a task of a workflow."""

import threading
import typing

import pytest

from flyte_nb import task, workflow
from flyte_nb.errors import TypeTransformerFailedError
from flyte_nb.run.types.pickled import check_picklable, is_pickled


class Held:
    def __init__(self, what):
        self.what = what


@task
def hold(lock: bool) -> Held:  # noqa: FBT001
    return Held(threading.Lock() if lock else 1)


@task
def look(held: Held) -> str:
    return str(held.what)


@workflow
def held(lock: bool) -> str:  # noqa: FBT001
    return look(held=hold(lock=lock))


def test_what_can_be_pickled_goes_on():
    assert held(lock=False) == "1"


def test_what_cannot_be_pickled_is_refused_where_it_leaves_the_task():
    with pytest.raises(TypeTransformerFailedError) as caught:
        held(lock=True)
    message = str(caught.value)
    assert message.startswith("hold(), its output: Held cannot be pickled")
    assert "lock" in message
    assert caught.value.place.line == "return Held(threading.Lock() if lock else 1)"


def test_a_plain_call_pickles_nothing():
    assert hold(lock=True).what


def test_the_output_is_named():
    class Both(typing.NamedTuple):
        number: int
        held: Held

    @task
    def both() -> Both:
        return Both(1, Held(threading.Lock()))

    @workflow
    def wf() -> Both:
        return both()

    with pytest.raises(TypeTransformerFailedError, match=r"both\(\), output held: Held"):
        wf()


class Counted:
    seen = 0

    def __reduce__(self):
        Counted.seen += 1
        return Counted, (), {"text": f"{Counted.seen:0200}"}


def test_no_more_than_a_part_of_a_large_value_is_looked_at():
    check_picklable([Counted() for _ in range(50_000)])
    assert 1_000 < Counted.seen < 10_000


@pytest.mark.parametrize(
    ("kind", "is_so"),
    [
        (Held, True),
        (typing.Any, True),
        (set[int], True),
        (list[Held], True),
        (Held | None, True),
        (typing.Callable[[int], int], True),
        (int, False),
        (list[int], False),
        (dict, False),
        (dict[int, int], False),
        (typing.Literal["a"], False),
    ],
)
def test_what_is_pickled(kind, is_so):
    assert is_pickled(kind) is is_so
