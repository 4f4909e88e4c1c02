"""What a cluster compares, and what it would refuse to register."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any, Literal

import pytest

from flyte_nb import conditional, task, workflow
from flyte_nb.errors import WorkflowDefinitionError


class Color(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Model:
    rate: float


@task
def text(a: int) -> str:
    return str(a)


@task
def model() -> Model:
    return Model(0.5)


@task
def numbers() -> list[int]:
    return [1]


@task
def anything() -> Any:
    return 1


NEW_YEAR = datetime(2026, 1, 1, tzinfo=timezone.utc)


def chosen(kind, compare, value):
    """Return 1 or 2, for true or false, as a workflow finds it."""

    def body(a):
        return conditional("c").if_(compare(a)).then(text(a=1)).else_().then(text(a=2))

    body.__annotations__ = {"a": kind, "return": str}
    return workflow(body)(a=value)


@pytest.mark.parametrize(
    ("kind", "compare", "value", "expected"),
    [
        (int, lambda a: a > 1, 2, "1"),
        (int, lambda a: 1 < a, 1, "2"),  # noqa: SIM300 - is this the same
        (float, lambda a: a >= 1.0, 1.0, "1"),
        (str, lambda a: a != "x", "y", "1"),
        (bool, lambda a: a == True, False, "2"),  # noqa: E712
        (datetime, lambda a: a < NEW_YEAR, NEW_YEAR, "2"),
        (timedelta, lambda a: a <= timedelta(1), timedelta(1), "1"),
        (int | None, lambda a: a == 3, 3, "1"),
        (int | None, lambda a: a.is_none(), None, "1"),
        (Color, lambda a: a == Color.RED, Color.RED, "1"),
        (Color, lambda a: a == "red", Color.BLUE, "2"),
        (Color, lambda a: a == "blue", Color.BLUE, "1"),
        (Literal["x", "y"], lambda a: a == "x", "x", "1"),
    ],
)
def test_values_of_one_type_are_compared(kind, compare, value, expected):
    assert chosen(kind, compare, value) == expected


@pytest.mark.parametrize(
    ("kind", "compare", "message"),
    [
        (int, lambda a: a > 1.5, r"\(input a > 1.5\): int and float are not compared"),
        (float, lambda a: a > 1, r"float and int are not compared on a cluster\n.*write 1.0"),
        (float, lambda a: (a > 0.5) & (a < 1), "write 1.0"),
        (int, lambda a: a == "x", r"\(input a == a text\): int and str"),
        (bool, lambda a: a == 1, "bool and int"),
        (datetime, lambda a: a == timedelta(1), "datetime and timedelta"),
        (int | None, lambda a: a == "x", "NoneType/int and str"),
        (bool, lambda a: a > False, "bool and bool have no order"),
        (int, lambda a: a < None, "have no order"),
        (int, lambda a: a == [1], "a list cannot be compared"),
        (list[int], lambda a: a == 1, r"a list\[int\] cannot be compared"),
        (int, lambda _: model() == 1, "a Model cannot be compared"),
        (int, lambda _: anything() == 1, "a Any cannot be compared"),
        (int, lambda _: model().rate > 1.0, "output.rate of n0 .* is a part"),
        (int, lambda _: numbers()[0] > 1, r"output\[0\] of n0 .* is a part"),
        (list[int], lambda a: a[0] > 1, r"input a\[0\] is a part"),
        (str, lambda a: a == f"{a}!", "the text has input a in it"),
    ],
)
def test_others_are_refused_when_the_workflow_is_declared(kind, compare, message):
    with pytest.raises(WorkflowDefinitionError, match=message):
        chosen(kind, compare, None)
