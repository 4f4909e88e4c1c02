"""Workflows declared and run: what their bodies may do with what is not there yet."""

# ruff: noqa: E402, F811, FBT003, T201 - each cell is a program of its own

# %% outputs by their names
from flytekit import conditional, dynamic, task, workflow


@task
def two(a: int) -> tuple[int, str]:
    return a, str(a)


@task
def double(a: int) -> int:
    return 2 * a


@workflow
def inner(a: int) -> tuple[int, str]:
    both = two(a=a)
    return both.o0, both.o1


@dynamic
def later(a: int) -> tuple[int, str]:
    both = inner(a=a)
    return both.o0, both.o1


@workflow
def wf(a: int) -> tuple[int, str, int]:
    chosen = conditional("c").if_(a > 1).then(two(a=a)).else_().then(later(a=a))
    return chosen.o0, inner(a=a).o1, double(a=a).o0


answer = {"two": [*wf(a=2)], "one": [*wf(a=1)], "names": wf(a=2)._fields}

# %% outputs of a task that is called outside
from flytekit import task


@task
def two(a: int) -> tuple[int, str]:
    return a, str(a)


answer = {"names": getattr(two(a=1), "_fields", None)}

# %% promises are printed
from flytekit import task, workflow


@task
def double(a: int) -> int:
    return 2 * a


@workflow
def wf(a: int) -> int:
    print(a, f"{a}", repr(a))
    return double(a=a)


answer = {"value": wf(a=1)}

# %% a printed promise is handed on
from flytekit import task, workflow
from programs import outcome


@task
def length(s: str) -> int:
    return len(s)


def declare():
    @workflow
    def wf(a: int) -> int:
        return length(s=f"of {a}")

    return wf(a=1) > 0


answer = {"handed on": outcome(declare)}

# %% parts of a model
from dataclasses import dataclass

from flytekit import task, workflow


@dataclass
class Inner:
    k: int


@dataclass
class Big:
    keyed: dict[str, int]
    plain: dict
    maybe: Inner | None
    some: list[Inner] | None
    rows: list[dict[str, int]]


@task
def big() -> Big:
    return Big({"k": 1}, {"k": 2}, Inner(3), [Inner(4)], [{"k": 5}])


@task
def double(a: int) -> int:
    return 2 * a


@workflow
def wf() -> tuple[int, int, int, int, int, int, int]:
    m = big()
    return (
        double(a=m.keyed["k"]),
        double(a=m.keyed.k),
        double(a=m.plain["k"]),
        double(a=m.maybe.k),
        double(a=m.some[0].k),
        double(a=m.rows[0]["k"]),
        double(a=m["maybe"]["k"]),
    )


answer = {"values": [*wf()]}

# %% parts of lists and dictionaries
from flytekit import task, workflow


@task
def rows() -> list[dict[str, int]]:
    return [{"k": 1}]


@task
def lists() -> dict[str, list[int]]:
    return {"k": [2]}


@task
def double(a: int) -> int:
    return 2 * a


@workflow
def wf(given: dict[str, int]) -> tuple[int, int, int, int]:
    return (
        double(a=rows()[0]["k"]),
        double(a=lists()["k"][-1]),
        double(a=given["x"]),
        double(a=lists().k[0]),
    )


answer = {"values": [*wf(given={"x": 3})]}

# %% parts that are not taken
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flytekit import task, workflow
from programs import outcome
from typing_extensions import TypedDict

T = TypeVar("T")


@dataclass
class Inner:
    k: int


@dataclass
class Box(Generic[T]):
    content: T


class Keys(TypedDict):
    k: int


@task
def maybe() -> Inner | None:
    return Inner(1)


@task
def some() -> list[int] | None:
    return [1]


@task
def plain() -> dict:
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


@task
def double(a: int) -> int:
    return 2 * a


def refused(part):
    def run():
        @workflow
        def wf() -> int:
            return double(a=part())

        return wf()

    return "raises" in (outcome(run) or {}) if isinstance(outcome(run), dict) else False


answer = {
    "of what may be None": refused(lambda: maybe().k),
    "of a list that may be None": refused(lambda: some()[0]),
    "of a dictionary": refused(lambda: plain()["k"]),
    "by a number": refused(lambda: by_number()[1]),
    "of a typed dictionary": refused(lambda: typed()["k"]),
    "of a generic model": refused(lambda: boxed().content),
    "of anything": refused(lambda: anything()[0]),
}

# %% types that do not fit
from typing import Any

from flytekit import map_task, task, workflow
from programs import outcome


@task
def perhaps(a: int) -> int | None:
    return a


@task
def anything(a: int) -> Any:
    return a


@task
def each(a: int) -> int:
    if a == 1:
        raise ValueError("one")
    return a


@task
def double(a: int) -> int:
    return 2 * a


@task
def total(xs: list[int]) -> int:
    return len(xs)


@task
def total_of_some(xs: list[int | None]) -> int:
    return len(xs)


def refused(body):
    def run():
        @workflow
        def wf() -> int:
            return body()

        return wf()

    found = outcome(run)
    return "refused" if isinstance(found, dict) else found


answer = {
    "optional": refused(lambda: double(a=perhaps(a=1))),
    "optional returned": refused(lambda: perhaps(a=1)),
    "anything": refused(lambda: double(a=anything(a=1))),
    "some missing": refused(lambda: total(xs=map_task(each, min_success_ratio=0.5)(a=[1, 2]))),
    "some may be missing": refused(
        lambda: total_of_some(xs=map_task(each, min_success_ratio=0.5)(a=[1, 2]))
    ),
}

# %% conditions
from datetime import datetime, timedelta, timezone
from enum import Enum

from flytekit import conditional, task, workflow


class Color(Enum):
    RED = "red"
    BLUE = "blue"


@task
def said(s: str) -> str:
    return s


def compare(kind, condition, value):
    def wf(a):
        return conditional("c").if_(condition(a)).then(said(s="yes")).else_().then(said(s="no"))

    wf.__annotations__ = {"a": kind, "return": str}
    return workflow(wf)(a=value)


answer = {
    "int": compare(int, lambda a: a > 1, 2),
    "float": compare(float, lambda a: (a > 0.5) & (a < 1.0), 0.7),
    "text": compare(str, lambda a: a == "x", "y"),
    "bool": compare(bool, lambda a: a.is_true(), True),
    "time": compare(
        datetime,
        lambda a: a > datetime(2020, 1, 1, tzinfo=timezone.utc),
        datetime(2021, 1, 1, tzinfo=timezone.utc),
    ),
    "duration": compare(timedelta, lambda a: a <= timedelta(1), timedelta(2)),
    "enum": [compare(Color, lambda a: a == Color.RED, one) for one in Color],
    "text of an enum": [compare(Color, lambda a: a == "blue", one) for one in Color],
}

# %% conditions that are refused
from dataclasses import dataclass

from flytekit import conditional, task, workflow
from programs import outcome


@dataclass
class Model:
    x: int


@task
def model() -> Model:
    return Model(3)


@task
def numbers() -> list[int]:
    return [3]


@task
def one() -> int:
    return 1


@task
def said(s: str) -> str:
    return s


def compare(condition, a=3):
    def run():
        def wf(a):
            return conditional("c").if_(condition(a)).then(said(s="yes")).else_().then(said(s="no"))

        wf.__annotations__ = {"a": type(a), "return": str}
        return workflow(wf)(a=a)

    found = outcome(run)
    return "refused" if isinstance(found, dict) else found


answer = {
    "a field": compare(lambda _: model().x > 1),
    "an item": compare(lambda _: numbers()[0] > 1),
    "a model": compare(lambda _: model() == 1),
    "a list": compare(lambda a: a == [1]),
    "a call": compare(lambda _: one() > 1),
}

# %% conditions that are refused by a cluster alone
from flytekit import conditional, task, workflow
from programs import outcome


@task
def said(s: str) -> str:
    return s


def compare(kind, condition, value):
    def run():
        def wf(a):
            return conditional("c").if_(condition(a)).then(said(s="yes")).else_().then(said(s="no"))

        wf.__annotations__ = {"a": kind, "return": str}
        return workflow(wf)(a=value)

    found = outcome(run)
    return "refused" if isinstance(found, dict) else found


answer = {
    "int and float": compare(int, lambda a: a > 1.5, 2),
    "float and int": compare(float, lambda a: a > 1, 2.0),
    "text and int": compare(str, lambda a: a == 1, "x"),
    "order of booleans": compare(bool, lambda a: a > False, True),
}

# %% what a case gives
from dataclasses import dataclass
from typing import NamedTuple

from flytekit import conditional, task, workflow
from programs import outcome


@dataclass
class Model:
    x: int


class Named(NamedTuple):
    value: int


@task
def model(a: int) -> Model:
    return Model(a)


@task
def named(a: int) -> Named:
    return Named(a)


@task
def double(a: int) -> int:
    return 2 * a


def case(then):
    def run():
        @workflow
        def wf(a: int) -> int:
            earlier = double(a=a)
            begun = conditional("c").if_(a > 1).then(then(a, earlier))
            return begun.else_().then(double(a=a))

        return wf(a=3)

    found = outcome(run)
    return "refused" if isinstance(found, dict) else found


answer = {
    "a call": case(lambda a, _: double(a=a)),
    "two calls": case(lambda a, _: double(a=double(a=a))),
    "an earlier call": case(lambda _, earlier: earlier),
    "an input": case(lambda a, _: a),
    "a constant": case(lambda *_: 3),
    "a field": case(lambda a, _: model(a=a).x),
    "another name": case(lambda a, _: named(a=a)),
}

# %% asynchronous tasks

from flytekit import conditional, dynamic, map_task, task, workflow
from programs import outcome


@task
async def later(a: int) -> int:
    return a + 1


def refused(body):
    def run():
        @workflow
        def wf(a: int) -> int:
            return body(a)

        return wf(a=1)

    found = outcome(run)
    return "refused" if isinstance(found, dict) else found


@dynamic
def choosing(a: int) -> int:
    return later(a=a)


@workflow
def each(xs: list[int]) -> list[int]:
    return map_task(later)(a=xs)


answer = {
    "in a workflow": refused(lambda a: later(a=a)),
    "in a conditional": refused(
        lambda a: conditional("c").if_(a > 1).then(later(a=a)).else_().fail("no")
    ),
    "in a dynamic task": "refused" if isinstance(outcome(lambda: choosing(a=1)), dict) else 2,
    "in a map": each(xs=[1, 2]),
}

# %% what is mapped
from flytekit import dynamic, map_task, task, workflow
from programs import outcome


@task
def double(a: int) -> int:
    return 2 * a


@dynamic
def choosing(a: int) -> int:
    return double(a=a)


@workflow
def whole(a: int) -> int:
    return double(a=a)


answer = {
    "dynamic": outcome(lambda: map_task(choosing).name),
    "workflow": outcome(lambda: map_task(whole).name),
}

# %% misspelt names
from flytekit import conditional, task, workflow
from programs import outcome


@task
def double(a: int) -> int:
    return 2 * a


def declare(body):
    @workflow
    def wf(a: int) -> int:
        return body(a)

    return wf(a=1)


answer = {
    "of a workflow": outcome(lambda: workflow(failure_polcy=1)),
    "of a conditional": outcome(lambda: declare(lambda _: conditional(nam="x"))),
    "of an override": outcome(lambda: declare(lambda a: double(a=a).with_overrides(retry=3))),
}

# %% what runs when a workflow has failed

from flytekit import WorkflowFailurePolicy, task, workflow
from flytekit.types.error import FlyteError
from programs import outcome

seen = []


@task
def double(a: int) -> int:
    return 2 * a


@task
def fail(a: int) -> int:
    if a > 0:
        raise KeyError("mine")
    return a


@task
def note(a: int):
    seen.append(a)


@task
def clean_up(a: int, err: FlyteError | None = None):
    seen.extend([a, type(err) is FlyteError, "mine" in err.message])


@workflow
def all_of_it(a: int):
    note(a=double(a=a))


@workflow(on_failure=clean_up)
def told(a: int = 3) -> int:
    return fail(a=a)


@workflow(on_failure=all_of_it, failure_policy=WorkflowFailurePolicy.FAIL_IMMEDIATELY)
def by_a_workflow(a: int) -> int:
    return fail(a=a)


@workflow(on_failure=note)
def around(a: int) -> int:
    return told(a=double(a=a))


def after(call):
    seen.clear()
    return [outcome(call)["raises"], *seen]


answer = {
    "by a task": after(told),
    "by a workflow": after(lambda: by_a_workflow(a=2)),
    "one in another": after(lambda: around(a=1)),
    "without a failure": [told(a=0), len(seen)],
}

# %% the node that failed

from flytekit import task, workflow
from flytekit.types.error.error import FlyteError
from programs import outcome

seen = []


@task
def fail(a: int) -> int:
    if a > 0:
        raise KeyError("mine")
    return a


@task
def clean_up(a: int, err: FlyteError | None = None):
    seen.append(err.failed_node_id if a else None)


@workflow(on_failure=clean_up)
def wf(a: int) -> int:
    return fail(a=fail(a=a))


outcome(lambda: wf(a=1))
answer = {"node": seen}

# %% a handler that fails
from flytekit import task, workflow
from programs import outcome


@task
def fail(a: int) -> int:
    if a > 0:
        raise KeyError("mine")
    return a


@task
def broken(a: int):
    raise OSError(a)


@workflow(on_failure=broken)
def wf(a: int) -> int:
    return fail(a=a)


answer = {"raised": outcome(lambda: wf(a=1))}

# %% handlers that cannot be called
from flytekit import task, workflow
from programs import outcome


@task
def fail(a: int) -> int:
    if a > 0:
        raise KeyError("mine")
    return a


@task
def takes_nothing(): ...


@task
def needs_more(a: int, b: int): ...


@task
def takes_another_type(a: str): ...


def declare(handler):
    def run():
        @workflow(on_failure=handler)
        def wf(a: int) -> int:
            return fail(a=a)

        return wf(a=0)

    return "raises" in outcome(run)


answer = {
    "nothing": declare(takes_nothing),
    "more": declare(needs_more),
    "another type": declare(takes_another_type),
}

# %% options of a workflow
from flytekit import Labels, Options, WorkflowFailurePolicy, task, workflow
from programs import outcome


@task
def double(a: int) -> int:
    return 2 * a


@workflow(
    failure_policy=WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE,
    interruptible=True,
    default_options=Options(labels=Labels({"team": "ml"})),
)
def wf(a: int) -> int:
    return double(a=a)


def by_position(a: int) -> int:
    return double(a=a)


answer = {
    "value": wf(a=1),
    "handler": wf.on_failure,
    "labels": wf.default_options.labels.values,
    "by position": workflow(by_position, WorkflowFailurePolicy.FAIL_IMMEDIATELY, True)(a=1),
    "interruptible": outcome(lambda: workflow(by_position, interruptible="yes")),
}

# %% a workflow that calls itself
from flytekit import dynamic, task, workflow
from programs import outcome


@task
def less(a: int) -> int:
    return a - 1


@dynamic
def count(a: int) -> int:
    return down(a=a) if a else less(a=a)


@workflow
def down(a: int) -> int:
    return count(a=less(a=a))


def declare():
    @workflow
    def again(a: int) -> int:
        return again(a=less(a=a))

    return again(a=1)


answer = {"by a dynamic task": down(a=3), "by itself": "raises" in outcome(declare)}

# %% a wrapper that waits for a coroutine
import asyncio
import functools

from flytekit import task, workflow
from programs import outcome


def waiting(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return asyncio.run(function(*args, **kwargs))

    return wrapper


def handing_on(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


async def later(a: int) -> int:
    return a + 1


waited = task(waiting(later))


@workflow
def wf(a: int) -> int:
    return waited(a=a)


answer = {
    "called": waited(a=1),
    "in a workflow": wf(a=1),
    "not waited for": "raises" in outcome(lambda: task(handing_on(later))(a=1)),
}
