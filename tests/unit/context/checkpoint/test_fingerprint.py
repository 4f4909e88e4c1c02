"""The same for the same value, in every process; another one for another value."""

import dataclasses
import datetime as dt
import enum
import itertools
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.context.checkpoint import fingerprint as module
from flyte_nb.context.checkpoint.fingerprint import TooLargeError, fingerprint


@dataclasses.dataclass
class Point:
    x: int
    y: int


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


def twice(a):
    return 2 * a


FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
DIFFERENT = [
    None,
    0,
    0.0,
    False,
    "",
    b"",
    (),
    [],
    {},
    set(),
    [[]],
    ["a", "b"],
    ["ab"],
    [["a"], "b"],
    {"a": 1, "b": 2},
    {"a": 2, "b": 1},
    {1, 2},
    frozenset({1, 2}),
    float("nan"),
    float("inf"),
    -0.0,
    10**30,
    Decimal("1.0"),
    Decimal("1.00"),
    dt.date(2020, 1, 1),
    dt.datetime(2020, 1, 1),  # noqa: DTZ001 - the one without is meant
    dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc),
    Path("a"),
    "a",
    Point(1, 2),
    Point(2, 1),
    Colour.RED,
    Colour.BLUE,
    Point,
    twice,
    len,
    np.arange(6),
    np.arange(6).reshape(2, 3),
    np.arange(6.0),
    np.array([1, None], dtype=object),
    FRAME,
    FRAME.rename(columns={"b": "c"}),
    FRAME.assign(b=["x", "z"]),
    FRAME["a"],
]


def test_different_values_differ():
    found = [fingerprint(value) for value in DIFFERENT]
    same = [
        (repr(DIFFERENT[n]), repr(DIFFERENT[m]))
        for n, m in itertools.combinations(range(len(found)), 2)
        if found[n] == found[m]
    ]
    assert same == []


def test_equal_values_made_anew_are_the_same():
    assert fingerprint(FRAME) == fingerprint(FRAME.copy())
    assert fingerprint(np.arange(6).reshape(2, 3).T) == fingerprint(np.arange(6).reshape(2, 3).T)
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    assert fingerprint(Point(1, 2)) == fingerprint(Point(1, 2))


@given(st.recursive(st.none() | st.integers() | st.text(), lambda c: st.lists(c) | st.tuples(c, c)))
def test_a_copy_is_the_same(value):
    assert fingerprint(value) == fingerprint(eval(repr(value)))


def test_other_processes_say_the_same():
    """Sets of texts come in another order in each."""
    program = (
        "from flyte_nb.context.checkpoint.fingerprint import fingerprint; import pandas as pd\n"
        "print(fingerprint([{'a', 'b', 'c'}, {'x': 1, 'y': {'p', 'q'}},"
        " pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})]))"
    )
    said = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
        for _ in range(3)
    }
    assert len(said) == 1


def test_what_cannot_be_taken_apart_counts_by_its_type():
    assert fingerprint(threading.Lock()) == fingerprint(threading.Lock())
    assert fingerprint(threading.Lock()) != fingerprint(iter(()))


def test_a_circle_ends():
    circle = [1]
    circle.append(circle)
    assert fingerprint(circle) != fingerprint([1, [1]])


def test_too_much_is_said(monkeypatch):
    monkeypatch.setattr(module, "_MOST_VALUES", 100)
    with pytest.raises(TooLargeError):
        fingerprint(list(range(101)))
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(TooLargeError):
        fingerprint(deep)


def test_of_a_very_long_buffer_pieces_count(monkeypatch):
    monkeypatch.setattr(module, "_WHOLE", 1 << 20)
    size = 1 << 27
    first, last, shorter = bytearray(size), bytearray(size), bytearray(size - 1)
    last[-1] = 1
    assert len({fingerprint(first), fingerprint(last), fingerprint(shorter)}) == 3
