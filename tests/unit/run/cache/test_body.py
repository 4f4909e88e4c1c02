"""Which edits make another version of a task, and which do not."""

import importlib
import subprocess
import sys

import pytest

from flyte_nb.run.cache.body import Bodies, Body, CacheFunctionBody
from flyte_nb.run.cache.options import VersionParameters

F = "def f(a):\n    return helper(a) * RATE + CONFIG['b']"
HELPER = "def helper(a):\n    return deeper(a) + 1"
DEEPER = "def deeper(a):\n    return a ** 2"
VALUES = "RATE = 2\nCONFIG = {'b': 1, 'c': [1, 2]}"
CELLS = (F, HELPER, DEEPER, VALUES)

MODEL = """
class Base:
    scale = 2
    def fit(self):
        return self.scale
class Model(Base):
    def __init__(self, n):
        self.n = n
    @property
    def size(self):
        return self.n
    @staticmethod
    def make():
        return Model(1)
    @classmethod
    def other(cls):
        return cls(2)
"""
USES_MODEL = "def f(a):\n    return Model(a).fit()"
DATA = """
import dataclasses
@dataclasses.dataclass
class Data:
    x: int = 1
    y: list = dataclasses.field(default_factory=lambda: [1])
"""
USES_DATA = "def f(a):\n    return Data(a)"
PYDANTIC = """
import pydantic
class Data(pydantic.BaseModel):
    x: int = 1
    y: list = pydantic.Field(default_factory=lambda: [1])
    @pydantic.field_validator('x')
    def check(cls, x):
        return x + 1
"""
COLOUR = """
import enum
class Colour(enum.Enum):
    RED = 1
    def lower(self):
        return self.name.lower()
"""
WRAPPED = """
import functools
@functools.lru_cache
def helper(a):
    return a
"""
DECORATED = """
import functools
def twice(function):
    @functools.wraps(function)
    def call(*args):
        return function(function(*args))
    return call
@twice
def helper(a):
    return a
"""
CALLS_HELPER = "def f(a):\n    return helper(a)"
MANAGER = """
import contextlib
@contextlib.contextmanager
def helper(a):
    yield a
"""
MAKER = "def make(n):\n    def g(a):\n        return a + n\n    return g\nf = make(1)"


def edited(cells, old, new):
    """Return *cells* with *old*, which stands in exactly one, replaced."""
    assert sum(cell.count(old) for cell in cells) == 1
    return tuple(cell.replace(old, new) for cell in cells)


@pytest.mark.parametrize(
    ("cells", "old", "new"),
    [
        (CELLS, "* RATE", "/ RATE"),
        (CELLS, "+ 1", "+ 2"),
        (CELLS, "** 2", "** 3"),
        (CELLS, "RATE = 2", "RATE = 3"),
        (CELLS, "RATE = 2", "RATE = 2.0"),
        (CELLS, "'b': 1", "'b': 2"),
        (CELLS, "[1, 2]", "[1, 2, 3]"),
        (CELLS, "def deeper(a)", "def deeper(a, b=1)"),
        (CELLS, DEEPER, "deeper = abs"),
        (CELLS, DEEPER, "import math\ndeeper = math.floor"),
        (("def f2(): pass", *CELLS), "RATE = 2", "RATE = f2"),
        ((MODEL, USES_MODEL), "scale = 2", "scale = 3"),
        ((MODEL, USES_MODEL), "return self.scale", "return -self.scale"),
        ((MODEL, USES_MODEL), "self.n = n", "self.n = n + 1"),
        ((MODEL, USES_MODEL), "return self.n", "return self.n + 1"),
        ((MODEL, USES_MODEL), "Model(1)", "Model(5)"),
        ((MODEL, USES_MODEL), "cls(2)", "cls(5)"),
        ((MODEL, USES_MODEL), "class Model(Base)", "class Model(Base, dict)"),
        ((DATA, USES_DATA), "x: int = 1", "x: int = 2"),
        ((DATA, USES_DATA), "x: int", "x: float"),
        ((DATA, USES_DATA), "[1]", "[2]"),
        ((DATA, USES_DATA), "@dataclasses.dataclass", "@dataclasses.dataclass(order=True)"),
        ((PYDANTIC, USES_DATA), "x: int = 1", "x: int = 2"),
        ((PYDANTIC, USES_DATA), "x: int", "x: float"),
        ((PYDANTIC, USES_DATA), "[1]", "[2]"),
        ((PYDANTIC, USES_DATA), "x + 1", "x + 2"),
        ((COLOUR, "def f(a):\n    return Colour.RED"), "RED = 1", "RED = 2"),
        ((COLOUR, "def f(a):\n    return Colour.RED"), "lower()", "upper()"),
        ((COLOUR, "C = Colour.RED\ndef f(a):\n    return C"), "RED = 1", "RED = 2"),
        ((WRAPPED, CALLS_HELPER), "return a\n", "return -a\n"),
        ((MANAGER, CALLS_HELPER), "yield a", "yield -a"),
        ((DECORATED, CALLS_HELPER), "return a\n", "return -a\n"),
        ((DECORATED, CALLS_HELPER), "function(function(*args))", "function(*args)"),
        ((MAKER,), "make(1)", "make(2)"),
        ((MAKER,), "a + n", "a - n"),
        (("def f(a, b=1):\n    return b",), "b=1", "b=2"),
        (("def f(a, *, b=1):\n    return b",), "b=1", "b=2"),
        (("def f(a):\n    return [x for x in K]", "K = (1,)"), "(1,)", "(2,)"),
        (("def f(a):\n    return (lambda: K)()", "K = 1"), "K = 1", "K = 2"),
        (("def f(a):\n    def g():\n        return K\n    return g()", "K = 1"), "= 1", "= 2"),
        (("async def f(a):\n    return await g(a)", "async def g(a): return 1"), "1", "2"),
        (("def f(a):\n    return TABLE['x'](a)", "TABLE = {'x': lambda a: 1}"), "1", "2"),
        (
            ("def f(a):\n    return P(a)", "import functools\nP = functools.partial(max, 1)"),
            "1",
            "2",
        ),
        (("import numpy as np\nK = np.arange(3)", "def f(a):\n    return K"), "3", "4"),
        (("import pandas as pd\nK = pd.DataFrame({'a': [1]})", "def f(a): return K"), "[1]", "[2]"),
        ((MODEL, "def f(a: Model): return a.fit()"), "return self.scale", "return 0"),
        (("def f(a: 'list[Model]'): return a[0].fit()", MODEL), "return self.scale", "return 0"),
        ((MODEL, "m = Model(3)", "def f(a): return m.fit()"), "return self.scale", "return 0"),
        ((MODEL, "m = Model(3)", "def f(a): return m.fit()"), "Model(3)", "Model(4)"),
        (("def f(a):\n    return abs(a)", "pass"), "pass", "def abs(a): return 0"),
    ],
)
def test_an_edit_that_matters_is_another_version(version, cells, old, new):
    assert version(*cells) == version(*cells)  # made anew, in another notebook
    assert version(*cells) != version(*edited(cells, old, new))


@pytest.mark.parametrize(
    ("cells", "old", "new"),
    [
        (CELLS, "return deeper(a) + 1", "# how\n\n    return (deeper(a)\n        + 1)  # why"),
        (CELLS, "RATE = 2", "RATE  =  1 + 1\nOTHER = 5"),
        (CELLS, "{'b': 1, 'c': [1, 2]}", "dict(c=[1, 2], b=1)"),
        (CELLS, DEEPER, f"import json\ndef unused(): pass\n{DEEPER}"),
        ((MODEL, USES_MODEL), "    @property", "\n    # one\n    @property"),
    ],
)
def test_an_edit_that_does_not_matter_is_the_same_version(version, cells, old, new):
    assert version(*cells) == version(*edited(cells, old, new))


def test_the_order_of_cells_does_not_matter(version):
    assert version(*CELLS) == version(*reversed(CELLS))


def test_what_stands_behind_a_name_matters_not_what_else_there_is(version):
    helpers = "one = lambda a: a + 1\ntwo = lambda a: a - 1"
    straight = version("def f(a): return g(h(a))", helpers, "g, h = one, two")
    crossed = version("def f(a): return g(h(a))", helpers, "g, h = two, one")
    assert straight != crossed


def test_alike_functions_of_different_values_are_not_mixed_up(version):
    make = "def make(n):\n    def g(a):\n        return a + n\n    return g"
    cells = ("def f(a): return g(a) / h(a)", make)
    assert version(*cells, "g, h = make(1), make(2)") != version(*cells, "g, h = make(2), make(1)")


def test_alike_functions_around_different_ones_are_not_mixed_up(version):
    around = "def around(g):\n    def h(a):\n        return g(a)\n    return h"
    cells = ("def f(a): return g(a) / h(a)", "one = lambda a: 1\ntwo = lambda a: 2", around)
    deep = ["around(around(around(one)))", "around(around(around(two)))"]
    straight = version(*cells, f"g, h = {', '.join(deep)}")
    assert straight == version(*cells, f"g, h = {', '.join(deep)}")
    assert straight != version(*cells, f"g, h = {', '.join(reversed(deep))}")


def test_functions_that_call_each_other_have_a_version(version):
    cells = (
        "def f(n): return n == 0 or odd(n - 1)",
        "def odd(n): return n != 0 and f(n - 1)",
        "class A:\n    def other(self): return B()",
        "class B:\n    def other(self): return A(), f",
        "def f2(): return A",
    )
    assert version(*cells) == version(*cells)
    assert version(*cells) != version(*edited(cells, "n != 0", "n > 0"))


def test_an_edited_cell_is_noticed_at_the_next_call(notebook):
    notebook.run(*CELLS)
    body = Body(notebook["f"])
    seen = [body.digest()]
    edits = [
        "def deeper(a):\n    return a ** 3",
        "RATE = 3",
        "CONFIG['b'] = 2",
        "CONFIG['c'].append(3)",
        "del RATE",
        "import math\ndeeper = math.sqrt",
        "def sum(a): pass",  # which f does not use
    ]
    for cell in edits:
        notebook.run(cell)
        seen.append(body.digest())
    assert len(set(seen)) == len(edits)
    assert seen[-1] == seen[-2]
    notebook.run(VALUES, DEEPER)
    assert body.digest() == seen[0]


def test_a_name_of_python_that_a_cell_takes_over_is_noticed(notebook):
    notebook.run("def f(a): return abs(a)")
    body = Body(notebook["f"])
    before = body.digest()
    notebook.run("def abs(a): return 0")
    taken = body.digest()
    notebook.run("del abs")
    assert before == body.digest() != taken


def test_a_change_in_place_of_what_a_cell_made_is_noticed(notebook):
    notebook.run(MODEL, USES_MODEL)
    body = Body(notebook["f"])
    seen = {body.digest()}
    for change in (
        "Model.scale = 5",
        "Base.scale = 6",
        "Model.fit = lambda self: 0",
        "Base.fit.__defaults__ = (1,)",
        "Base.fit.__code__ = (lambda self: 1).__code__",
    ):
        notebook.run(change)
        seen.add(body.digest())
    assert len(seen) == 6


def test_other_values_in_the_functions_of_a_table_are_noticed(notebook):
    notebook.run("def make(n):\n    return lambda a: n", "TABLE = {'x': make(1)}")
    notebook.run("def f(a): return TABLE['x'](a)")
    body = Body(notebook["f"])
    before = body.digest()
    assert body.digest() == before
    notebook.run("TABLE['x'] = make(2)")
    assert body.digest() != before


@pytest.mark.parametrize(
    "cells",
    [
        ("seen = []", "def f(a):\n    seen.append(a)\n    return a"),
        ("seen = {}", "def f(a):\n    seen[a] = a\n    return a"),
        ("seen = {'n': 0}", "def f(a):\n    seen['n'] += 1\n    return a"),
        ("n = 0", "def f(a):\n    global n\n    n += 1\n    return a"),
        ("seen = []", "def f(a):\n    g(a)\n    return a", "def g(a):\n    seen.append(a)"),
        ("def f(a, memo={}):\n    memo[a] = 1\n    return a",),
        ("class S: n = 0\ns = S()", "def f(a):\n    s.n += 1\n    return a"),
        (
            "def make():\n  n = 0\n  def f(a):\n    nonlocal n\n    n += 1\n  return f",
            "f = make()",
        ),
    ],
)
def test_what_a_function_changes_itself_does_not_count(notebook, cells):
    """Or it would have another version after each call, and never a hit."""
    notebook.run(*cells)
    body = Body(notebook["f"])
    before = body.digest()
    notebook["f"](1)
    assert body.digest() == before


def test_running_a_function_does_not_change_its_version(notebook):
    """The interpreter rewrites bytecode that runs often."""
    notebook.run(
        "def f(a):\n    x = K\n    for i in range(a):\n        x += i\n    return x", "K = 1"
    )
    before = Body(notebook["f"]).digest()
    for _ in range(2_000):
        notebook["f"](10)
    assert Body(notebook["f"]).digest() == before


def test_what_cannot_be_taken_apart_counts_by_its_class(version):
    cells = ("import threading\nlock = threading.Lock()", "def f(a):\n    with lock: return a")
    assert version(*cells) == version(*cells)
    assert version(*cells) != version(*edited(cells, "Lock()", "RLock()"))


@pytest.mark.parametrize(
    "cell",
    [
        "fs = dict(\n  f=lambda a: seen[\n    0],\n  g=1)\nf = fs['f']",
        "f = (lambda a:\n  '%s' % seen)",
        "f = eval('lambda a: seen')",
        "x = '''\n'''; f = lambda a: (seen,\n 1)",
    ],
)
def test_a_piece_of_a_statement_has_a_version_too(version, cell):
    assert version(cell, "seen = [1]") != version(cell, "seen = [2]")


def test_a_function_without_a_source_has_a_version_too():
    names = {"__name__": "__main__"}
    exec("def f(a): return g(a)\ndef g(a): return 1", names)
    before = Body(names["f"]).digest()
    exec("def g(a): return 2", names)
    assert Body(names["f"]).digest() != before


def test_cells_of_ipython_are_told_apart_as_any_others(shell):
    for cell in ("seen, K = [], [1]", "def g(a):\n    seen.append(a)\n    return K, a"):
        shell.run_cell(cell).raise_error()
    shell.run_cell("def f(a): return g(a)").raise_error()
    body = Body(shell.user_ns["f"])
    before = body.digest()
    shell.run_cell("f(1)").raise_error()
    assert body.digest() == before
    shell.run_cell("def g(a):\n    # as before\n    seen.append(a)\n    return K, a")
    assert body.digest() == before
    shell.run_cell("K.append(2)").raise_error()
    changed = body.digest()
    assert changed != before
    shell.run_cell("def g(a): return K, -a").raise_error()
    assert body.digest() not in (before, changed)


def test_a_task_counts_by_its_function(notebook):
    notebook.run(
        "from flyte_nb import task",
        "@task\ndef g(a: int) -> int: return a + 1",
        "def f(a): return g(a=a)",
    )
    body = Body(notebook["f"])
    before = body.digest()
    notebook.run("@task(retries=1)\ndef g(a: int) -> int: return a + 1")
    assert body.digest() == before
    notebook.run("@task\ndef g(a: int) -> int: return a + 2")
    assert body.digest() != before


def test_modules_of_the_user_count_and_libraries_do_not(tmp_path, monkeypatch, notebook):
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / "cached_helpers"
    package.mkdir()
    (package / "__init__.py").write_text("from . import deep\nRATE = 1\ndef unused(): pass\n")
    (package / "deep.py").write_text("def clean(a):\n    return strip(a)\ndef strip(a): return 1\n")
    notebook.run("import cached_helpers as h, json")
    notebook.run("def f(a): return h.deep.clean(a) * h.RATE, json.dumps(a)")
    body = Body(notebook["f"])
    seen = [body.digest()]
    for file, text in (
        ("deep.py", "def clean(a):\n    return strip(a)\ndef strip(a): return 22\n"),
        ("__init__.py", "from . import deep\nRATE = 22\ndef unused(): pass\n"),
        ("__init__.py", "from . import deep\nRATE = 22\ndef unused(): return 333\n"),
    ):
        (package / file).write_text(text)
        importlib.reload(sys.modules["cached_helpers.deep"])
        importlib.reload(sys.modules["cached_helpers"])
        seen.append(body.digest())
    assert len(set(seen)) == 3
    assert seen[2] == seen[3]


def test_a_file_that_was_edited_after_its_import_is_not_what_runs(tmp_path, monkeypatch, notebook):
    """Its source would say what will run after a restart, and be wrong about this value."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "cached_once.py").write_text("def g(a):\n    return 1\n")
    notebook.run("from cached_once import g", "def f(a): return g(a)")
    before = Body(notebook["f"]).digest()
    (tmp_path / "cached_once.py").write_text("def g(a):\n    return 2\n")
    assert Body(notebook["f"]).digest() == before


def test_other_processes_say_the_same():
    program = (
        "from flyte_nb.run.cache.body import Body\n"
        "S = {'a', 'b', 'c'}; T = {'x': lambda a: S}\n"
        "class M:\n"
        "    words = {'p', 'q'}\n"
        "    def g(self): return T\n"
        "def f(a): return M().g(), S, a in {'k', 'l', 'm'}\n"
        "print(Body(f).digest().hex())"
    )
    said = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
        for _ in range(3)
    }
    assert len(said) == 1
    assert len(said.pop().strip()) == 64


def test_the_policy_salts_its_version(notebook):
    notebook.run(*CELLS)
    parameters = VersionParameters(func=notebook["f"])
    policy = CacheFunctionBody()
    assert policy.get_version("", parameters) == policy.get_version("", parameters)
    assert policy.get_version("", parameters) != policy.get_version("salt", parameters)
    assert len(policy.get_version("", parameters)) == 64


def test_bodies_are_kept_and_not_too_many():
    bodies = Bodies()
    functions = [eval(f"lambda: {n}") for n in range(300)]
    digests = [bodies.digest(function) for function in functions]
    assert len(set(digests)) == 300
    assert len(bodies._kept) == 128
    assert bodies.digest(functions[0]) == digests[0]


class Reader:
    """What is pickled in one of two ways, told apart by what makes it again."""

    def __init__(self, maker):
        self.maker = maker

    def __reduce__(self):
        return getattr(Reader, self.maker), (1,)

    @staticmethod
    def one(_n):
        return Reader("one")

    @staticmethod
    def two(_n):
        return Reader("two")


def test_what_makes_a_value_again_counts():
    digests = []
    for maker in ("one", "two"):
        names = {"__name__": "__main__", "r": Reader(maker)}
        exec("def f(): return r", names)
        digests.append(Body(names["f"]).digest())
    assert digests[0] != digests[1]


def test_what_cannot_be_taken_apart_is_not_walked_through_at_each_look(notebook):
    class Costly:
        walks = 0

        def __reduce_ex__(self, protocol):
            Costly.walks += 1
            raise TypeError

    notebook["c"] = Costly()
    notebook.run("def f(a): return c")
    body = Body(notebook["f"])
    digests = {body.digest() for _ in range(5)}
    assert Costly.walks == 1
    notebook["c"] = 1
    assert body.digest() not in digests


def test_a_value_that_is_never_the_same_is_found_out(notebook):
    notebook.run("import random", "r = random.Random(0)", "def f(a): return r.random()")
    body, said = Body(notebook["f"]), []
    for _ in range(5):
        body.digest()
        said.append(body.restless)
        notebook["f"](1)
    assert said == ["", "", "", "r", "r"]
    body.digest()
    body.digest()
    assert body.restless == ""
