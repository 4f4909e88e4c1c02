"""What arrives of a value: as on a cluster, in a plain call and in a workflow."""

import dataclasses
import os
import typing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path

import numpy as np
import pandas as pd
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb import task, workflow
from flyte_nb.errors import TaskDefinitionError, TypeTransformerFailedError, UnsupportedTypeError

EAST = timezone(timedelta(hours=2))
NAIVE = datetime(2026, 1, 2, 3)  # noqa: DTZ001 - is what is converted
UTC = NAIVE.replace(tzinfo=timezone.utc)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Number(Enum):
    ONE = 1


@dataclass
class Point:
    x: int
    y: float = 1.0


@dataclass
class Deep:
    point: Point
    points: list[Point] = field(default_factory=list)
    colour: Colour | None = None
    at: datetime | None = None
    rates: dict[str, float] = field(default_factory=dict)
    pair: tuple[int, str] = (1, "a")
    raw: dict = field(default_factory=dict)
    anything: typing.Any = None
    either: int | str = 1
    number: Number = Number.ONE


@dataclass
class Derived(Point):
    z: int = 3


class Model(pydantic.BaseModel):
    x: int
    at: datetime | None = None


def through(kind, value):
    """Return what comes out of a task that returns its input, and of a workflow of two."""

    def f(a):
        return a

    f.__annotations__ = {"a": kind, "return": kind}
    echo = task(f)

    def wf(a):
        return echo(a=echo(a=a))

    wf.__annotations__ = {"a": kind, "return": kind}
    plain, flown = echo(a=value), workflow(wf)(a=value)
    assert repr(plain) == repr(flown)
    return plain


@pytest.mark.parametrize(
    ("kind", "value", "arrives"),
    [
        (datetime, NAIVE, UTC),
        (datetime, NAIVE.replace(tzinfo=EAST), UTC - timedelta(hours=2)),
        (datetime | None, NAIVE, UTC),
        (list[datetime], [NAIVE], [UTC]),
        (dict[str, datetime], {"a": NAIVE}, {"a": UTC}),
        (typing.Annotated[datetime, "x"], NAIVE, UTC),
        (date, date(2026, 1, 2), date(2026, 1, 2)),
        (timedelta, timedelta(seconds=1.5), timedelta(seconds=1.5)),
        (Colour, "red", Colour.RED),
        (list[Colour | None], ["red", None, Colour.BLUE], [Colour.RED, None, Colour.BLUE]),
        (Colour | str, "red", "red"),
        (Point, {"x": 1, "y": 2.0}, Point(1, 2.0)),
        (list[Point], [{"x": 1, "y": 2.0}], [Point(1, 2.0)]),
        (Point | None, {"x": 1, "y": 2.0}, Point(1, 2.0)),
        (Point, Point(1, 2), Point(1, 2.0)),
        (Point, Derived(1, 2.0), Point(1, 2.0)),
        (Point, Point(np.float64(1.0), 2.0), Point(1, 2.0)),
        (dict, {"a": (1, {"b": (2,)})}, {"a": [1, {"b": [2]}]}),
        (dict, {"a": np.float64(1.5), "b": Colour}, None),
        (dict[int, tuple[int, str]], {1: [2, "a"]}, {1: (2, "a")}),
        (dict[int, datetime], {1: NAIVE}, {1: NAIVE}),
        (Deep, Deep(Point(1), at=NAIVE), Deep(Point(1), at=NAIVE)),
        (Deep, Deep(Point(1), points=(Point(2),)), Deep(Point(1), points=[Point(2)])),
        (Deep, Deep(Point(1), rates={"a": 1}), Deep(Point(1), rates={"a": 1.0})),
        (Deep, Deep(Point(1), anything=(1, 2)), Deep(Point(1), anything=[1, 2])),
        (Deep, Deep(Point(1), either="5"), Deep(Point(1), either="5")),
        (Model, Model(x=1), Model(x=1)),
    ],
)
def test_what_arrives(kind, value, arrives):
    if arrives is None:
        with pytest.raises(TypeTransformerFailedError, match="item 'b'"):
            through(kind, value)
        return
    found = through(kind, value)
    assert found == arrives
    assert repr(found) == repr(arrives)  # 1 equals 1.0


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (Colour, "RED", r"expected Colour, got the name 'RED'\n  hint: .*Colour.RED.*'red'"),
        (Colour, "green", "expected Colour, got str of 5 characters"),
        (list[Colour], ["red", "green"], "item 1: expected Colour"),
        (Point, {"y": 1.0}, "a dict without x"),
        (Point, {"x": 1}, "a dict without y"),
        (Point, {"x": 1, "y": 1.0, "z": 2}, "a dict with z"),
        (Point, {"x": 1, "y": 1}, "field y of Point: expected float, got int 1"),
        (Deep, {"point": {"x": 1, "y": 1.0}}, "a dict without points"),
        (Point, Point("a"), "field x of Point: expected int, got str of 1 character"),
        (Point, Point(None), "field x of Point: expected int, got None"),
        (Point, Point(2**70), "field x of Point: .* 64 bits"),
        (list[Point], [Point(1), Point("a")], "item 1: field x of Point"),
        (Deep, Deep(None), "field point of Deep: expected Point, got None"),
        (Deep, Deep(Point(1), colour="red"), "field colour of Deep: expected Colour"),
        (Deep, Deep(Point(1), pair=(1, "a", 2)), "field pair of Deep: expected a tuple of 2"),
        (Deep, Deep(Point(1), raw={"a": NAIVE}), "field raw of Deep: item 'a': datetime cannot"),
        (Deep, Deep(Point(1), points=[Point("a")]), "field points of Deep: item 0: field x"),
        (dict, {"a": {1, 2}}, "item 'a': set of 2 items cannot be"),
        (dict, {(1, 2): 3}, "a tuple is a key"),
        (dict, {"a": 2**64}, "item 'a': an int in it is too large"),
        (Point | dict, {"x": 1, "y": 1.0}, "can be taken as Point or dict"),
        (list[int] | list[str], [], "can be taken as"),
        (int | set, 5, "can be taken as int or set"),
        (list[int], [1, "a"], "item 1 is str of 1 character"),
        (dict[str, int], {1: 1}, "a key is int 1"),
        (pd.DataFrame, pd.DataFrame({"a": [1, "x"]}), "column 'a' .* several types"),
        (pd.DataFrame, pd.DataFrame([[1, 2]], columns=["a", "a"]), "two columns 'a'"),
    ],
)
def test_what_does_not_arrive(kind, value, message):
    def f(a):
        return str(a)

    f.__annotations__ = {"a": kind, "return": str}
    with pytest.raises(TypeTransformerFailedError, match=rf"^f\(a=…\): .*{message}"):
        task(f)(a=value)

    def g():
        return value

    g.__annotations__ = {"return": kind}
    with pytest.raises(TypeTransformerFailedError, match=message):
        task(g)()


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (list, r"write list\[int\]"),
        (typing.List, r"write list\[int\]"),  # noqa: UP006
        (dict[str, list], r"write list\[int\]"),
        (Number, "values that are no texts"),
        (typing.Literal["a", 1], r"several types \(str, int\)"),
        (typing.Literal[Colour.RED], "declare the Enum"),
        (tuple[int, ...], r"write list\[int\]"),
        (list[tuple[int, str]], "write a dataclass"),
        (tuple[int, str] | None, "write a dataclass"),
        (set | frozenset, "a cluster pickles set and frozenset"),
        (
            dataclasses.make_dataclass("Odd", [("table", pd.DataFrame)]),
            "DataFrame",
        ),
    ],
)
def test_types_are_refused_where_they_are_written(kind, message):
    def f(a):
        return a

    def g():
        return 1

    f.__annotations__, g.__annotations__ = {"a": kind, "return": int}, {"return": kind}
    for function, where in ((f, "task f, input 'a'"), (g, "task g, output")):
        with pytest.raises(UnsupportedTypeError, match=f"^{where}: .*(?s:.*){message}") as caught:
            task(function)
        assert isinstance(caught.value, (TaskDefinitionError, TypeTransformerFailedError))
        assert caught.value.hint


def test_a_tuple_is_several_outputs_and_no_input():
    class Pair(typing.NamedTuple):
        left: datetime
        right: Colour

    def pair() -> Pair:
        return (NAIVE, "red")

    def two() -> tuple[datetime, Colour]:
        return NAIVE, "blue"

    assert task(pair)() == Pair(UTC, Colour.RED)
    assert task(two)() == (UTC, Colour.BLUE)

    def takes(a: Pair) -> int:
        return a.left

    with pytest.raises(UnsupportedTypeError, match="NamedTuple"):
        task(takes)


def test_an_output_among_several_is_named():
    class Pair(typing.NamedTuple):
        left: int
        right: Colour

    def pair(left: int) -> Pair:
        return Pair("1" if left else 1, "green")

    with pytest.raises(TypeTransformerFailedError, match="output right: expected Colour"):
        task(pair)(left=0)
    pair.__annotations__["return"] = tuple[int, str]
    with pytest.raises(TypeTransformerFailedError):
        task(pair)(left=1)


def test_a_task_has_its_own_of_what_it_changes():
    @task
    def change(a: list[int], b: dict, c: Point, d: pd.DataFrame) -> int:
        a.append(3)
        b["x"] = 1
        c.x = 5
        d["new"] = 1
        return len(a)

    a, b, c, d = [1, 2], {}, Point(1), pd.DataFrame({"old": [1]})
    assert change(a, b, c=c, d=d) == 3
    assert (a, b, c, list(d)) == ([1, 2], {}, Point(1), ["old"])


def test_defaults_arrive_as_inputs_do():
    @task
    def f(at: datetime = NAIVE, seen: list[int] = []) -> tuple[datetime, int]:  # noqa: B006
        seen.append(1)
        return at, len(seen)

    assert [f(), f()] == [(UTC, 1), (UTC, 1)]


def test_a_default_is_converted_for_a_workflow_too():
    @task
    def name(colour: Colour, point: Point) -> str:
        return f"{colour.name} {point}"

    @workflow
    def wf(colour: Colour = "red") -> str:
        return name(colour=colour, point={"x": 1, "y": 2.0})

    assert wf() == "RED Point(x=1, y=2.0)"
    assert wf(colour="blue") == "BLUE Point(x=1, y=2.0)"


@pytest.mark.parametrize(
    ("offered", "value", "expected", "arrives"),
    [
        (Colour, Colour.RED, str, "red"),
        (str, "red", Colour, Colour.RED),
        (Point, Point(1, 2.0), dict, {"x": 1, "y": 2.0}),
        (dict, {"x": 1}, Point, Point(1)),
        (dict, {"x": "1", "y": 2}, Point, Point(1, 2.0)),
    ],
)
def test_what_is_one_message_on_a_cluster(offered, value, expected, arrives):
    def give():
        return value

    def take(a):
        return repr(a)

    give.__annotations__ = {"return": offered}
    take.__annotations__ = {"a": expected, "return": str}
    giver, taker = task(give), task(take)

    @workflow
    def wf() -> str:
        return taker(a=giver())

    assert wf() == repr(arrives)


@pytest.mark.parametrize(
    ("offered", "expected", "hint"),
    [
        (int, typing.Any, "a cluster pickles Any, and not int"),
        (typing.Any, int, "a cluster pickles Any, and not int"),
        (list[int], list[typing.Any], "a cluster pickles Any"),
        (dict[str, int], dict, r"declare both as dict\[str, int\]"),
    ],
)
def test_what_is_another_message_on_a_cluster(offered, expected, hint):
    def give():
        return 1

    def take(a):
        return str(a)

    give.__annotations__ = {"return": offered}
    take.__annotations__ = {"a": expected, "return": str}
    giver, taker = task(give), task(take)

    def wf() -> str:
        return taker(a=giver())

    with pytest.raises(TypeTransformerFailedError, match=hint):
        workflow(wf)


def test_what_a_cluster_makes_of_a_field_is_said(caplog):
    from flyte_nb.run.types import field_values

    field_values._said.clear()
    assert through(Point, Point(5.7)) == Point(5)
    assert through(Point, Point("5")) == Point(5)
    assert [r.getMessage().partition(":")[0] for r in caplog.records] == [
        "float in a field of type int",
        "str in a field of type int",
    ]


def test_an_attribute_that_is_no_field_does_not_arrive():
    point = Point(1)
    point.note = "lost"
    assert not hasattr(through(Point, point), "note")


def test_a_recursive_dataclass_arrives():
    assert through(Node, Node(Node())) == Node(Node())
    node = Node()
    node.inner = node
    with pytest.raises(ValueError, match="holds itself"):
        through(Node, node)


@dataclass
class Node:
    inner: "Node | None" = None


TOLD_OF_PATH = (
    "make returns a Path: a cluster hands on the path alone, and there is no such file in the next"
    " pod; declare FlyteFile or FlyteDirectory"
)


def test_a_path_is_handed_on_with_a_warning_once(caplog):
    @task
    def make() -> Path:
        return Path("x.csv")

    @task
    def name(path: Path) -> str:
        return path.name

    @workflow
    def wf() -> str:
        return name(path=make())

    assert [wf(), wf()] == ["x.csv", "x.csv"]
    said = [r.getMessage() for r in caplog.records if "declare FlyteFile" in r.getMessage()]
    assert said == [
        TOLD_OF_PATH,
    ]


def test_a_path_like_is_a_file(tmp_path):
    (tmp_path / "a.txt").write_text("hello")

    @task
    def read(path: os.PathLike) -> str:
        return Path(path).read_text()

    assert read(path=str(tmp_path / "a.txt")) == "hello"
    with pytest.raises(TypeTransformerFailedError, match="there is no file"):
        read(path="nowhere.txt")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.text(),
    lambda one: st.lists(one) | st.dictionaries(st.text(), one) | st.tuples(one, one),
)


def listed(value):
    """Return *value* with lists for tuples."""
    if isinstance(value, dict):
        return {key: listed(item) for key, item in value.items()}
    return [listed(item) for item in value] if isinstance(value, (list, tuple)) else value


@given(st.dictionaries(st.text(), JSON))
def test_an_untyped_dictionary_arrives_with_lists_for_tuples(value):
    before = repr(value)

    @task
    def f(a: dict) -> dict:
        return a

    assert repr(f(a=value)) == repr(listed(value))
    assert repr(value) == before


@given(st.datetimes(timezones=st.timezones() | st.none()))
def test_a_moment_stays_the_same_and_is_in_utc(at):
    @task
    def f(a: datetime) -> datetime:
        return a

    try:
        found = f(a=at)
    except TypeTransformerFailedError:
        assert at.year in (1, 9999)
        return
    assert found.tzinfo is timezone.utc
    assert found == (at if at.tzinfo else at.replace(tzinfo=timezone.utc))
