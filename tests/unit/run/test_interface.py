"""Types of inputs and outputs: strict where the cluster is."""

import typing
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb import task, workflow
from flyte_nb.errors import (
    FlyteMissingTypeException,
    TaskDefinitionError,
    TypeTransformerFailedError,
)
from flyte_nb.run.type_check import MAX_ITEMS, check_for


@dataclass
class Point:
    x: int


class NotForRunTime(typing.Protocol):
    def f(self): ...


ACCEPTED = [
    (int, 1),
    (float, 1.0),
    (str, "a"),
    (bool, True),
    (list[int], [1]),
    (dict[str, float], {"a": 1.0}),
    (typing.Optional[int], None),  # noqa: UP045
    (int | None, 1),
    (typing.Any, object()),
    (Point, Point(1)),
    (pd.DataFrame, pd.DataFrame()),
    (np.ndarray, np.ones(2)),
    (typing.Annotated[int, "meta"], 1),
    (typing.Literal["a", "b"], "a"),
    (int | str, "a"),
    (list[typing.Any], [1, "a"]),
    (list[list[int]], [[1], []]),
    (dict[str, list[float]], {"a": [1.0]}),
    (None, None),
    (NotForRunTime, 3),
    (list[int | None], [None, 2**63 - 1]),
]
# flytekit refuses each of these too, whatever stands before or after the wrong item
REFUSED = [
    (int, "1"),
    (int, 1.0),
    (int, True),
    (float, 1),
    (float, np.float64(1)),
    (int, np.int64(1)),
    (str, None),
    (list[int], (1,)),
    (list[int], ["a"]),
    (dict, [1]),
    (typing.Optional[int], "a"),  # noqa: UP045
    (Point, {"y": 1}),
    (np.ndarray, [1]),
    (list[int], [1] * 99 + ["a"]),
    (list[float], [1.0, 2]),
    (list[float], [np.float64(1)]),
    (dict[str, int], {"a": 1, "b": "x"}),
    (dict[str, float], {"a": np.float64(1)}),
    (int | None, True),
    (int | str, True),
    (typing.Literal[1], True),
    (typing.Literal[1], [1]),
    (typing.Annotated[int, "meta"], "a"),
    (int, 2**63),
    (list[int], [-(2**63) - 1]),
    (str, "\ud800"),
    (typing.Any, None),
    (list[typing.Any], [1, None]),
    (dict, OrderedDict(a=1)),
    (date, datetime(2026, 1, 1)),  # noqa: DTZ001
    (np.ndarray, np.array([object()])),
]


def repr_or_type(value):
    return value if isinstance(value, str) else type(value).__name__


def identity(hint):
    def f(a):
        return a

    f.__annotations__ = {"a": hint, "return": hint}
    return task(f)


@pytest.mark.parametrize(("hint", "value"), ACCEPTED, ids=repr_or_type)
def test_accepted(hint, value):
    returned = identity(hint)(a=value)
    assert type(returned) is type(value)
    assert np.all(returned == value)


@pytest.mark.parametrize(("hint", "value"), REFUSED, ids=repr_or_type)
def test_refused_as_input_and_as_output(hint, value):
    with pytest.raises(TypeTransformerFailedError, match=r"^f\(a=…\): expected"):
        identity(hint)(a=value)

    def g():
        return value

    g.__annotations__ = {"return": hint}
    with pytest.raises(TypeTransformerFailedError, match=r"^g\(\) (declares -> |returned: )"):
        task(g)()


def test_the_error_is_what_code_for_flytekit_catches():
    for kind in (TypeError, ValueError, AssertionError):
        with pytest.raises(kind):
            identity(int)(a="1")


def test_a_number_that_is_close_is_refused_with_the_conversion():
    with pytest.raises(TypeTransformerFailedError, match=r"convert it first: float\(…\)"):
        identity(float)(a=np.float64(1))


class NoRepr:
    def __repr__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("hunter2-hunter2", "got str of 15 characters"),
        ("x", "got str of 1 character"),
        (list(range(100_000)), "got list of 100,000 items"),
        (np.ones((3, 3)), "got numpy.ndarray of shape (3, 3)"),
        (pd.Series([1, 2]), "got pandas.Series of shape (2,)"),
        (NoRepr(), "got NoRepr"),
        (1.5, "got float 1.5"),
        (True, "got bool True"),
        (None, "got None"),
    ],
    ids=repr_or_type,
)
def test_a_value_is_described_on_one_line_and_never_shown_when_it_may_be_a_secret(value, words):
    with pytest.raises(TypeTransformerFailedError) as caught:
        identity(int)(a=value)
    assert caught.value.args[0].endswith(words)
    hint = "convert it first" if type(value) in {float, bool} else ""
    assert caught.value.hint.startswith(hint)
    assert bool(caught.value.hint) == bool(hint)


@pytest.mark.parametrize("annotation", ["1 +", "os.nope", "Nowhere", "", [int], {}, 1, ...])
def test_an_annotation_that_is_no_type_is_one_clear_error(annotation):
    with pytest.raises(TaskDefinitionError):
        identity(annotation)(a=1)


def test_a_check_costs_no_more_for_a_value_that_is_larger():
    check = check_for(tuple[int, ...])
    assert check((*range(MAX_ITEMS), "unseen"))
    assert not check((*range(MAX_ITEMS - 1), "seen"))


@task
def train(epochs: int, rate: float = 0.1, *, seed: int = 0) -> float:
    return epochs * rate + seed


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((), {}, r"train\(\) needs epochs"),
        ((), {"rate": 1.0}, r"train\(\) needs epochs"),
        ((), {"epoch": 1, "epochs": 1}, r"no input 'epoch'.*\n.*did you mean 'epochs'"),
        ((), {"epoch": 1}, r"no input 'epoch'.*\n.*did you mean 'epochs'"),
        ((), {"epochs": 1, "zzz": 1}, r"no input 'zzz'.*\n.*epochs, rate, seed"),
        ((1, 0.1, 3), {}, r"takes 2 inputs by position, got 3"),
        ((1,), {"epochs": 1}, r"got epochs twice"),
    ],
)
def test_inputs_that_do_not_fit(args, kwargs, message):
    with pytest.raises(TypeTransformerFailedError, match=message):
        train(*args, **kwargs)


def test_what_is_needed_by_name_is_missed_behind_what_has_a_default():
    @task
    def named(a: int = 1, *, b: int) -> int:
        return a + b

    with pytest.raises(TypeTransformerFailedError, match=r"named\(\) needs b"):
        named(1)
    with pytest.raises(TypeTransformerFailedError, match=r"named\(\) needs b"):
        workflow(lambda: named(1))
    assert named(1, b=2) == 3


def test_an_input_without_a_type_is_refused_when_it_is_defined():
    def f(a):
        return a

    with pytest.raises(FlyteMissingTypeException, match="input 'a' has no type"):
        task(f)


def test_annotations_may_be_text_and_name_what_comes_later():
    @task
    def f(a: "Later") -> "Later":  # noqa: F821
        return a

    globals()["Later"] = int
    assert f(a=1) == 1


def test_several_outputs():
    def f():
        return 1, "a"

    f.__annotations__ = {"return": (int, str)}
    assert task(f)() == (1, "a")
    f.__annotations__ = {"return": (int, int)}
    with pytest.raises(TypeTransformerFailedError):
        task(f)()


def test_none_is_no_output():
    @task
    def f() -> None:
        return None

    assert f() is None


@given(st.from_type(object) | st.lists(st.integers()) | st.text() | st.floats())
def test_any_value_is_returned_or_refused_in_one_line(value):
    run = identity(list[int])
    if type(value) is list and all(type(one) is int and abs(one) < 2**63 for one in value):
        assert run(a=value) == value
        return
    with pytest.raises(TypeTransformerFailedError) as refused:
        run(a=value)
    assert "\n" not in refused.value.args[0]
