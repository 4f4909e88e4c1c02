"""The type that is told from a value, and how types and names are written."""

import enum
import threading
import typing
from collections import OrderedDict
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from flyte_nb.errors import InvalidValueError
from flyte_nb.run.cell.declared import Declared, declared, evaluated
from flyte_nb.run.cell.naming import import_of, written_type
from flyte_nb.run.cell.value_types import type_of


class Colour(enum.Enum):
    RED = "red"


class Size(enum.IntEnum):
    ONE = 1


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, bool), (1, int), (1.5, float), ("a", str), (b"a", bytes),
        (datetime.now(tz=timezone.utc), datetime), (timedelta(1), timedelta), (Colour.RED, Colour),
        ([1, 2], list[int]), ([1, "a"], list[int | str]), ([[1], [2]], list[list[int]]),
        ([1, None], list[int | None]), ({"a": 1.5}, dict[str, float]),
        ({"a": [1]}, dict[str, list[int]]), ({"a": 1, "b": "c"}, dict[str, int | str]),
        (pd.DataFrame(), pd.DataFrame), (np.zeros(3), np.ndarray),
    ],
)  # fmt: skip
def test_types_that_say_all(value, kind):
    told = type_of(value)
    assert told.kind == kind
    assert not told.why


@pytest.mark.parametrize(
    ("value", "kind", "why"),
    [
        (None, Any, "None"), ([], list[Any], "empty list"), ({}, dict, "empty dict"),
        ({1: 2}, dict, "keys are text"), ((1, 2), Any, "no tuples"), (Size.ONE, Any, "no texts"),
        (OrderedDict(), Any, "dict[str"),
        ((i for i in ()), Any, "generator"), (threading.Lock(), Any, "lock"),
        (Path("a"), Path, "FlyteFile"), (np.float64(1), np.float64, "number of NumPy"),
        (type("Local", (), {"__qualname__": "f.<locals>.Local"})(), Any, "no name"),
        ([1, "a", 1.5, b""], list[Any], "many types"), ([[]], list[list[Any]], "empty list"),
        ([(1,)], list[Any], "no tuples"), ([None], list[Any], "None"),
        ([1, None, (1,)], list[Any], "no tuples"), ({"a": None}, dict[str, Any], "None"),
    ],
)  # fmt: skip
def test_types_that_say_less_say_why(value, kind, why):
    told = type_of(value)
    assert told.kind == kind
    assert why in told.why


@pytest.mark.parametrize(
    ("kind", "text", "imports"),
    [
        (int, "int", ()),
        (None, "None", ()),
        (dict[str, list[int]], "dict[str, list[int]]", ()),
        (int | None, "int | None", ()),
        (Any, "Any", ("from typing import Any",)),
        (typing.Literal["a", 1], "Literal['a', 1]", ("from typing import Literal",)),
        (Path, "Path", ("from pathlib import Path",)),
        (pd.DataFrame, "pd.DataFrame", ("import pandas as pd",)),
        (list[np.ndarray], "list[Array]", ("from numpy import ndarray as Array",)),
        (tuple[int, ...], "tuple[int, ...]", ()),
    ],
)
def test_types_are_written_with_the_notebooks_names(kind, text, imports):
    names = {"pd": pd, "Array": np.ndarray}
    written = written_type(kind, names)
    assert (written.text, written.imports) == (text, imports)


def test_imports_are_of_the_most_public_module():
    import os

    from flyte_nb import Resources

    assert import_of("Resources", Resources) == "from flyte_nb import Resources"
    assert import_of("R", Resources) == "from flyte_nb import Resources as R"
    assert import_of("exp", np.exp) == "from numpy import exp"
    assert import_of("path", os.path) == "import posixpath as path"
    assert import_of("f", lambda: 1) is None


def test_declared_names_are_divided_outside_of_brackets():
    found = declared("--in", ["a, b:dict[str, int],", "c:list[tuple[int,str]]"])
    assert found == (
        Declared("a"), Declared("b", "dict[str, int]"), Declared("c", "list[tuple[int,str]]")
    )  # fmt: skip


@pytest.mark.parametrize("text", ["1a", "a b", "class", "a:", "a,a", "a-b"])
def test_what_is_no_name_is_refused(text):
    with pytest.raises(InvalidValueError, match="--out"):
        declared("--out", [text])


@pytest.mark.parametrize(
    ("text", "kind"),
    [("int", int), ("int | None", int | None), ("pandas.DataFrame", pd.DataFrame),
     ("list[D]", list[dict]), ("Any", Any), ("None", None)],
)  # fmt: skip
def test_types_are_read_as_python(text, kind):
    assert evaluated("--in", Declared("a", text), {"D": dict}) == kind


@pytest.mark.parametrize(
    ("text", "message"),
    [("flot", "did you mean float"), ("1", "value of type int, and not a type"),
     ("int[", "SyntaxError"), ("int[3]", "TypeError"), ("pd.Nope", "pd is not defined")],
)  # fmt: skip
def test_what_is_no_type_is_refused(text, message):
    with pytest.raises(InvalidValueError, match=message):
        evaluated("--in", Declared("a", text), {})
