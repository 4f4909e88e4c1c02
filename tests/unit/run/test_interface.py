"""Types of inputs and outputs: strict where the cluster is."""

import typing
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb import task
from flyte_nb.errors import FlyteMissingTypeException, TypeTransformerFailedError


@dataclass
class Point:
    x: int


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
    (tuple[int, str], (1, "a")),
    (typing.Annotated[int, "meta"], 1),
]
# flytekit refuses each of these too
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
    (Point, {"x": 1}),
    (np.ndarray, [1]),
    (tuple[int, str], (1, 2)),
]


def identity(hint):
    def f(a):
        return a

    f.__annotations__ = {"a": hint, "return": hint}
    return task(f)


@pytest.mark.parametrize(("hint", "value"), ACCEPTED, ids=str)
def test_accepted(hint, value):
    assert identity(hint)(a=value) is value


@pytest.mark.parametrize(("hint", "value"), REFUSED, ids=str)
def test_refused_as_input_and_as_output(hint, value):
    with pytest.raises(TypeTransformerFailedError, match=r"^f\(a=…\): expected"):
        identity(hint)(a=value)

    def g():
        return value

    g.__annotations__ = {"return": hint}
    with pytest.raises(TypeTransformerFailedError, match=r"^g\(\) declares -> "):
        task(g)()


def test_the_error_is_what_code_for_flytekit_catches():
    for kind in (TypeError, ValueError, AssertionError):
        with pytest.raises(kind):
            identity(int)(a="1")


def test_a_number_that_is_close_is_refused_with_the_conversion():
    with pytest.raises(TypeTransformerFailedError, match=r"convert it first: float\(…\)"):
        identity(float)(a=np.float64(1))


def test_a_long_value_is_cut_in_the_message():
    with pytest.raises(TypeTransformerFailedError) as caught:
        identity(int)(a="x" * 10_000)
    assert len(str(caught.value)) < 200


@task
def train(epochs: int, rate: float = 0.1, *, seed: int = 0) -> float:
    return epochs * rate + seed


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((), {}, r"train\(\) needs epochs"),
        ((), {"rate": 1.0}, r"train\(\) needs epochs"),
        ((), {"epoch": 1, "epochs": 1}, r"no input 'epoch'.*\n.*did you mean 'epochs'"),
        ((), {"epochs": 1, "zzz": 1}, r"no input 'zzz'.*\n.*epochs, rate, seed"),
        ((1, 0.1, 3), {}, r"takes 2 inputs by position, got 3"),
        ((1,), {"epochs": 1}, r"got epochs twice"),
    ],
)
def test_inputs_that_do_not_fit(args, kwargs, message):
    with pytest.raises(TypeTransformerFailedError, match=message):
        train(*args, **kwargs)


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
    try:
        returned = identity(list[int])(a=value)
    except TypeTransformerFailedError as error:
        returned, message = value, error.args[0]
        assert "\n" not in message
    assert returned is value
