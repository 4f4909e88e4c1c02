"""Equal inputs count as the same, different ones do not, in every kernel."""

import copy
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import functools
import itertools
import os
import pathlib
import pickle
import re
import subprocess
import sys
import threading
import typing
import uuid
from collections import Counter, OrderedDict, deque

import numpy as np
import pandas as pd
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flyte_nb.context.checkpoint import fingerprint
from flyte_nb.context.checkpoint.fingerprint import TooLargeError
from flyte_nb.run.cache import content
from flyte_nb.run.cache.content import OpaqueError, content_hash


@dataclasses.dataclass
class Point:
    x: int
    y: object


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    x: object


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Bits(enum.Flag):
    A = 1
    B = 2


class Model(pydantic.BaseModel):
    a: int
    b: list[float] = []


class Pair(typing.NamedTuple):
    x: object
    y: object


CASES = max(100, int(os.environ.get("FLYTE_NB_CASES", "0")))


def by_name(code):
    return f"{code.__module__}.{code.__qualname__}".encode()


def told(value):
    return content_hash(value, by_name)


NAN = float("nan")
NUMBERS = [0, 1, -1, 2**70, 0.0, -0.0, 1.0, NAN, float("inf"), 1j, True, False]
PLAIN_ONLY = st.sampled_from([None, *NUMBERS, "", "a", "b", "ab", "1", "None", "\ud800"])
PLAIN = st.sampled_from([None, *NUMBERS, "", "a", "b", "\ud800", b"", b"a", dt.date(2020, 1, 1)])
KEYS = st.sampled_from([0, 1, "a", "b", b"a", None, (1, "a")])
NESTED = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(KEYS, inner, max_size=3),
        st.sets(KEYS, max_size=3),
        st.frozensets(KEYS, max_size=3),
        st.builds(Point, st.integers(0, 1), inner),
        st.builds(Slotted, inner),
        st.builds(Pair, inner, inner),
    ),
    max_leaves=8,
)


def is_same(a, b):
    """What ought to count as the same, told in another way than the code tells it."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(is_same, a, b))
    if isinstance(a, (dict, set, frozenset)):
        values = (is_same(a[key], b[key]) for key in a) if isinstance(a, dict) else ()
        return {typed(k) for k in a} == {typed(k) for k in b} and all(values)
    if dataclasses.is_dataclass(a):
        names = [field.name for field in dataclasses.fields(a)]
        return all(is_same(getattr(a, n), getattr(b, n)) for n in names)
    return repr(a) == repr(b)


def typed(key):
    return type(key), key


@settings(max_examples=2 * CASES)
@given(NESTED, NESTED)
def test_nested_values_count_as_the_same_exactly_when_they_are(a, b):
    assert (told(a) == told(b)) == is_same(a, b)


@settings(max_examples=2 * CASES)
@given(NESTED)
def test_a_copy_and_what_was_stored_count_as_the_same(value):
    assert told(value) == told(copy.deepcopy(value)) == told(pickle.loads(pickle.dumps(value)))


@given(NESTED, st.data())
def test_one_leaf_more_makes_another(value, data):
    other = data.draw(PLAIN)
    assert told([value]) != told([value, other])
    assert told(value) != told([value])


DTYPES = ["i1", "<f8", ">f8", "c16", "?", "U3", "S3", "M8[us]", "m8[s]", "O", [("a", "i4")]]


@settings(max_examples=5 * CASES)
@given(st.lists(PLAIN_ONLY, max_size=3), st.lists(PLAIN_ONLY, max_size=3))
def test_lists_of_plain_values_are_told_apart(a, b):
    assert (told(a) == told(b)) == is_same(a, b)
    assert (told(a) == told(tuple(a))) is False


def test_long_columns_of_texts_are_not_too_large():
    words = [f"word {n % 1000}" for n in range(2_500_000)]
    frame = pd.DataFrame({"a": words})
    assert told(frame) == told(frame.copy())
    frame.iloc[-1, 0] = None
    assert told(frame) != told(pd.DataFrame({"a": words}))


@st.composite
def arrays(draw):
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    shape = tuple(draw(st.lists(st.integers(0, 3), max_size=3)))
    count = int(np.prod(shape, dtype=int))
    items = draw(st.lists(st.sampled_from([0, 1, 2]), min_size=count, max_size=count))
    return np.array(items, dtype="i8").astype(dtype).reshape(shape)


@settings(max_examples=2 * CASES)
@given(arrays(), arrays())
def test_arrays_count_by_their_elements(a, b):
    same = a.dtype == b.dtype and a.shape == b.shape and a.tolist() == b.tolist()
    assert (told(a) == told(b)) == same


@settings(max_examples=CASES)
@given(arrays())
def test_how_an_array_lies_in_memory_does_not_count(array):
    step = np.repeat(array, 2, axis=0)[::2] if array.ndim else array
    layouts = [np.asfortranarray(array), array.T.copy().T, step, pickle.loads(pickle.dumps(step))]
    for other in layouts:
        # numpy makes 1 of 0 dimensions, and pickles these in the machine's order of bytes
        if other.shape == array.shape and other.dtype == array.dtype:
            assert told(other) == told(array)


def test_numbers_that_are_not_quite_the_same():
    values = [
        0.0,
        -0.0,
        NAN,
        0,
        False,
        np.float64(0.0),
        np.float64(-0.0),
        np.float32(0),
        0j,
        complex(-0.0, 0),
    ]
    assert len({told(value) for value in values}) == len(values) - (
        0j.__repr__() == (-0j).__repr__()
    )
    assert told(NAN) == told(float("nan")) == told(-NAN)
    assert told(np.array([NAN])) == told(np.array([NAN]))
    assert told(np.array([0.0])) != told(np.array([-0.0]))


def test_strings_of_any_length_in_an_array():
    words = np.array(["a", "a long one that has its own place in memory"], dtype="T")
    assert told(words) == told(words.copy()) == told(pickle.loads(pickle.dumps(words)))
    assert told(words) != told(words[::-1])


COLUMNS = st.sampled_from(
    [
        [1, 2],
        [1, 3],
        [1.0, NAN],
        ["x", "y"],
        ["x", None],
        [True, False],
        pd.Categorical(["u", "v"]),
        pd.Categorical(["u", "v"], categories=["v", "u"]),
        pd.array([1, None], dtype="Int64"),
        pd.to_datetime(["2020", "2021"]),
        pd.to_datetime(["2020", "2021"]).tz_localize("UTC"),
        pd.to_timedelta([1, 2], unit="s"),
        pd.interval_range(0, 2),
        pd.period_range("2020", periods=2, freq="M"),
        [[1], {"a": 2}],
    ]
)
INDICES = st.sampled_from(
    [
        None,
        [5, 6],
        ["p", "q"],
        pd.MultiIndex.from_tuples([(1, "a"), (2, "b")]),
        pd.Index([1.0, NAN]),
    ]
)


@settings(max_examples=CASES)
@given(st.dictionaries(st.sampled_from("abc"), COLUMNS, max_size=3), INDICES)
def test_equal_frames_count_as_the_same_however_they_were_made(columns, index):
    frame = pd.DataFrame(columns, index=None if not columns else index)
    piecewise = pd.DataFrame(index=frame.index)
    for name in frame:
        piecewise[name] = frame[name]
    piecewise = piecewise.reindex(columns=frame.columns) if not columns else piecewise
    stored = pickle.loads(pickle.dumps(piecewise))
    assert told(frame) == told(frame.copy()) == told(stored)
    if columns:
        assert told(frame) == told(piecewise)
        assert told(frame["a" if "a" in columns else next(iter(columns))]) != told(frame)
    hash_of_use = told(frame)
    repr(frame), frame.index.is_unique, list(frame.itertuples())  # which it may remember
    assert told(frame) == hash_of_use


@settings(max_examples=CASES)
@given(*[st.dictionaries(st.sampled_from("ab"), COLUMNS, min_size=1, max_size=2)] * 2)
def test_different_frames_differ(one, other):
    a, b = pd.DataFrame(one), pd.DataFrame(other)
    try:
        pd.testing.assert_frame_equal(a, b, check_exact=True)
        same = list(a) == list(b)
    except AssertionError:
        same = False
    assert (told(a) == told(b)) == same


def test_whatever_else_tells_frames_apart():
    frame = pd.DataFrame({"a": [1, 2]})
    noted = frame.copy()
    noted.attrs["unit"] = "m"
    others = [
        frame.astype("i4"),
        frame.rename(columns={"a": "b"}),
        frame.set_index(pd.Index([7, 8])),
        frame.rename_axis("n"),
        frame["a"],
        frame["a"].rename("b"),
        noted,
        frame.to_numpy(),
    ]
    assert len({told(value) for value in [frame, *others]}) == 9


def add(a, b=1):
    return a + b


APART = [
    Colour.RED,
    Colour.BLUE,
    Bits.A,
    Bits.A | Bits.B,
    decimal.Decimal("1.0"),
    decimal.Decimal("1.00"),
    fractions.Fraction(1, 2),
    pathlib.PurePosixPath("a"),
    uuid.UUID(int=1),
    re.compile("a"),
    re.compile("b"),
    re.compile("a", re.IGNORECASE),
    dt.datetime(2020, 1, 1),  # noqa: DTZ001 - the one without is meant
    dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc),
    dt.timedelta(1),
    range(3),
    slice(1, 2),
    OrderedDict(a=1, b=2),
    OrderedDict(b=2, a=1),
    Counter("aab"),
    deque([1]),
    deque([1], maxlen=3),
    bytearray(b"a"),
    functools.partial(add, 1),
    functools.partial(add, 2),
    functools.partial(max, 1),
    Point(1, 2).__eq__,
    Point(1, 3).__eq__,
    [1].append,
    Model(a=1),
    Model(a=2),
    Model(a=1, b=[0.5]),
    np.random.default_rng(0),
    np.random.default_rng(1),
    np.dtype("i4"),
    np.rec.array([(1, 2.0)]),
    np.ma.array([1, 2], mask=[0, 1]),
    np.ma.array([1, 2], mask=[1, 0]),
    pd.Timestamp("2020"),
    pd.NA,
    Ellipsis,
    NotImplemented,
    len,
    max,
    int,
    Point,
]


def test_objects_of_many_kinds_are_told_apart_and_each_is_itself_again():
    found = [told(value) for value in APART]
    same = [
        (repr(APART[n]), repr(APART[m]))
        for n, m in itertools.combinations(range(len(found)), 2)
        if found[n] == found[m]
    ]
    assert same == []
    assert [told(copy.deepcopy(value)) for value in APART] == found


def test_a_member_counts_by_its_value_too():
    """Of an enumeration that is pickled by name, as those of the standard library are."""
    by_name_alone = {"__reduce_ex__": lambda self, _: self.name}
    one, two = (enum.Enum("E", {"A": n}, type=type("Base", (), by_name_alone)) for n in (1, 2))
    assert told(one.A) != told(two.A)


def test_other_processes_say_the_same():
    """Sets of texts come in another order in each."""
    program = (
        "from flyte_nb.run.cache.content import content_hash; import pandas as pd, re, enum\n"
        "class E(enum.Enum): A = 'x'\n"
        "def name(code): return code.__qualname__.encode()\n"
        "print(content_hash([{'a', 'b', 'c'}, {'x': 1, 'y': {'p', 'q'}}, re.compile('a'), E.A,"
        " pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']}), frozenset({E.A, 'b', None})], name))"
    )
    said = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
        for _ in range(3)
    }
    assert len(said) == 1


@pytest.mark.parametrize(
    "value",
    [threading.Lock(), (n for n in ()), sys.stderr, sys, {"a": [threading.Lock()]}],
)
def test_what_cannot_be_taken_apart_is_refused_and_named(value):
    with pytest.raises(OpaqueError) as caught:
        told(value)
    assert caught.value.what in {
        "_thread.lock",
        "builtins.generator",
        "_io.TextIOWrapper",
        "_pytest.capture.EncodedFile",
        "builtins.module",
    }


def test_a_circle_ends():
    circle = [1]
    circle.append(circle)
    assert told(circle) != told([1, [1]])


def test_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(fingerprint, "_MOST_VALUES", 10_000)
    with pytest.raises(TooLargeError):
        told([0] * 200_000)
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(TooLargeError):
        told(deep)
    shared = [0]
    for _ in range(40):  # 2 to the 40 when walked through
        shared = [shared, shared]
    with pytest.raises(TooLargeError):
        told(shared)


def test_every_byte_of_a_long_buffer_counts(monkeypatch):
    monkeypatch.setattr(fingerprint, "_WHOLE", 1 << 20)  # where checkpoints look at pieces only
    monkeypatch.setattr(content, "_CHUNK", 1 << 20)
    data = np.zeros(1 << 28, "u1")
    before = told(data)
    data[len(data) // 3] = 1
    assert told(data) != before
    assert told(data.tobytes()) != told(bytes(len(data)))


def test_what_a_function_counts_by_is_said_by_who_asks():
    one = content_hash([add], lambda _: b"1")
    assert one == content_hash([add], lambda _: b"1")
    assert one != content_hash([add], lambda _: b"2")
