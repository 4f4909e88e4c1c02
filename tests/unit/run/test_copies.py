"""What one attempt makes of its inputs, the next one does not see."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pytest

from flyte_nb import FlyteRecoverableException, task
from flyte_nb.run.copies import is_small, own_copy
from flyte_nb.types.iterator import FlyteIterator


@dataclass(slots=True)
class Slots:
    items: list[int]
    rest: Any = None


@dataclass
class SlotsAndMore(Slots):
    more: int = 0


@dataclass(frozen=True, slots=True)
class Frozen:
    items: Any


class Several(NamedTuple):
    items: list[int]


class Items(list[Any]):
    name = "of a class"


class NotCopied(dict[str, Any]):
    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("there is only one")


@pytest.mark.parametrize(
    ("make", "items"),
    [
        (lambda: Slots([1]), lambda v: v.items),
        (lambda: SlotsAndMore([1]), lambda v: v.items),
        (lambda: Slots([], Slots([1])), lambda v: v.rest.items),
        (lambda: Frozen([1]), lambda v: v.items),
        (lambda: Frozen(OrderedDict(a=[1])), lambda v: v.items["a"]),
        (lambda: OrderedDict(a=[1]), lambda v: v["a"]),
        (lambda: defaultdict(list, a=[1]), lambda v: v["a"]),
        (lambda: Items([[1]]), lambda v: v[0]),
        (lambda: Several([1]), lambda v: v.items),
    ],
)
def test_a_copy_is_equal_and_shares_nothing_that_can_change(make, items):
    value = make()
    found = own_copy(value)
    assert (type(found), found) == (type(value), value)
    items(found).append(2)
    assert value == make()


def test_each_attempt_begins_with_the_mapping_the_table_and_the_iterator_that_were_given():
    seen = []

    @task(retries=1)
    def spoil(mapping: Any, table: pl.DataFrame, numbers: Iterator[int], frozen: Any) -> int:
        seen.append((mapping["a"], table["a"][0], next(numbers), frozen.items[0]))
        mapping["a"], table[0, "a"], frozen.items[0] = 2, 2, 2
        raise FlyteRecoverableException("again")

    inputs = [OrderedDict(a=1), pl.DataFrame({"a": [1]}), iter([1, 2]), Frozen(np.array([1]))]
    with pytest.raises(FlyteRecoverableException):
        spoil(*inputs)
    assert seen == [(1, 1, 1, 1)] * 2


def test_what_a_default_dictionary_makes_and_what_an_object_has_come_along():
    assert own_copy(defaultdict(list))["b"] == []
    named = Items()
    named.name = "mine"
    assert own_copy(named).name == "mine"


def test_a_field_that_was_never_set_stays_so():
    empty = Slots.__new__(Slots)
    assert not hasattr(own_copy(empty), "items")


def test_what_refuses_to_be_copied_is_shared():
    value = NotCopied(a=[1])
    assert own_copy(value) is value


def holds_itself():
    value: list[Any] = [1]
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value",
    [
        "x" * 10_000_000,  # shared
        range(10_000_000),
        list(range(10_000)),
        {"a": [Slots([1])] * 100},
        np.zeros(100_000),
        pd.DataFrame({"nbytes": [1] * 10_000}),
        pl.Series([1] * 10_000),
    ],
)
def test_what_is_small(value):
    assert is_small(value)


@pytest.mark.parametrize(
    "value",
    [
        list(range(100_000)),
        Items([0] * 100_000),
        set(range(100_000)),
        dict.fromkeys(range(100_000)),
        {"a": [Slots([1])] * 1_000},
        Slots([], np.zeros(1_000_000)),
        Several(pd.DataFrame({"nbytes": [1] * 1_000_000})),
        pl.DataFrame({"a": [1] * 1_000_000}),
        FlyteIterator([0] * 100_000),
        holds_itself(),
    ],
)
def test_what_is_not_small(value):
    assert not is_small(value)
