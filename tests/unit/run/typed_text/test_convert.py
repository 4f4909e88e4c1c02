"""What is typed after the name of an input becomes a value of the input's type."""

import inspect
import json
import re
import traceback
import typing
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NewType, Optional, TypedDict

import pandas as pd
import pydantic
import pytest

from flyte_nb.errors import InvalidValueError, TypeTransformerFailedError
from flyte_nb.run.typed_text import convert, evaluate, example, of_expression


class Colour(Enum):
    RED = "red"
    DEEP_BLUE = "deep blue"


class Number(Enum):
    ONE = 1


@dataclass
class Inner:
    depth: int
    at: datetime | None = None


@dataclass
class Outer:
    name: str
    inner: Inner
    weights: dict[str, float] = field(default_factory=dict)


class Model(pydantic.BaseModel):
    rate: float
    colours: list[Colour] = []


class Point(NamedTuple):
    x: int
    y: int = 0


class Form(TypedDict, total=False):
    a: int


class FlyteFile:
    def __init__(self, path):
        self.path = path


Id = NewType("Id", int)
UTC = timezone.utc
DAY = datetime.fromisoformat("2026-01-31")


def read(text, expected, **names):
    return convert(text, expected, "x", lambda code, option: evaluate(code, names, option))


@pytest.mark.parametrize(
    ("text", "expected", "value"),
    [
        ("3", int, 3),
        ("-3", int, -3),
        ("1_000", int, 1000),
        ("1e6", int, 1_000_000),
        ("0x10", int, 16),
        ("3", float, 3.0),
        ("1e-3", float, 0.001),
        ("inf", float, float("inf")),
        ("3", str, "3"),
        ("", str, ""),
        ("==", str, "=="),
        ("null", str, "null"),
        ("TRUE", bool, True),
        ("off", bool, False),
        ("2026-01-31", datetime, DAY),
        ("2026-01-31T12:30Z", datetime, datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
        ("1h30m", timedelta, timedelta(minutes=90)),
        ("2 days, 3 hours", timedelta, timedelta(days=2, hours=3)),
        ("1 day, 2:03:04.5", timedelta, timedelta(1, 3600 * 2 + 60 * 3 + 4.5)),
        ("250ms", timedelta, timedelta(seconds=0.25)),
        ("-5s", timedelta, timedelta(seconds=-5)),
        ("red", Colour, Colour.RED),
        ("DEEP_BLUE", Colour, Colour.DEEP_BLUE),
        ("1", Number, Number.ONE),
        ("2", Literal["a", 2], 2),
        ("[1, 2]", list[int], [1, 2]),
        ("[1, 2.5]", list[float], [1.0, 2.5]),
        ("[[1], []]", list[list[int]], [[1], []]),
        ("[1, null]", list[int | None], [1, None]),
        ('["red"]', list[Colour], [Colour.RED]),
        ('{"1": 2}', dict[int, float], {1: 2.0}),
        ('{"red": ["1m"]}', dict[Colour, list[timedelta]], {Colour.RED: [timedelta(minutes=1)]}),
        ('[1, "a"]', tuple[int, str], (1, "a")),
        ("[1, 2]", tuple[int, ...], (1, 2)),
        ("[1]", list, [1]),
        ("{}", dict, {}),
        ('{"depth": 1}', Inner, Inner(1)),
        (
            '{"name": "n", "inner": {"depth": 2, "at": "2026-01-31"}, "weights": {"a": 1}}',
            Outer,
            Outer("n", Inner(2, DAY), {"a": 1.0}),
        ),
        ('{"rate": 1, "colours": ["red"]}', Model, Model(rate=1.0, colours=[Colour.RED])),
        ('{"x": 1}', Point, Point(1)),
        ('{"a": 1}', Form, {"a": 1}),
        ("none", Optional[int], None),  # noqa: UP045 - both ways to write it
        ("3", int | None, 3),
        ("3", str | int, 3),
        ("three", str | int, "three"),
        ('{"depth": 1}', Inner | None, Inner(1)),
        ("3", Annotated[int, "a number"], 3),
        ("7", Id, 7),
        ("[1]", Any, [1]),
        ("word", Any, "word"),
        ("a/b.txt", Path, Path("a/b.txt")),
        ("=n + 1", int, 5),
        ("= [k for k in range(n)]", list[int], [0, 1, 2, 3]),
    ],
)
def test_a_text_becomes_a_value(text, expected, value):
    found = read(text, expected, n=4)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "expected", "message"),
    [
        ("three", int, "--x 'three': not of type int (e.g. --x 3)"),
        ("1.5", int, "--x '1.5': not of type int (e.g. --x 3)"),
        ("", float, "--x '': not of type float (e.g. --x 0.5)"),
        ("perhaps", bool, "--x 'perhaps': x has to be true or false (e.g. --x or --no-x)"),
        ("green", Colour, "x has to be one of red, deep blue (e.g. --x red)"),
        ("b", Literal["a"], "x has to be one of a (e.g. --x a)"),
        ("tomorrow", datetime, "as 2026-01-31T12:00 or 2026-01-31 (e.g. --x 2026-01-31T12:00)"),
        ("5 parsecs", timedelta, "as 1h30m, 90s or 2 days (e.g. --x 1h30m)"),
        ("[1, 2", list[int], "x has to be JSON for list[int] (e.g. --x '[3]')"),
        ("3", list[int], "x has to be list[int], as a JSON array (e.g. --x '[3]')"),
        ('[1, "2"]', list[int], "x[1] has to be int"),
        ("[true]", list[int], "x[0] has to be int"),
        ("[1]", tuple[int, int], "x needs 2 items, and has 1"),
        ('{"a": {"b": "c"}}', dict[str, dict[str, int]], "x['a']['b'] has to be int"),
        ('{"name": "n", "inner": {"depth": 1.5}}', Outer, "x.inner.depth has to be int"),
        ('{"name": "n"}', Outer, "x needs the field 'inner'"),
        ('{"depht": 1}', Inner, "has no field 'depht'; its fields are depth, at"),
        ('{"rate": "fast"}', Model, "x.rate does not fit Model: Input should be a valid number"),
        ("many", int | list[int], "x has to be int or list[int]"),
        ("df", pd.DataFrame, "x has to be a file, or =expression (e.g. --x @table.csv)"),
        ("3", Iterator[int], "Iterator[int], as a JSON array (e.g. --x '[3]')"),
        ('["a"]', Iterator[int], "x[0] has to be int"),
        ("1", date, "not of type date (e.g. --x =expression, Python that gives one)"),
        ("@none.csv", pd.DataFrame, "x cannot be read: there is no none.csv"),
        ("y" * 500, int, f"--x '{'y' * 60}…': not of type int"),
        ("\x1b[2J", int, "--x '\\\\x1b[2J'"),
    ],
)
def test_an_error_names_input_text_type_and_an_example(
    text, expected, message, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TypeTransformerFailedError) as caught:
        read(text, expected)
    assert message in f"{caught.value.args[0]} ({caught.value.hint})"


@pytest.mark.parametrize(
    "expected",
    [
        *(bool, int, float, str, datetime, timedelta, Colour, Literal["a"], list[int]),
        *(Outer, Model, Point, Form, tuple[int, str], list[Inner], int | None, dict[str, float]),
        Iterator[int] | None,
    ],
)
def test_every_example_is_right(expected):
    option, _, text = example("x", expected).partition(" ")
    assert option == "--x"
    read("true" if expected is bool else text.strip("'"), expected)


@pytest.mark.parametrize(
    ("name", "content", "expected", "value"),
    [
        ("a.json", '{"a": 1}', dict[str, int], {"a": 1}),
        ("a.yaml", "depth: 1\nat: '2026-01-31'", Inner, Inner(1, DAY)),
        ("a.yaml", "[2026-01-31, 2026-01-31 00:00:00]", list[datetime], [DAY, DAY]),
        ("a.yaml", "2026-01-31", date, DAY.date()),
        ("a.jsonl", '{"depth": 1}\n\n{"depth": 2}\n', list[Inner], [Inner(1), Inner(2)]),
        ("a.csv", "x,y\n1,2\n3,4\n", list[Point], [Point(1, 2), Point(3, 4)]),
        ("a.csv", "x,y\n1,2\n", list[dict[str, str]], [{"x": "1", "y": "2"}]),
        ("a.tsv", "x\ty\n1\t2\n", list[dict[str, int]], [{"x": 1, "y": 2}]),
        ("a.csv", "x,y\n1,\n1\n", list[dict[str, int | None]], 2 * [{"x": 1, "y": None}]),
        ("a.csv", "at,depth\n,1\n2026-01-31,2\n", list[Inner], [Inner(1), Inner(2, DAY)]),
        (
            "a.csv",
            "x\n3\nb\n0.5\n",
            list[dict[str, str | float]],
            [{"x": 3.0}, {"x": "b"}, {"x": 0.5}],
        ),
        (
            "a.csv",
            "x,y\nred,\n",
            list[dict[str, Optional[Colour]]],  # noqa: UP045
            [{"x": Colour.RED, "y": None}],
        ),
        ("a.csv", "x,y\n1,\n", list, [{"x": "1", "y": ""}]),
        ("a.csv", "x\na\n2\n", list[dict[str, Literal["a", 2] | None]], [{"x": "a"}, {"x": 2}]),
        ("a.csv", "\ufeffx\n1\n", list[dict[str, int]], [{"x": 1}]),
        ("a.json", '\ufeff{"a": 1}', dict[str, int], {"a": 1}),
        ("a.txt", " 42\n", int, 42),
        ("a.txt", " hello\n", str, " hello\n"),
        ("a.txt", "red\n", Colour, Colour.RED),
        ("a.bin", "abc", bytes, b"abc"),
    ],
)
def test_a_file_is_read_as_the_type_wants_it(name, content, expected, value, tmp_path):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert read(f"@{path}", expected) == value


def test_line_breaks_in_a_table_and_in_lines_of_json_are_those_of_the_format(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes('x,y\r\n"a\r\nb","c\nd"\r\ne\u2028f,g\x0ch\x85\r\n'.encode())
    assert read(f"@{path}", list[dict[str, str]]) == [
        {"x": "a\r\nb", "y": "c\nd"},
        {"x": "e\u2028f", "y": "g\x0ch\x85"},
    ]
    path = tmp_path / "a.jsonl"
    path.write_text('"a\u2028b"\r\n"c\x85d"\n', encoding="utf-8", newline="")
    assert read(f"@{path}", list[str]) == ["a\u2028b", "c\x85d"]


def test_a_file_of_a_table_becomes_a_table(tmp_path):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    frame.to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "t.json").write_text(json.dumps(frame.to_dict(orient="records")))
    for name in ("t.csv", "t.json"):
        assert read(f"@{tmp_path / name}", pd.DataFrame).equals(frame)
    assert read(f"@{tmp_path / 't.csv'}", Optional[pd.DataFrame]).equals(frame)  # noqa: UP045
    with pytest.raises(TypeTransformerFailedError, match="a file that pandas reads"):
        read(f"@{tmp_path / 't.txt'}", pd.DataFrame)


@pytest.mark.parametrize("expected", [Iterator[Inner], typing.Iterator[Inner]])
def test_a_list_is_read_for_an_iterator(expected, tmp_path):
    (tmp_path / "a.csv").write_text("depth\n1\n2\n")
    for text in ('[{"depth": 1}, {"depth": 2}]', f"@{tmp_path / 'a.csv'}"):
        found = read(text, expected)
        assert isinstance(found, Iterator)
        assert list(found) == [Inner(1), Inner(2)]


def test_where_a_file_is_wanted_the_path_is_given():
    assert read("@a/b.csv", Path) == Path("a/b.csv")
    assert read("@a/b.csv", FlyteFile).path == "a/b.csv"
    assert read("s3://bucket/b.csv", FlyteFile).path == "s3://bucket/b.csv"
    assert read("@a/b.csv", FlyteFile | None).path == "a/b.csv"


@pytest.mark.parametrize(
    ("rows", "expected", "message"),
    [
        ("1,2\n3,four", Point, "x[1].y has to be int"),
        ("1,", dict[str, int], "x[0]['y'] has to be int"),
        ("1,many", dict[str, int | None], "x[0]['y'] has to be int or NoneType"),
        ("1,2\n3", Point, "x[1] has too few cells"),
        ("1", dict[str, int], "x[0] has too few cells"),
        ("1", dict[str, str], "x[0] has too few cells"),
        ("1", Any, "x[0] has too few cells"),
        ("1,2,3", Point, "x[0] has too many cells"),
        ("1,2,3", Any, "x[0] has too many cells"),
        ('1,"' + "2" * 200_000, Any, "x cannot be read as CSV: field larger than field limit"),
    ],
)
def test_what_is_wrong_in_a_table_is_said_with_its_place(rows, expected, message, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"x,y\n{rows}\n")
    with pytest.raises(TypeTransformerFailedError, match=re.escape(message)):
        read(f"@{path}", list[expected])


def test_what_is_wrong_in_a_file_is_said(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("{")
    with pytest.raises(TypeTransformerFailedError, match="x cannot be read as JSON"):
        read(f"@{path}", dict[str, int])


def test_what_an_expression_raises_is_the_users_own():
    with pytest.raises(ZeroDivisionError):
        read("=1 / 0", int)


def test_an_error_in_an_expression_is_its_own_and_begins_in_its_code():
    with pytest.raises(ZeroDivisionError) as caught:
        read("=[1 / n for n in (1, 0)]", list[float])
    first = traceback.extract_tb(of_expression(caught.value.__traceback__))[0]
    assert (first.lineno, first.line) == (1, "[1 / n for n in (1, 0)]")
    with pytest.raises(ZeroDivisionError) as other:
        1 / 0  # noqa: B018
    trace = other.value.__traceback__
    assert of_expression(trace) is trace


def test_what_is_no_expression_is_pointed_at():
    with pytest.raises(InvalidValueError) as caught:
        read("=a + * b", int)
    message, code, arrow = str(caught.value).splitlines()
    assert message.startswith("--x: this is no Python expression: invalid syntax")
    assert code[arrow.index("^")] == "*"


def test_a_function_that_an_expression_makes_keeps_its_source():
    first, _ = (evaluate(code, {}, "--f") for code in ("lambda a: a + 1", "lambda b: b - 1"))
    assert inspect.getsource(first) == "lambda a: a + 1\n"
