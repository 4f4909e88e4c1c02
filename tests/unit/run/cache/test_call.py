"""Which calls of a task share a value."""

import dataclasses
import enum
import threading
import typing
from typing import Annotated

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.errors import InvalidValueError, TypeTransformerFailedError
from flyte_nb.run.cache import Cache, CachedTask, HashMethod, cache_settings
from flyte_nb.run.cache.signature import signature
from flyte_nb.run.interface import Interface

ONE = cache_settings(cache=True, cache_version="1")
BODY = cache_settings(cache=True)


def cached(function, settings=ONE, **more):
    return CachedTask(settings, name="f", function=function, interface=Interface(function), **more)


def key(function, *args, settings=ONE, **kwargs):
    call = cached(function, settings).call(args, kwargs)
    assert call.problem == ""
    assert len(call.key) == 32
    return call.key


def add(a: int, b: int = 1) -> int:
    return a + b


def test_how_inputs_are_given_does_not_count():
    assert key(add, 1) == key(add, a=1) == key(add, 1, 1) == key(add, b=1, a=1)
    assert len({key(add, 1), key(add, 2), key(add, 1, 2), key(add, 1, b=3)}) == 4


def test_inputs_that_do_not_fit_are_refused_as_by_the_task():
    with pytest.raises(TypeTransformerFailedError, match="no input 'c'"):
        key(add, 1, c=2)


def test_name_version_and_salt_of_the_body_count():
    other = CachedTask(ONE, name="g", function=add, interface=Interface(add))
    keys = {
        key(add, 1),
        other.call((1,), {}).key,
        key(add, 1, settings=cache_settings(cache=True, cache_version="2")),
        key(add, 1, settings=BODY),
        key(add, 1, settings=cache_settings(Cache(salt="s"))),
    }
    assert len(keys) == 5


def test_ignored_inputs_do_not_count():
    settings = cache_settings(Cache(version="1", ignored_inputs="b"))
    assert key(add, 1, 2, settings=settings) == key(add, 1, 3, settings=settings)
    assert key(add, 1, 2, settings=settings) != key(add, 2, 2, settings=settings)
    lock = cached(add, settings).call((1, threading.Lock()), {})
    assert lock.problem == ""


def test_an_ignored_input_that_there_is_not_is_refused_where_the_task_is_defined():
    with pytest.raises(InvalidValueError, match="no input 'bb' to be ignored"):
        cached(add, cache_settings(Cache(version="1", ignored_inputs="bb")))


def test_a_given_version_is_all_that_counts_of_the_code(notebook):
    notebook.run("def f(a: int) -> int: return g(a)", "def g(a): return 1")
    keys = [key(notebook["f"], 1), key(notebook["f"], 1, settings=BODY)]
    versioned, by_body = cached(notebook["f"]), cached(notebook["f"], BODY)
    assert [task.call((1,), {}).key for task in (versioned, by_body)] == keys
    notebook.run("def g(a): return 2")
    assert versioned.call((1,), {}).key == keys[0]
    assert by_body.call((1,), {}).key != keys[1]
    assert by_body.call((1,), {}).version == by_body.version


def test_the_notebook_counts_where_the_version_is_given_and_there_is_no_module(notebook):
    """Two notebooks may both have a task ``train`` of version 1."""
    notebook.run("def f(a: int) -> int: return a")

    def at(origin, settings, function=None):
        return cached(function or notebook["f"], settings, origin=origin).call((1,), {}).key

    assert at("a.ipynb", ONE) != at("b.ipynb", ONE)
    assert at("a.ipynb", BODY) == at("b.ipynb", BODY)  # the same body: the same value
    assert at("a.ipynb", ONE, add) == at("b.ipynb", ONE, add)  # its module tells it apart


def test_policies_are_asked_once_when_the_task_is_defined():
    asked = []

    class Policy:
        def get_version(self, salt, params):
            asked.append((salt, params.func, params.container_image, params.pod_template_name))
            return "v"

    settings = cache_settings(Cache(policies=Policy(), salt="s"))
    task = cached(add, settings, container_image="image", pod_template_name="pod")
    assert asked == [("s", add, "image", "pod")]
    assert task.call((1,), {}).key == task.call((1,), {}).key
    assert len(asked) == 1
    assert task.version == settings.cache.get_version(asked_parameters())


def asked_parameters():
    from flyte_nb.run.cache import VersionParameters

    return VersionParameters(func=add)


def test_the_version_by_body_is_that_of_the_cache():
    from flyte_nb.run.cache import VersionParameters

    assert cached(add, BODY).version == Cache().get_version(VersionParameters(func=add))


@dataclasses.dataclass
class Point:
    x: int


class Colour(enum.Enum):
    RED = 1


def points(a: Point, b: list[Point], c: "dict[str, Point] | None" = None) -> Point | None: ...


def test_the_types_of_inputs_and_outputs_count():
    def first(a: int) -> int:
        return a

    def second(a: float) -> int:
        return a

    def third(a: int) -> float:
        return a

    def fourth(a: Annotated[int, "unit"]) -> int:
        return a

    keys = [key(function, 1) for function in (first, second, third, fourth)]
    assert len(set(keys)) == 3
    assert keys[0] == keys[3]


def test_fields_of_the_users_classes_are_part_of_a_type(notebook):
    data = "import dataclasses\n@dataclasses.dataclass\nclass Data:\n    x: int\n"
    cell = "def f(a: int) -> list[Data]: return a"
    before = key(notebook.run(data, cell)["f"], 1)
    assert before == key(notebook.run(data, cell)["f"], 1)
    assert before != key(notebook.run(data.replace("x: int", "y: int"), cell)["f"], 1)
    assert before != key(notebook.run(data.replace("x: int", "x: str"), cell)["f"], 1)
    assert before == key(notebook.run(data + "    def m(self): pass\n", cell)["f"], 1)


def test_types_as_text():
    hints = typing.get_type_hints(points)
    assert signature(hints) == (
        f"a: {__name__}.Point{{x: builtins.int}},"
        f" b: builtins.list[{__name__}.Point{{x: builtins.int}}],"
        f" c: builtins.NoneType | builtins.dict[builtins.str,"
        f" {__name__}.Point{{x: builtins.int}}],"
        f" return: builtins.NoneType | {__name__}.Point{{x: builtins.int}}"
    )


class Tree:
    below: "list[Tree]"
    colour: Colour


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (Tree, "{m}.Tree{{below: builtins.list[{m}.Tree], colour: {m}.Colour{{RED}}}}"),
        (typing.Any, "typing.Any"),
        (typing.Literal["a", 1], "Literal['a', 1]"),
        (typing.Callable[[int], str], None),
        (tuple[int, ...], "builtins.tuple[builtins.int, Ellipsis]"),
        (typing.ForwardRef("X"), "X"),
        ("X", "X"),
        (typing.TypeVar("T"), "~T"),
        (np.ndarray, "numpy.ndarray"),
        (None, "None"),
    ],
)
def test_types_of_all_kinds_have_a_text(hint, text):
    found = signature({"a": hint})
    assert " at 0x" not in found
    if text is not None:
        assert found == "a: " + text.format(m=__name__)


# -- hash methods ---------------------------------------------------------------------------


def by_length(value):
    return str(len(value))


Hashed = Annotated[pd.DataFrame, HashMethod(by_length)]


def test_a_hash_method_says_what_counts():
    def f(a: Hashed) -> int:
        return len(a)

    one, two = pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})
    assert key(f, one) == key(f, two) != key(f, pd.concat([one, two]))


def test_a_hash_method_makes_an_input_countable_that_is_not():
    class Connection:
        def __init__(self, url):
            self.url, self.lock = url, threading.Lock()

    def f(a: Annotated[Connection, HashMethod(lambda c: c.url)]) -> int: ...

    def g(a: Connection) -> int: ...

    assert key(f, Connection("x")) == key(f, Connection("x")) != key(f, Connection("y"))
    assert cached(g).call((Connection("x"),), {}).key == ""


def test_hash_methods_inside_of_types():
    def f(a: list[Hashed], b: dict[str, Hashed] = {}, c: Hashed | None = None) -> int: ...  # noqa: B006

    one, two = pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})
    three = pd.DataFrame({"a": [2, 3]})
    assert key(f, [one, two]) == key(f, [two, one]) != key(f, [one, three]) != key(f, [one])
    assert key(f, [], {"x": one}) == key(f, [], {"x": two}) != key(f, [], {"y": one})
    assert key(f, [], {}, one) == key(f, [], {}, two) != key(f, [], {}, None)


def test_flytekits_hash_method_counts_too():
    members = {"__module__": "flytekit.core.hash", "calculate": lambda *_: "same"}
    theirs = type("HashMethod", (), members)

    def f(a: Annotated[int, theirs()]) -> int:
        return a

    assert key(f, 1) == key(f, 2)


def test_a_hash_method_that_fails_is_the_users_own_error():
    def f(a: Annotated[int, HashMethod(lambda _: 1 / 0)]) -> int:
        return a

    def g(a: Annotated[int, HashMethod(lambda a: a)]) -> int:
        return a

    with pytest.raises(ZeroDivisionError):
        key(f, 1)
    with pytest.raises(InvalidValueError, match="returned a int"):
        key(g, 1)


# -- what has no key ------------------------------------------------------------------------


class Odd:
    def __reduce_ex__(self, protocol):
        raise KeyError("odd")


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (threading.Lock(), "its input b holds a _thread.lock, which cannot be compared"),
        ([1, (n for n in ())], "its input b holds a builtins.generator, which cannot be compared"),
        (Odd(), f"its input b holds a {__name__}.Odd, which cannot be compared"),
    ],
)
def test_an_input_that_cannot_be_compared_leaves_no_key_and_is_named(value, problem):
    call = cached(add).call((1, value), {})
    assert (call.key, call.problem) == ("", problem)


def test_inputs_that_are_too_large_leave_no_key(monkeypatch):
    from flyte_nb.context.checkpoint import fingerprint

    monkeypatch.setattr(fingerprint, "_MOST_VALUES", 100)
    many = [b""] * 60
    found = cached(add).call((1, many * 2), {})
    assert found.problem == "its input b is too large to be compared"
    assert "are too large" in cached(add).call((many, many), {}).problem


# -- functions and classes as inputs --------------------------------------------------------


def test_a_function_as_an_input_counts_by_its_body(notebook):
    def apply(a: typing.Callable[[int], int]) -> int:
        return a(1)

    makers = ["lambda x: x + 1", "lambda x: x + 2", "lambda x: g(x)"]
    notebook.run("def g(x): return 1", f"fs = [{', '.join(makers)}]")
    keys = [key(apply, function) for function in notebook["fs"]]
    notebook.run("def g(x): return 2")
    assert len({*keys, key(apply, notebook["fs"][2]), key(apply, abs), key(apply, len)}) == 6
    assert key(apply, eval("lambda x: x + 1")) == key(apply, eval("lambda x: x + 1"))


def test_a_method_as_an_input_counts_by_its_body_and_its_object(notebook):
    def apply(a: typing.Callable[[], int]) -> int:
        return a()

    model = "class Model:\n    def __init__(self, n): self.n = n\n    def fit(self): return 1\n"
    before = [key(apply, notebook.run(model)["Model"](n).fit) for n in (1, 2)]
    assert before == [key(apply, notebook.run(model)["Model"](n).fit) for n in (1, 2)]
    notebook.run(model.replace("return 1", "return 2"))
    assert len({*before, key(apply, notebook["Model"](1).fit)}) == 3


def test_the_methods_of_an_inputs_class_count_as_the_body_does(notebook):
    model = "class Model:\n    def fit(self): return 1\n"
    notebook.run(model, "def f(a: object) -> int: return a.fit()", "m = Model()")
    by_body, versioned = cached(notebook["f"], BODY), cached(notebook["f"])
    before = [task.call((notebook["m"],), {}).key for task in (by_body, versioned)]
    notebook.run(model.replace("1", "2"), "m = Model()")
    after = [task.call((notebook["m"],), {}).key for task in (by_body, versioned)]
    assert before[0] != after[0]
    assert before[1] == after[1]


# -- what is written down about a call ------------------------------------------------------


def test_inputs_are_described_without_texts():
    def f(a: int, b: str, c: pd.DataFrame, d: list[str]) -> int: ...

    frame = pd.DataFrame({"secret": [1, 2]})
    call = cached(f).call((7, "hunter2", frame, ["secret"]), {}, execution="a123")
    assert call.inputs == (
        "a=int 7, b=str of 7 characters, c=pandas.DataFrame of shape (2, 1), d=list of 1 item"
    )
    assert (call.task, call.version, call.execution) == ("f", "1", "a123")


def test_a_description_is_short_and_holds_no_secret():
    LEAK_GUARD.add("987654321")
    assert "987654321" not in cached(add).call((987654321,), {}).inputs
    many = {f"input_{n}": (int, ...) for n in range(100)}
    source = f"def f({', '.join(f'{n}: int' for n in many)}) -> int: return 1"
    names = {}
    exec(source, names)
    call = cached(names["f"]).call((), dict.fromkeys(many, 1))
    assert len(call.inputs) == 300


@given(st.integers() | st.text() | st.floats() | st.lists(st.booleans()))
def test_equal_inputs_have_one_key_and_others_another(value):
    def f(a: object, b: object = None) -> int: ...

    assert key(f, value) == key(f, value)
    assert key(f, value) != key(f, [value])
    assert key(f, value) != key(f, None, value)


def test_a_task_that_reads_what_is_never_the_same_is_told_so_once(notebook, caplog):
    notebook.run(
        "import random", "r = random.Random(0)", "def f(a: int) -> float: return r.random()"
    )
    by_body, versioned = cached(notebook["f"], BODY), cached(notebook["f"])
    for _ in range(8):
        by_body.call((1,), {})
        versioned.call((1,), {})
        notebook["f"](1)
    (message,) = caplog.messages
    assert message.startswith("f: nothing that is kept is found, for r, which it reads, was")
