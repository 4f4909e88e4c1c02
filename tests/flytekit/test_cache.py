"""Integration: the cache takes what flytekit's takes, refuses what it refuses, hits where it hits.

One process of flytekit's own environment answers all questions, and one of ours.
"""

import inspect
import json
import os
import subprocess
import sys
import textwrap

import pytest

from flyte_nb.run import cache as ours

PARTS = {
    "Cache": ("flytekit.core.cache", ours.Cache),
    "CachePolicy.get_version": ("flytekit.core.cache", ours.CachePolicy.get_version),
    "Cache.get_version": ("flytekit.core.cache", ours.Cache.get_version),
    "Cache.get_ignored_inputs": ("flytekit.core.cache", ours.Cache.get_ignored_inputs),
    "VersionParameters": ("flytekit.core.cache", ours.VersionParameters),
    "HashMethod": ("flytekit.core.hash", ours.HashMethod),
    "HashMethod.calculate": ("flytekit.core.hash", ours.HashMethod.calculate),
}

# What is made of each: the version, or the built-in errors that catch what is raised.
MADE = [
    'Cache(version="1")',
    'Cache(version="1", serialize=True, ignored_inputs="a")',
    'Cache("1", True, ("a", "b"), "salt")',
    'Cache(version="1", ignored_inputs=["a"])',
    "Cache(policies=Policy())",
    "Cache(policies=[Policy(), Policy()], salt='s')",
    "Cache(policies=[Failing()])",
    "Cache(policies=[])",
    "Cache()",
    "Cache(policies=['1'])",
    "Cache(policies=5)",
    "Cache(version='')",
    "Cache(version=1)",
    "Cache(version='1', ignored_inputs=5)",
]
OPTIONS = [
    "",
    "cache=False",
    "cache=True, cache_version='1'",
    "cache=True, cache_version='1', cache_serialize=True, cache_ignore_input_vars=('a',)",
    "cache=Cache(version='1')",
    "cache=Cache(version='1', serialize=True, ignored_inputs='a')",
    "cache=Cache(policies=Policy())",
    "cache=True",
    "cache=True, cache_version=''",
    "cache=True, cache_serialize=True",
    "cache=False, cache_version='1'",
    "cache_serialize=True",
    "cache_serialize=False",
    "cache_ignore_input_vars=('a',)",
    "cache_ignore_input_vars=()",
    "cache=Cache(version='1'), cache_version='1'",
    "cache=Cache(version='1'), cache_serialize=False",
    "cache=Cache(version='1'), cache_ignore_input_vars=()",
    "cache=Cache(policies=[Failing()])",
    "cache='1'",
    "cache=1, cache_version='1'",
    "cache=True, cache_version=1",
    "cache=True, cache_version='1', cache_ignore_input_vars='a'",
    "cache=True, cache_version='1', cache_ignore_input_vars=('nope',)",
]
# Pairs of calls of `def f(a: int, b: int = 1) -> int`: whether the second one is a hit.
CALLS = [
    ("f(a=1)", "f(a=1)"),
    ("f(a=1)", "f(a=1, b=1)"),
    ("f(a=1)", "f(a=2)"),
    ("f(a=1)", "f(a=1, b=2)"),
    ("ignoring(a=1)", "ignoring(a=1, b=2)"),
    ("ignoring(a=1)", "ignoring(a=2)"),
    ("g(a=0.0)", "g(a=-0.0)"),
    ("g(a=float('nan'))", "g(a=float('nan'))"),
    ("h(a=[1, 2])", "h(a=[2, 1])"),
    ("m(a={'a': 1, 'b': 2})", "m(a={'b': 2, 'a': 1})"),
    ("hashed(a=[1, 2])", "hashed(a=[3, 4])"),
    ("hashed(a=[1, 2])", "hashed(a=[1])"),
    ("other_version(a=1)", "f(a=1)"),
]
DIFFERS = {
    "Cache()": "the body of the function is a version",
    "cache=True": "the body of the function is a version",
    "cache=True, cache_serialize=True": "the body of the function is a version",
    "Cache(policies=['1'])": "an AttributeError there: one error for what is no policy",
    "Cache(policies=5)": "an AttributeError there: one error for what is no policy",
    "Cache(version='')": "refused there when a task is made with it",
    "Cache(version=1)": "refused there when the task is registered",
    "Cache(version='1', ignored_inputs=5)": "refused there at the first call",
    "cache=1, cache_version='1'": "a number is no answer to whether",
    "cache=True, cache_version=1": "refused there when the task is registered",
    "cache=True, cache_version='1', cache_ignore_input_vars=('nope',)": "never noticed there",
    "f(a=1, b=1)": "a default is an input, as on a cluster; flytekit forgets it in local runs",
}

COMMON = """
import json, sys
from typing import Annotated

def raised(error):
    kinds = [k.__name__ for k in type(error).__mro__ if k.__module__ == "builtins"]
    return {"raises": sorted({*kinds} - {"object", "BaseException", "Exception"})}

class Policy:
    def get_version(self, salt, params):
        return f"{salt}-{params.func.__name__}-{params.container_image}"

class Failing:
    def get_version(self, salt, params):
        raise KeyError("no image")

def plain(a: int, b: int = 1) -> int:
    return a + b

def answer(question, what, *more):
    try:
        return ANSWERS[question](what, *more)
    except Exception as error:
        return raised(error)

def made(text):
    parameters = VersionParameters(func=plain, container_image="image")
    cache = eval(text)
    return [cache.get_version(parameters), list(cache.get_ignored_inputs())]

def is_hit(first, second):
    del ran[:]
    eval(first)
    count = len(ran)
    eval(second)
    return [count, len(ran)]
"""
TASKS = """
ran = []

def body(a: int, b: int = 1) -> int:
    ran.append(a)
    return a

def body_g(a: float) -> float:
    ran.append(a)
    return a

def body_h(a: list[int]) -> int:
    ran.append(a)
    return 1

def body_m(a: dict[str, int]) -> int:
    ran.append(a)
    return 1

def body_hashed(a: Annotated[list[int], HashMethod(lambda a: str(len(a)))]) -> int:
    ran.append(a)
    return 1

f = make(body, cache=True, cache_version="1")
other_version = make(body, cache=True, cache_version="2")
ignoring = make(body, cache=Cache(version="3", ignored_inputs="b"))
g = make(body_g, cache=True, cache_version="1")
h = make(body_h, cache=True, cache_version="1")
m = make(body_m, cache=True, cache_version="1")
hashed = make(body_hashed, cache=True, cache_version="1")
"""
LOOP = """
for line in sys.stdin:
    print(json.dumps(answer(*json.loads(line))), flush=True)
"""
THEIRS = """
import importlib, inspect
from flytekit import task
from flytekit.core.cache import Cache, CachePolicy, VersionParameters
from flytekit.core.hash import HashMethod
from flytekit.core.local_cache import LocalTaskCache

LocalTaskCache.clear()

def make(function, **options):
    return task(function, **options)

def options(text):
    metadata = eval(f"task({text})(plain)").metadata
    if not metadata.cache:
        return None
    ignored = list(metadata.cache_ignore_input_vars)
    return [metadata.cache_version, metadata.cache_serialize, ignored]

def signature(module, name):
    found = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return [[p.name, p.default is not p.empty and repr(p.default), p.kind.name]
            for p in inspect.signature(found).parameters.values()]
"""
OURS = """
from flyte_nb.run.cache import (
    Cache, CachedTask, HashMethod, Hit, VersionParameters, cache_settings, task_cache
)
from flyte_nb.run.interface import Interface

def make(function, **options):
    settings = cache_settings(**options)
    cached = CachedTask(
        settings, name=function.__name__, function=function, interface=Interface(function)
    )
    def call(**kwargs):
        found = task_cache().lookup(cached.call((), kwargs))
        if isinstance(found, Hit):
            return found.value
        with found:
            found.store(value := function(**kwargs))
        return value
    return call

def options(text):
    settings = eval(f"cache_settings({text})")
    if settings is None:
        return None
    cached = CachedTask(settings, name="f", function=plain, interface=Interface(plain))
    return [cached.version, settings.serialize, list(settings.ignored_inputs)]

signature = None
"""
ANSWERS = "ANSWERS = {'made': made, 'options': options, 'hit': is_hit, 'signature': signature}\n"


@pytest.fixture(scope="module")
def asked(flytekit_python, tmp_path_factory):
    """Functions that ask flytekit, and us, the same question."""
    processes = []
    for python, special in ((flytekit_python, THEIRS), (sys.executable, OURS)):
        folder = tmp_path_factory.mktemp("side")
        program = folder / "program.py"  # flytekit wants the source of a task
        program.write_text(textwrap.dedent(COMMON + special + TASKS + ANSWERS + LOOP))
        process = subprocess.Popen(
            [python, program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "HOME": str(folder), "TMPDIR": str(folder)},
        )
        processes.append(process)

    def ask(side, *question):
        process = processes[side]
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield lambda *question: (ask(0, *question), ask(1, *question)), lambda *q: ask(0, *q)
    for process in processes:
        process.communicate()


@pytest.mark.parametrize("name", PARTS)
def test_each_is_called_in_flytekits_way(asked, name):
    module, mine = PARTS[name]
    _, ask_flytekit = asked
    found = [
        [p.name, p.default is not p.empty and repr(p.default), p.kind.name]
        for p in inspect.signature(mine).parameters.values()
    ]
    assert found == ask_flytekit("signature", module, name)


def compare(theirs, mine, text):
    """What catches flytekit's error catches ours; all else is the same but for the list above."""
    same = theirs == mine
    if isinstance(theirs, dict) and isinstance(mine, dict):
        same = set(theirs["raises"]) <= set(mine["raises"])
    assert same != (text in DIFFERS), (theirs, mine)


@pytest.mark.parametrize("text", MADE)
def test_a_cache_is_made_or_refused_as_by_flytekit(asked, text):
    both, _ = asked
    compare(*both("made", text), text)


@pytest.mark.parametrize("text", OPTIONS)
def test_options_of_a_task_mean_what_they_mean_to_flytekit(asked, text):
    both, _ = asked
    compare(*both("options", text), text)


@pytest.mark.parametrize(("first", "second"), CALLS)
def test_the_second_call_is_a_hit_where_it_is_one_of_flytekits(asked, first, second):
    both, _ = asked
    compare(*both("hit", first, second), second)
