"""Tasks called as the functions that they are."""

# ruff: noqa: E402, F811 - each cell is a program of its own

# %% calls
from flytekit import task
from programs import outcome


@task
def add(a: int, b: int = 2) -> int:
    """Add two numbers."""
    return a + b


answer = {
    "by name": add(a=1, b=3),
    "default": add(a=1),
    "name": add.__name__,
    "documentation": add.__doc__,
    "missing": outcome(lambda: add(b=1)),
    "unknown": outcome(lambda: add(a=1, c=2)),
}

# %% a call by position
from flytekit import task
from programs import outcome


@task
def add(a: int, b: int = 2) -> int:
    return a + b


answer = {
    "all": outcome(lambda: add(1, 3)),
    "some": outcome(lambda: add(1, b=3)),
    "too many": outcome(lambda: add(1, 2, 3)),
    "twice": outcome(lambda: add(1, a=2)),
}

# %% values of all kinds
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Optional, Union

from flytekit import task
from programs import outcome


class Color(Enum):
    RED = "red"


@dataclass
class Point:
    x: int
    y: float


@task
def text(value: str) -> str:
    return value


@task
def truth(value: bool) -> bool:  # noqa: FBT001 - as users have it
    return value


@task
def number(value: float) -> float:
    return value


@task
def numbers(value: list[int]) -> list[int]:
    return value


@task
def mapping(value: dict[str, float]) -> dict[str, float]:
    return value


@task
def moment(value: datetime) -> datetime:
    return value


@task
def duration(value: timedelta) -> timedelta:
    return value


@task
def color(value: Color) -> Color:
    return value


@task
def point(value: Point) -> Point:
    return value


@task
def maybe(value: Optional[int]) -> Optional[int]:  # noqa: UP045 - as users have it
    return value


@task
def either(value: Union[int, str]) -> Union[int, str]:  # noqa: UP007 - as users have it
    return value


answer = {
    "text": text(value="x"),
    "truth": truth(value=True),
    "number": number(value=1.5),
    "numbers": numbers(value=[1, 2]),
    "no numbers": numbers(value=[]),
    "mapping": mapping(value={"a": 1.0}),
    "moment": moment(value=datetime(2026, 1, 2, tzinfo=timezone.utc)).isoformat(),
    "duration": duration(value=timedelta(hours=1)),
    "color": color(value=Color.RED) is Color.RED,
    "point": point(value=Point(1, 2.0)),
    "maybe": [maybe(value=None), maybe(value=1)],
    "either": [either(value=1), either(value="x")],
}

# %% values of a wrong type
from datetime import datetime

from flytekit import task
from programs import outcome


@task
def number(value: int) -> int:
    return value


@task
def real(value: float) -> float:
    return value


@task
def text(value: str) -> str:
    return value


@task
def numbers(value: list[int]) -> list[int]:
    return value


@task
def moment(value: datetime) -> str:
    return value.isoformat()


answer = {
    "text": outcome(lambda: number(value="1")),
    "float": outcome(lambda: number(value=1.5)),
    "nothing": outcome(lambda: number(value=None)),
    "text as real": outcome(lambda: real(value="1.5")),
    "number as text": outcome(lambda: text(value=1)),
    "list of text": outcome(lambda: numbers(value=["a"])),
    "no list": outcome(lambda: numbers(value=1)),
    "no moment": outcome(lambda: moment(value="2026-01-01")),
}

# %% numbers in between
from flytekit import task
from programs import outcome


@task
def number(value: int) -> int:
    return value


@task
def real(value: float) -> float:
    return value


answer = {
    "a truth as a number": outcome(lambda: number(value=True)),
    "a number as real": outcome(lambda: real(value=1)),
}

# %% a wrong value comes out
from flytekit import task
from programs import outcome


@task
def number() -> int:
    return "one"


@task
def nothing() -> int:
    if number is None:
        return 1
    return None


answer = {"text": outcome(number), "nothing": outcome(nothing)}

# %% a task without a return
from flytekit import task
from programs import outcome


def nothing() -> int:
    pass


def never() -> int:
    raise KeyError("always")


answer = {
    "nothing": outcome(lambda: task(nothing) and None),
    "an error": outcome(lambda: task(never) and None),
}

# %% no value is declared
from flytekit import task
from programs import outcome

done = []


@task
def work(value: int):
    done.append(value)


@task
def quiet() -> None:
    done.append("quiet")


@task
def returns_more():
    return 5


answer = {"values": [work(value=1), quiet()], "done": done, "more": outcome(returns_more)}

# %% an input without a type
from flytekit import task
from programs import outcome


def untyped(value) -> int:
    return value


answer = {"defined": outcome(lambda: task(untyped) and None)}

# %% several outputs
from typing import NamedTuple

from flytekit import task


class Split(NamedTuple):
    train: int
    test: str


@task
def split(size: int) -> Split:
    return Split(size, "rest")


@task
def pair() -> tuple[int, str]:
    return 1, "a"


found = split(size=3)
first, second = pair()
answer = {
    "by name": [found.train, found.test],
    "by position": [found[0], found[1]],
    "unpacked": list(found),
    "pair": [first, second],
}

# %% one named output
from typing import NamedTuple

from flytekit import task
from programs import outcome


class Out(NamedTuple):
    total: int


@task
def one() -> Out:
    return Out(3)


answer = {"total": outcome(lambda: one().total)}

# %% too few outputs
from flytekit import task
from programs import outcome


@task
def pair() -> tuple[int, str]:
    return (1,)


answer = {"pair": outcome(pair)}

# %% a task calls a task
from flytekit import current_context, task
from programs import outcome

names = []


@task
def inner(value: int) -> int:
    names.append(current_context().execution_id.name)
    return value + 1


@task
def outer(value: int) -> int:
    names.append(current_context().execution_id.name)
    return inner(value=value) * 2


answer = {"value": outcome(lambda: outer(value=1)), "same execution": len(set(names)) == 1}

# %% a coroutine
import asyncio

from flytekit import current_context, task


@task
async def double(value: int) -> int:
    await asyncio.sleep(0)
    return 2 * value


async def both():
    return await asyncio.gather(double(value=1), double(value=2))


answer = {"one": asyncio.run(double(value=3)), "both": asyncio.run(both())}

# %% the user's own error
from flytekit import task
from programs import outcome


class MineError(KeyError):
    pass


error = MineError("what", 5)


@task
def fail() -> int:
    if error is not None:
        raise error
    return 0


@task
def wrong(value: int) -> int:
    return value // 0


try:
    fail()
except BaseException as caught:  # noqa: BLE001
    found = caught
answer = {
    "same": found is error,
    "arguments": found.args == ("what", 5),
    "kind": isinstance(found, MineError),
    "division": outcome(lambda: wrong(value=1)),
}

# %% recoverable errors
from flytekit import task
from flytekit.exceptions.user import FlyteRecoverableException
from programs import outcome

tries = []


@task(retries=2)
def flaky() -> int:
    tries.append(1)
    if len(tries) < 3:
        raise FlyteRecoverableException("once more")
    return len(tries)


answer = {"value": outcome(flaky), "tries": len(tries)}

# %% errors that are not recoverable
from flytekit import task
from programs import outcome

tries = []


@task(retries=2)
def broken() -> int:
    tries.append(1)
    if len(tries) < 3:
        raise ValueError("for good")
    return len(tries)


answer = {"value": outcome(broken), "tries": len(tries)}

# %% recoverable without retries
from flytekit import task
from flytekit.exceptions.user import FlyteRecoverableException
from programs import outcome

error = FlyteRecoverableException("once more", timestamp=5.0)


@task
def flaky(value: int) -> int:
    if value > 0:
        raise FlyteRecoverableException("once more")
    return value


answer = {
    "value": outcome(lambda: flaky(value=1)),
    "arguments": list(error.args),
    "timestamp": error.timestamp,
}

# %% options of a task
from flytekit import Resources, Secret, task
from programs import outcome


@task(
    retries=1,
    requests=Resources(cpu="1"),
    limits=Resources(cpu="2"),
    secret_requests=[Secret("group", "key")],
    enable_deck=False,
)
def work(value: int) -> int:
    return value


answer = {"value": work(value=1), "unknown": outcome(lambda: task(nonsense=1)(work) and None)}

# %% a function in a function
from flytekit import task
from programs import outcome


def define():
    @task
    def inner(value: int) -> int:
        return value

    return inner(value=1)


answer = {"value": outcome(define)}

# %% kinds of functions
from flytekit import task
from programs import outcome


def many(*values: int) -> int:
    return len(values)


def keywords(**values: int) -> int:
    return len(values)


def only(*, value: int) -> int:
    return value


def generator() -> int:
    yield 1


answer = {
    "many": outcome(lambda: task(many) and None),
    "keywords": outcome(lambda: task(keywords) and None),
    "by keyword only": outcome(lambda: task(only)(value=3)),
    "generator": outcome(lambda: task(generator) and None),
}

# %% a recursive task
from flytekit import task
from programs import outcome


@task
def factorial(value: int) -> int:
    return 1 if value < 2 else value * factorial(value=value - 1)


answer = {"value": outcome(lambda: factorial(value=5))}

# %% the function of a task
from flytekit import task


@task
def double(value: int) -> int:
    return 2 * value


answer = {"name": double.name.rpartition(".")[2]}

# %% what a task is called
from flytekit import task


@task
def double(value: int) -> int:
    return 2 * value


answer = {"name": double.name}

# %% the plain function
from flytekit import task
from programs import outcome


@task
def double(value: int) -> int:
    return 2 * value


answer = {"called": outcome(lambda: double.task_function(4))}
