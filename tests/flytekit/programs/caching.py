"""Cached values of tasks, and options that only a cluster heeds."""

# ruff: noqa: E402 - each cell is a program of its own

# %% a version keeps values
from flytekit import task

calls = []


@task(cache=True, cache_version="1")
def double(a: int) -> int:
    calls.append(a)
    return 2 * a


answer = {"values": [double(a=1), double(a=2), double(a=1)], "calls": calls}

# %% a Cache says how
from flytekit import Cache, task

calls = []


@task(cache=Cache(version="how", serialize=True, ignored_inputs=("verbose",)))
def double_quietly(a: int, verbose: int = 0) -> int:
    calls.append(verbose)
    return 2 * a


answer = {"values": [double_quietly(a=1), double_quietly(a=1, verbose=1)], "calls": calls}

# %% the older way to ignore inputs
from flytekit import task

calls = []


@task(cache=True, cache_version="1", cache_serialize=True, cache_ignore_input_vars=("b",))
def first_of(a: int, b: int) -> int:
    calls.append(b)
    return a


answer = {"values": [first_of(a=1, b=1), first_of(a=1, b=2), first_of(a=2, b=2)], "calls": calls}

# %% in a workflow
from flytekit import task, workflow

calls = []


@task(cache=True, cache_version="in a workflow")
def step(a: int) -> int:
    calls.append(a)
    return a + 1


@workflow
def steps(a: int) -> int:
    return step(a=step(a=a))


answer = {"values": [steps(a=1), steps(a=1), steps(a=2)], "calls": calls}

# %% another version computes again
from flytekit import task

calls = []


def versioned(a: int) -> int:
    calls.append(a)
    return a


first = task(cache=True, cache_version="1")(versioned)
second = task(cache=True, cache_version="2")(versioned)
answer = {"values": [each(a=1) for each in (first, second, first, second)], "calls": calls}

# %% inputs told apart by a hash method
from typing import Annotated

from flytekit import HashMethod, task

calls = []


@task(cache=True, cache_version="1")
def shout(text: Annotated[str, HashMethod(str.lower)]) -> str:
    calls.append(text)
    return text.upper()


answer = {"values": [shout(text="a"), shout(text="b")], "calls": calls}

# %% options that only a cluster heeds
from flytekit import task


@task(
    interruptible=True,
    container_image="ghcr.io/flyteorg/flytekit:py3.11-latest",
    pod_template_name="gpu",
    deprecated="use another one",
    retries=1,
)
def kept(a: int) -> int:
    return a


answer = {"value": kept(a=1)}

# %% the older name of enable_deck
from flytekit import task
from programs import outcome


@task(disable_deck=True)
def silent(a: int) -> int:
    return a


def both():
    @task(disable_deck=True, enable_deck=True)
    def torn(a: int) -> int:
        return a

    return torn(a=1)


answer = {"value": silent(a=1), "both": outcome(both)}
