"""What stands for a value: its parts, its names, and how it is shown."""

import pickle
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypedDict, TypeVar

import pytest
from pydantic import BaseModel

from flyte_nb import dynamic, task, workflow
from flyte_nb.errors import TypeTransformerFailedError, WorkflowDefinitionError

T = TypeVar("T")


@dataclass
class Inner:
    k: int


@dataclass
class Box(Generic[T]):
    content: T


class Keys(TypedDict):
    k: int


class Pydantic(BaseModel):
    inner: dict[str, int] | None = None


@dataclass
class Big:
    keyed: dict[str, int] = field(default_factory=lambda: {"k": 1})
    plain: dict = field(default_factory=lambda: {"k": 2})  # type: ignore[type-arg]
    maybe: Inner | None = field(default_factory=lambda: Inner(3))
    some: list[Inner] | None = field(default_factory=lambda: [Inner(4)])
    rows: list[dict[str, int]] = field(default_factory=lambda: [{"k": 5}])
    number: int | None = 6
    box: Box[int] = field(default_factory=lambda: Box(7))
    typed: Keys = field(default_factory=lambda: Keys(k=8))
    either: int | str = 9
    o0: int = 10


@task
def double(a: int) -> int:
    return 2 * a


@task
def big() -> Big:
    return Big()


@task
def rows() -> list[dict[str, int]]:
    return [{"k": 11}]


@task
def keyed() -> dict[str, list[Inner]]:
    return {"k": [Inner(12)]}


@task
def pydantic() -> Pydantic:
    return Pydantic(inner={"k": 13})


@task
def two(a: int) -> tuple[int, str]:
    return a, str(a)


class Named(NamedTuple):
    number: int
    name: str


@task
def named(a: int) -> Named:
    return Named(a, str(a))


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (lambda: big().keyed["k"], 1),
        (lambda: big().keyed.k, 1),
        (lambda: big().plain["k"], 2),
        (lambda: big().maybe.k, 3),
        (lambda: big()["maybe"]["k"], 3),
        (lambda: big().some[0].k, 4),
        (lambda: big().rows[0]["k"], 5),
        (lambda: big().number, 6),
        (lambda: big().box.content, 7),
        (lambda: big().typed["k"], 8),
        (lambda: big().either, 9),
        (lambda: big().o0, 10),
        (lambda: rows()[0]["k"], 11),
        (lambda: rows()[-1].k, 11),
        (lambda: keyed()["k"][0].k, 12),
        (lambda: pydantic().inner["k"], 13),
        (lambda: double(a=7).o0, 14),
        (lambda: two(a=15).o0, 15),
        (lambda: named(a=16).number, 16),
    ],
)
def test_parts_that_a_cluster_takes(part, value):
    @workflow
    def wf() -> int:
        return double(a=part())

    assert wf() == 2 * value


@task
def maybe() -> Inner | None:
    return Inner(1)


@task
def some() -> list[int] | None:
    return [1]


@task
def plain() -> dict:  # type: ignore[type-arg]
    return {"k": 1}


@task
def by_number() -> dict[int, int]:
    return {1: 1}


@task
def typed() -> Keys:
    return {"k": 1}


@task
def boxed() -> Box[int]:
    return Box(1)


@task
def anything() -> Any:
    return [1]


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (lambda: maybe().k, r"Inner \| None, of which a cluster takes no parts"),
        (lambda: some()[0], r"list\[int\] \| None, of which a cluster takes no parts"),
        (lambda: plain()["k"], "dict, of which a cluster takes no items"),
        (lambda: by_number()[1], r"dict\[int, int\], of which a cluster takes no items"),
        (lambda: typed()["k"], "Keys, of which a cluster takes no items"),
        (lambda: boxed().content, "a pickle on a cluster"),
        (lambda: anything()[0], "a pickle on a cluster"),
        (lambda: double(a=1)[0], "is int, which has no item 0"),
        (lambda: double(a=1).o1, "is int, which has no field 'o1'"),
        (lambda: rows()["k"], "which has no field 'k'"),
        (lambda: big().numbr, "did you mean 'number'"),
        (lambda: big().typed["kk"], "did you mean 'k'"),
        (lambda: big().box.contents, "did you mean 'content'"),
    ],
)
def test_parts_that_a_cluster_does_not_take(part, message):
    def wf() -> int:
        return double(a=part())

    with pytest.raises(WorkflowDefinitionError, match=message):
        workflow(wf)


@pytest.mark.parametrize(
    ("part", "offered"),
    [
        (lambda: big().maybe.k, "int"),
        (lambda: big().box.content, "int"),
        (lambda: big().typed["k"], "int"),
        (lambda: rows()[0]["k"], "int"),
        (lambda: rows()[0], r"dict\[str, int\]"),
        (lambda: keyed()["k"], "list"),
        (lambda: big().number, r"int \| None"),
        (lambda: named(a=1).number, "int"),
        (lambda: two(a=1).o0, "int"),
    ],
)
def test_a_part_has_the_type_of_the_field_or_the_item(part, offered):
    def wf() -> float:
        return part()

    with pytest.raises(TypeTransformerFailedError, match=f"expected float, output.* is {offered}"):
        workflow(wf)


def test_what_may_be_none_goes_where_none_may_go():
    @task
    def perhaps() -> int | None:
        return 1

    @task
    def take(a: int | None) -> int:
        return a or 0

    @workflow
    def wf() -> int:
        return take(a=perhaps())

    assert wf() == 1

    def needs_one() -> int:
        return double(a=perhaps())

    def returns_one() -> int:
        return perhaps()

    for function in (needs_one, returns_one):
        with pytest.raises(TypeTransformerFailedError, match=r"expected int, .* is int \| None"):
            workflow(function)


def test_outputs_that_have_no_names_are_called_o0_and_o1():
    @workflow
    def inner(a: int) -> tuple[int, str]:
        both = two(a=a)
        assert both._fields == ("o0", "o1")
        return both.o0, both.o1

    @dynamic
    def later(a: int) -> tuple[int, str]:
        both = inner(a=a)
        both >> double(a=1)
        return both.o0, both.o1

    @workflow
    def outer(a: int) -> tuple[str, int]:
        first, second = later(a=a)
        assert first is not second
        return later(a=a).o1, first

    assert outer(a=1) == ("1", 1)
    assert outer(a=1).o1 == 1
    assert type(pickle.loads(pickle.dumps(outer(a=1)))) is tuple


def test_promises_are_printed_and_shown(capsys):
    @workflow
    def wf(a: int) -> int:
        print(a, f"{a}", str(a) == repr(a))  # noqa: T201
        print("%s" % two(a=a).o1)  # noqa: T201, UP031
        return double(a=a)

    assert wf(a=1) == 2
    first, second = capsys.readouterr().out.splitlines()
    assert first == "<promise of input a, int> <promise of input a, int> True"
    assert second.startswith("<promise of output o1 of n0 (")
    assert second.endswith("two), str>")
