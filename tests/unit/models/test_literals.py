"""What has no literal is refused, in one kind of error."""

from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Literal, Union

import pytest

from flyte_nb.errors import InvalidValueError
from flyte_nb.models.literals import literal_type, to_literal


class Number(Enum):
    ONE = 1


EAST = timezone(timedelta(hours=14))


@pytest.mark.parametrize(
    "kind",
    [
        list,
        dict,
        set[int],
        tuple[int, int],
        dict[int, int],
        Number,
        list | None,
        tuple[int, int] | None,
        Union[int, set[int]],  # noqa: UP007 - both ways to write it
        Literal["a"] | None,
        object,
    ],
)
def test_types_without_a_literal(kind):
    with pytest.raises(InvalidValueError):
        literal_type(kind)
    with pytest.raises(InvalidValueError):
        to_literal({1: 1} if kind == dict[int, int] else Number.ONE, kind)


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
    ],
)
def test_values_without_a_literal(value, kind):
    with pytest.raises(InvalidValueError):
        to_literal(value, kind)
