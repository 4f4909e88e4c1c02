"""What has no literal is refused, in one kind of error."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Literal, Union

import pytest

from flyte_nb.errors import InvalidValueError
from flyte_nb.models.literals import literal_type, to_literal
from flyte_nb.types import FlyteDirectory, FlyteFile


class Number(Enum):
    ONE = 1


@dataclass
class Rates:
    low: float


EAST = timezone(timedelta(hours=14))


@pytest.mark.parametrize(
    "kind",
    [
        list,
        set[int],
        tuple[int, int],
        Number,
        list | None,
        tuple[int, int] | None,
        Union[int, set[int]],  # noqa: UP007 - both ways to write it
        Literal["a", 1] | None,
        object,
    ],
)
def test_types_without_a_literal(kind):
    with pytest.raises(InvalidValueError):
        literal_type(kind)
    with pytest.raises(InvalidValueError):
        to_literal(Number.ONE, kind)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (2**63, int),
        (True, int),
        (1, float),
        ("\ud800", str),
        ({"\ud800": 1}, dict[str, int]),
        (datetime.min.replace(tzinfo=EAST), datetime),
        (timedelta.max, timedelta),
        (None, int),
        ("x", int | None),
        ("c", Literal["a", "b"]),
        ({"a": Number}, dict),
        ({"a": 2**64}, dict),
        ({"a": 1}, Rates),
        ("/a/file", FlyteFile),
        (FlyteDirectory("here"), FlyteDirectory),
    ],
)
def test_values_without_a_literal(value, kind):
    with pytest.raises(InvalidValueError):
        to_literal(value, kind)
