"""A body with the names of a notebook becomes a task: its source, its types, its outputs."""

import ast
import inspect
import math
import sys
import traceback
from fractions import Fraction
from functools import partial

import cloudpickle
import numpy as np
import pandas as pd
import pytest
from IPython.core.autocall import ExitAutocall
from IPython.core.interactiveshell import _modified_open

from flyte_nb import current_context, task
from flyte_nb.context.entities import FlyteEntities
from flyte_nb.errors import InvalidValueError, TaskDefinitionError
from flyte_nb.run.cell.cell_task import CellTask
from flyte_nb.run.cell.declared import declared
from flyte_nb.run.cell.flags import Option
from flyte_nb.run.cell.last_value import LastValue
from flyte_nb.run.cell.parts import Cell, CellOptions, cell_source

FILE = "<cell of a test>"


@pytest.fixture
def make(session):  # noqa: ARG001 - tasks run in it
    """Return a function that makes the task of a cell with *body*."""

    def build(body, names=None, out="", in_=None, name="job", **given):
        lines = ["%%flyte_task job\n", *body.splitlines(keepends=True)]
        tree = ast.parse("\n" + body)
        options = CellOptions(
            name=name,
            inputs=None if in_ is None else declared("--in", [in_]),
            outputs=declared("--out", [out]),
            **given,
        )
        cell = Cell(body=tree.body, lines=lines, first_line=2, filename=FILE)
        names = {"__name__": "__main__"} if names is None else names
        names.setdefault("__name__", "__main__")
        return CellTask(options, cell, names)

    return build


def ran(made):
    """Run the task as a cell does and return its outputs by name."""
    return made.take(made.task(**made.values()))


def test_the_open_of_ipython_is_pythons_own(make):
    made = make("y = open(__file__)", {"open": _modified_open}, out="y")
    assert cell_source(made.task).helpers == ()
    assert "open" not in str(made.rows())


def test_inputs_are_names_with_values_and_outputs_are_typed_by_the_first_run(make):
    made = make("c = a * len(b)\nd = [1.5]\nhidden = 1\n", {"a": 2, "b": "xy"}, out="c,d")
    assert made.task.interface.inputs == ("a", "b")
    assert ran(made) == {"c": 4, "d": [1.5]}
    assert made.task.interface.outputs == {"c": int, "d": list[float]}
    assert made.task(a=3, b="z").d == [1.5]
    assert FlyteEntities.is_newest(made.task)


def test_a_cell_that_ends_in_an_expression_has_its_values_kept_as_well(make, home, monkeypatch):
    monkeypatch.setenv("FLYTE_SDK_LOCAL_SANDBOX", str(home / "sandbox"))
    cache = (Option("cache", value=True, text="True"), Option("cache_version", "1", '"1"'))
    seen = []
    made = make("y = x + 1\ny", {"x": 1}, out="y:int", options=cache)
    assert [made.with_last_value(seen.append)(x=1) for _ in range(2)] == [2, 2]
    assert seen == [2]  # the second time nothing was computed
    assert made.task(x=1) == 2


def test_one_output_is_the_value_itself(make):
    made = make("y = x + 1", {"x": 1}, out="y:int")
    before = made.task
    assert ran(made) == {"y": 2}
    assert made.task is before  # nothing to learn
    assert made.task(x=2) == 3
    assert made.task.interface.outputs == {"o0": int}


def test_nothing_of_the_body_is_left_in_the_notebook(make):
    names = {"x": 1}
    ran(make("y = x\nz = 2\ndef f(): pass\nimport json", names, out="y"))
    assert names.keys() == {"x", "__name__", "__builtins__"} - {"__builtins__"} | (
        names.keys() & {"__builtins__"}
    )


def test_the_source_is_that_of_a_file(make):
    body = '# why\nif x:\n    y = """a\n  b"""  # what\n\nz = [x,\n     2]\n'
    options = (Option("retries", 3, "3"),)
    made = make(body, {"x": 1}, out="y:str,z:list[int]", options=options)
    text = inspect.getsource(made.task.function)
    assert text == cell_source(made.task).text
    assert text == (
        '@task(retries=3)\ndef job(x: int) -> NamedTuple("JobOutputs", [("y", str),'
        ' ("z", list[int])]):\n    # why\n    if x:\n        y = """a\n  b"""  # what\n\n'
        "    z = [x,\n         2]\n    return y, z\n"
    )


def test_the_source_with_its_imports_is_the_same_task(make):
    names = {"np": np, "pd": pd, "t": pd.DataFrame({"a": [1, 2]}), "floor": math.floor}
    made = make("import os.path\ns = floor(np.sum(t['a']) + .5)\nm = t", names, out="s,m")
    first = ran(made)
    source = cell_source(made.task)
    module = {"__name__": "exported"}
    exec("\n".join(source.imports) + "\n" + source.text, module)
    assert module["job"].interface.types.keys() == made.task.interface.types.keys()
    assert module["job"].interface.outputs == {"s": int, "m": pd.DataFrame}
    assert module["job"](t=names["t"]).s == first["s"] == 3
    assert "import numpy as np" in source.imports
    assert "from math import floor" in source.imports
    assert "import pandas as pd" in source.imports


def test_tracebacks_show_the_cells_own_lines(make):
    made = make("a = 1\n\nb = a / 0\nc = 2", out="c")
    with pytest.raises(ZeroDivisionError) as caught:
        made.task()
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.lineno, last.line) == (4, "b = a / 0")
    assert last.filename == cell_source(made.task).filename


def test_a_task_that_is_replaced_keeps_its_own_source(make):
    before = make("y = x", {"x": 1}, out="y:int").task
    make("y = x + 1", {"x": 1}, out="y:int")
    assert "    y = x\n" in inspect.getsource(before.function)


def test_await_makes_a_coroutine_function(make):
    import asyncio

    made = make("import asyncio\nawait asyncio.sleep(0)\ny = x", {"x": 1}, out="y:int")
    assert inspect.iscoroutinefunction(made.task.function)
    assert inspect.getsource(made.task.function).splitlines()[1].startswith("async def job(")
    assert asyncio.run(made.task(x=5)) == 5


def test_an_await_in_a_function_of_the_body_is_not_one_of_the_body(make):
    made = make("async def f():\n    await g()\ny = 1", {"g": print}, out="y:int")
    assert not inspect.iscoroutinefunction(made.task.function)


@pytest.mark.parametrize(
    ("body", "value"),
    [("y = 1\ny + 1", 2), ("y = 1\ny + 1;", 2), ("y = 1", None), ("y = 1\nNone", None)],
)
def test_the_last_expression_is_for_the_cell_alone(make, body, value):
    made = make(body, out="y:int")
    last = LastValue()
    assert made.with_last_value(last)() == 1
    assert last.value == value
    last.value = "untouched"
    assert made.task() == 1
    assert last.value == "untouched"


@pytest.mark.parametrize(
    ("last", "shown"),
    [
        ("[x]", "[1]"),
        ("None", "None"),
        ("y = x", "None"),
        ("threading.Lock()", "<unlocked _thread.lock object"),
        ("bytes(20_000_000)", "b'\\x00"),
    ],
)
@pytest.mark.usefixtures("home", "session")
def test_the_last_value_comes_from_another_process(make, capfd, last, shown):
    made = make(f"import threading\nz = x\n{last}", {"x": 1}, out="z:int")
    kept = LastValue()
    run = made.with_last_value(kept).run(x=1, isolate=True).wait(60)
    assert run.error is None
    assert repr(kept.value).startswith(shown)
    assert len(repr(kept.value)) < 20_000
    (node,) = run.progress.nodes()
    assert not [line for line in node.attempts[-1].findings if "_flyte_nb" in line]
    assert run.outputs == node.outputs == {"z": "1"}
    assert capfd.readouterr().out == ""


def test_it_goes_to_another_process_by_value(make):
    made = make("y = helper(x)\ny", {"x": 1, "helper": lambda x: x + 1}, out="y:int,x")
    ran(made)
    for entity in (made.task, made.with_last_value(LastValue())):
        there = cloudpickle.loads(cloudpickle.dumps(entity.function))
        assert there(x=2) == (3, 2)


def test_the_context_inside_is_that_of_the_task(make):
    made = make("n = current_context().task_id.name", {"current_context": current_context}, out="n")
    assert ran(made) == {"n": "job"}
    assert "from flyte_nb import current_context" in cell_source(made.task).imports


def test_code_of_the_notebook_comes_along_and_is_listed(make):
    exec("class Model: pass\ndef helper(): return Model()", names := {"__name__": "__main__"})
    names["inner"] = task(names["helper"])
    names["half"] = partial(pow, 2)
    made = make("m = helper(); n = inner(); o = half(3); k = Model", names, out="m")
    source = cell_source(made.task)
    assert made.task.interface.inputs == ("half",)  # an object, as others are
    assert source.helpers == ("helper", "inner", "Model")
    assert ("used from the notebook", "helper, inner, Model") in made.rows()


def test_submodules_are_imported_by_their_own_name(make):
    import xml.dom.minidom

    made = make("y = xml.dom.minidom.parseString('<a/>').nodeName", {"xml": xml}, out="y:str")
    assert "import xml.dom.minidom" in cell_source(made.task).imports


@pytest.mark.parametrize(
    ("body", "names", "given", "message"),
    [
        ("y = scor", {"score": 1}, {}, r"reads scor \(line 2\).*\n.*did you mean score\?"),
        ("y = nope + nada\nnope", {}, {}, r"nope \(line 2\), nada \(line 2\), which are nowhere"),
        ("y = a + b", {"a": 1, "b": 2}, {"in_": "a"}, r"reads b \(line 2\).*list\n.*--in a,b"),
        ("y = a", {"a": 1}, {"in_": ""}, "--in does not list"),
        ("y = 1", {}, {"in_": "a"}, "no a here to tell its type"),
        ("y = a", {}, {"in_": "a:Foo"}, "--in a:Foo: Foo is not defined"),
        ("y = a", {"a": 1}, {"in_": "a:3"}, "3 is a value of type int, and not a type"),
        ("y = a()", {"a": len}, {"in_": "a"}, "a builtin_function_or_method cannot be an input"),
        ("return 1", {}, {}, "line 2: return"),
        ("for i in y:\n    return 1", {"y": [1]}, {}, "line 3: return"),
        ("yield 1", {}, {}, "yield"),
        ("from math import *", {}, {}, r"import \*"),
        ("from __future__ import annotations", {}, {}, "__future__"),
        ("def f():\n    global y\n    y = 1", {}, {}, "line 3: global y"),
        ("get_ipython().system('ls')", {}, {}, "line 2: !ls: a pod has no IPython"),
        ("get_ipython().run_line_magic('cd', 'x')", {}, {}, "line 2: %cd x"),
        ("y = _", {"_": 3}, {}, "IPython's own"),
        ("y = 1\nexit(1)", {"exit": ExitAutocall()}, {}, r"line 3: exit .* ends the kernel"),
        ("", {}, {}, "nothing in the cell"),
        ("y = 1", {}, {"out": "z"}, "--out z: the body of job does not assign it\n.*assigns y"),
        ("_y = 1", {}, {"out": "_y"}, "--out _y"),
        ("class A:\n    x = x", {"x": 1}, {}, "line 3: a class reads x and then sets its own x"),
        ("y = job", {"job": 3}, {}, "job is the name of the task"),
        ("y = job()", {"job": print}, {}, "job is the name of the task"),
    ],
)
def test_refused_before_it_runs(make, body, names, given, message):
    with pytest.raises((TaskDefinitionError, InvalidValueError), match=f"(?s){message}"):
        make(body, names, **given)


@pytest.mark.parametrize("body", ["x = (1", "def f(): nonlocal q", "break"])
def test_a_syntax_error_is_pythons_own(make, body):
    with pytest.raises(SyntaxError):
        make(body)


def test_inputs_that_are_listed_may_be_there_later(make):
    made = make("y = later + a", {"a": 1}, in_="later:float,a", out="y:float")
    assert made.task.interface.types["later"] is float
    with pytest.raises(TaskDefinitionError, match="input later has no value"):
        made.values()
    assert made.task(later=1.0, a=1) == 2.0


def test_an_output_of_a_run_before_is_no_input_of_the_next(make):
    body = (
        "if flag:\n    y = 1\nelse:\n    y = 2\nfor i in [1]:\n    z = i\n"
        "if flag:\n    w = 1\nv = w"
    )
    names = {"flag": True}
    for _ in range(2):
        made = make(body, names, out="y,z,w")
        assert made.task.interface.inputs == ("flag",)
        names.update(ran(made))


def test_a_name_that_is_bound_on_one_way_only_is_an_input_where_it_has_a_value(make):
    body = "if flag:\n    y = 1\nz = y"
    assert make(body, {"flag": False, "y": 7}, out="z").task.interface.inputs == ("flag", "y")
    assert make(body, {"flag": True}, out="z").task.interface.inputs == ("flag",)
    assert make(body, {"flag": True, "y": 7}, in_="flag", out="z").task.interface.inputs == (
        "flag",
    )


def test_a_value_that_hides_a_builtin_is_an_input(make):
    assert make("y = id + len('a')", {"id": 4}, out="y").task.interface.inputs == ("id",)


def test_it_says_what_it_does_not_return(make):
    assert any("--out y,z would" in value for _, value in make("y = 1; z = 2").rows())
    assert not any("is an output" in value for _, value in make("print(1)").rows())


def test_it_says_why_a_type_says_no_more(make):
    rows = make("y = a", {"a": []}, out="y").rows()
    assert ("note", "a is list[Any]: an empty list does not tell the type of its items") in rows


def test_the_classes_of_the_notebook_and_of_aliases_are_written_by_name(make):
    exec(
        "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int",
        names := {"__name__": "__main__"},
    )
    # As in a notebook, whose module is in this table.
    names.update(p=names["Point"](1), o=Fraction(1), t=pd.DataFrame(), pd=pd, a=np.zeros(2))
    made = make("y = (p, o, t, a)", names)
    head = cell_source(made.task).text.splitlines()[1]
    assert head == "def job(p: Point, o: Fraction, t: pd.DataFrame, a: ndarray):"
    assert "from numpy import ndarray" in cell_source(made.task).imports
    assert sys.modules["numpy"] is np
