"""Whether a value of one type may be of another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Optional, Protocol, Union

import pytest

from flyte_nb.run.type_relation import could_fit, may_fit


class Base: ...


class Derived(Base): ...


class Shape(Protocol):
    def area(self) -> float: ...


@dataclass
class Model:
    rate: float


@pytest.mark.parametrize(
    ("offered", "expected", "fits"),
    [
        (int, int, True),
        (int, float, False),
        (bool, int, False),
        (int, Any, True),
        (Any, int, False),  # a pickle on a cluster
        (object, int, False),
        (Any, object, True),
        (list[Any], list[int], False),
        (int, object, True),
        (int, Optional[int], True),  # noqa: UP045 - both ways to write it
        (int | None, int, False),  # its value says that it is of a union
        (int | None, int | str | None, True),
        (int | None, str, False),
        (list[int | None], list[int], False),
        (int | str, Union[str, bytes], False),  # noqa: UP007
        (int | str, Union[str, int], True),  # noqa: UP007
        (int | str, bytes | float, False),
        (None, int, False),
        (type(None), int | None, True),
        (list[int], list[int], True),
        (list[int], list[str], False),
        (list[int], list, True),
        (list, list[int], True),
        (list[int], dict[str, int], False),
        (dict[str, int], dict[str, int | None], True),
        (dict[str, list[int]], dict[str, list[str]], False),
        (tuple[int, str], tuple[int, ...], True),
        (Base, Derived, True),
        (Derived, Base, True),
        (Derived, Model, False),
        (Model, int, False),
        (int, Model, False),
        (Model, Shape, True),
        (str, Literal["a", "b"], True),
        (int, Literal["a", "b"], False),
        (Literal["a"], str, True),
        (Literal["a"], int, False),
        (datetime, str, False),
    ],
)
def test_no_means_never(offered, expected, fits):
    assert may_fit(offered, expected) is fits


@pytest.mark.parametrize(
    ("offered", "expected", "fits"),
    [
        (int | None, int, True),
        (int | None, str, False),
        (list[int | None], list[int], True),
        (Any, int, True),
        (int, str, False),
    ],
)
def test_in_a_document_a_value_does_not_say_that_it_is_of_a_union(offered, expected, fits):
    assert could_fit(offered, expected) is fits
