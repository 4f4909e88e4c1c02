"""Values that nobody expects: of every type, and objects that fail when they are asked.

`JUNK` draws recipes, which a failed test can print; `serve` makes the values.
"""

from __future__ import annotations

import enum
import inspect
import warnings
from collections import OrderedDict, UserDict, defaultdict
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from flyte_nb.errors import FlyteNbError

MAX_MESSAGE = 1200  # characters, the hint included
SECRET = "hunter2-" * 3


class AskedError(Exception):
    """Raised by what is asked."""


def _refuse(*_args: Any, **_kwargs: Any) -> Any:
    raise AskedError


_ASKED = {
    object: ("__repr__", "__str__", "__eq__", "__ne__", "__hash__", "__bool__", "__len__"),
    str: ("__repr__", "__str__", "__eq__", "__ne__", "__len__", "__iter__", "__contains__"),
    int: ("__repr__", "__str__", "__eq__", "__ne__", "__lt__", "__le__", "__abs__", "__bool__"),
    float: ("__repr__", "__str__", "__eq__", "__ne__", "__lt__", "__le__", "__abs__", "__bool__"),
    list: ("__repr__", "__eq__", "__iter__", "__len__", "__getitem__", "__bool__"),
    tuple: ("__repr__", "__eq__", "__iter__", "__len__", "__getitem__", "__bool__"),
    dict: ("__repr__", "__eq__", "__iter__", "__len__", "__getitem__", "__contains__", "__bool__"),
}
_METHODS = {
    str: ("encode", "strip", "lower", "split", "isascii", "isprintable", "startswith"),
    dict: ("items", "keys", "values", "get", "copy"),
    float: ("is_integer",),
}
# Classes whose objects hold what is given to them, and fail at all else that they are asked.
FAILS = {
    base: type(
        f"Failing{base.__name__.capitalize()}",
        (base,),
        dict.fromkeys((*names, *_METHODS.get(base, ())), _refuse),
    )
    for base, names in _ASKED.items()
}


class Word(str, enum.Enum):
    """A text that is something else besides."""

    NAME = "name"


class Number(enum.IntEnum):
    """A number that is something else besides."""

    FOUR = 4


class Unreadable(Mapping):
    """A mapping that fails when it is read."""

    __getitem__ = __iter__ = __len__ = _refuse


class Talkative:
    """An object with a very long repr."""

    def __repr__(self) -> str:
        return "talk " * 100_000


class Loop(list):
    """A list whose repr never ends by itself."""

    def __repr__(self) -> str:
        return f"[{self!r}]"


def _endless() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


def _numbers() -> Any:
    yield from (1, 2, 3)


ATOMS: list[Any] = [
    *[
        None,
        True,
        False,
        0,
        1,
        -1,
        2**31,
        2**32,
        2**53 + 1,
        2**63,
        10**30,
        10**5000,
        -(10**5000),
        1.0,
        0.5,
    ],
    *[-0.0, 1e300, -1e-300, float("nan"), float("inf"), float("-inf"), 1j, b"", b"bytes\n"],
    *["", " ", "\n", "a", "A", "name\n", "na me", "\0", "\x1b[31m", "\u202e", "\ud800", "é", "名"],
    *["İ", "٣", "\u00a0", "\u2028", "<script>", "%s", "{0}", "${A}", "a/b/c", "-a", "a.", "../x"],
    *["x" * 64, "x" * 254, "x" * 5000, "1" * 5000, "1e999", "1" * 99 + "e9", "-1", "1 Gi", "1GiB"],
    *[
        "NaN",
        "1_0",
        "0x1",
        "1..2",
        "a=b",
        "a:1:2",
        "a@b@c",
        "host:5000/a",
        "* * * * *",
        "61 * * * *",
    ],
    *["9" * 5000 + " * * * *", "*/" + "9" * 5000 + " * * * *", "daily", "PT1H", "P", "PT", "P٣D"],
    *["RUNNING", "FAILED", "TASK", "DAY", "nope", "UNDEFINED", "ANY", SECRET],
    *[object, int, Word.NAME, Number.FOUR, ..., NotImplemented, range(3), slice(1), len],
    *[timedelta(0), timedelta(seconds=90), timedelta(days=-1), timedelta.max, timedelta.min],
    *[Decimal("1.5"), Fraction(10**400, 3), np.int64(3), np.float32(0.1), np.array([1, 2])],
    *[np.bool_(1), np.str_("name"), SimpleNamespace(value=1), frozenset({1}), ValueError("x")],
    *[
        MappingProxyType({"a": "b"}),
        UserDict(a="b"),
        OrderedDict(a="b"),
        {"a b": "c"},
        {"a": SECRET},
    ],
    *[defaultdict(list, a="b"), {1: 2}, {None: None}, {"a": None}, {"a": {"b": "c"}}, {"": ""}],
    *[(), [], {}, (1,), [None], ("1", "2"), ("2", "1"), ["1", "2", "3"], [[]], [{}], {"key": "a"}],
]
# Made anew each time: they can be used up, or fail when they are compared.
MADE: list[Any] = [
    _numbers,
    _endless,
    Talkative,
    Unreadable,
    lambda: Loop([1]),
    lambda: iter([1]),
    FAILS[object],
    lambda: FAILS[str]("name"),
    lambda: FAILS[str](""),
    lambda: FAILS[str]("1Gi"),
    lambda: FAILS[int](4),
    lambda: FAILS[float](1.5),
    lambda: FAILS[float]("nan"),
    lambda: FAILS[list](["a"]),
    lambda: FAILS[list]([6]),
    lambda: FAILS[tuple](("1", "2")),
    lambda: FAILS[tuple](("a",)),
    lambda: FAILS[dict](a="b"),
    FAILS[dict],
    lambda: {"a": FAILS[object]()},
    lambda: {"a": FAILS[str]("b")},
    lambda: [FAILS[object]()],
    lambda: [FAILS[str]("name")],
]


class Recipe:
    """How a value is made; it prints as its place in the list."""

    def __init__(self, name: str, make: Any) -> None:
        self.name, self.make = name, make

    def __repr__(self) -> str:
        return self.name


RECIPES = [
    *(Recipe(f"ATOMS[{n}]", lambda value=value: value) for n, value in enumerate(ATOMS)),
    *(Recipe(f"MADE[{n}]", make) for n, make in enumerate(MADE)),
]
_TEXT = st.text(st.characters(exclude_categories=()), max_size=6)
_ONE = st.sampled_from(RECIPES) | _TEXT
_KEYS = st.sampled_from(["a", "name", "value", "example.com/a", "", "a b", 1, None]) | _TEXT
JUNK = _ONE | st.lists(_ONE, max_size=3) | st.dictionaries(_KEYS, _ONE, max_size=2)
_JSON: list[Any] = [
    *[
        None,
        True,
        False,
        0,
        1,
        -1,
        1.5,
        float("nan"),
        float("inf"),
        10**400,
        "",
        "a",
        "a\n",
        "\ud800",
    ],
    *["FAILED", "1Gi", [], {}, [[]], [{}], {"": None}, {"a": "b"}, [None], ["a"], {"values": {}}],
]
JSON_JUNK = st.sampled_from(_JSON)


def serve(recipe: Any) -> Any:
    """Return the value that *recipe* is of, one for each call."""
    if isinstance(recipe, Recipe):
        return recipe.make()
    if type(recipe) is list:
        return [serve(one) for one in recipe]
    if type(recipe) is dict:
        return {key: serve(one) for key, one in recipe.items()}
    return recipe


@st.composite
def arguments(draw: Any, values: dict[str, list[Any]]) -> dict[str, Any]:
    """Draw arguments by name: some of *values*, with up to two of them replaced by junk."""
    chosen = {name: draw(st.sampled_from(["left out", *some])) for name, some in values.items()}
    found = {name: value for name, value in chosen.items() if value != "left out"}
    for name in draw(st.lists(st.sampled_from([*values, *values, "unknown"]), max_size=2)):
        found[name] = draw(JUNK)
    return found


def attempt(call: Any, *args: Any, **kwargs: Any) -> Any:
    """Return what *call* returns, None when it refuses.

    Raises:
        AssertionError: It refuses in too many words, or by an error that is none of ours and not
            Python's own for a wrong call.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return call(*args, **kwargs)
    except (FlyteNbError, TypeError) as error:
        refusal = error
    if isinstance(refusal, FlyteNbError):
        assert len(str(refusal)) < MAX_MESSAGE
        assert str(refusal).encode()
    else:
        assert refusal.__traceback__.tb_next is None, "it comes from inside"
        with pytest.raises(TypeError):
            inspect.signature(call).bind(*args, **kwargs)
    return None
