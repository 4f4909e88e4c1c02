"""What works here and will fail in the pod."""

import functools
import os
import sys
from pathlib import Path

import pytest

from flyte_nb import task
from flyte_nb.run.isolation import IsolatedResult, Outcome, findings
from flyte_nb.run.isolation.wire.observations import Observations

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


def found(*args, kind=None, **options):
    return [
        f.subject for f in findings(*args, **options) if kind is None or f.kind == kind
    ]  # fmt: skip


def seen(**observations):
    observed = Observations(**observations)
    return IsolatedResult(outcome=Outcome.RETURNED, message="", seen=observed)


def test_a_function_that_needs_nothing_has_no_findings():
    assert findings(abs) == findings(lambda x: [x + 1 for _ in range(3)]) == ()


def test_values_of_the_notebook_are_found_through_helpers_classes_and_comprehensions(notebook):
    names = notebook(
        "import functools, math\n"
        "rate, table, unused, deep, base = 0.1, {}, 1, 2, 3\n"
        "class Base:\n"
        "    def f(self): return base\n"
        "class Model(Base):\n"
        "    @property\n"
        "    def size(self): return table\n"
        "    @staticmethod\n"
        "    def g(): return [deep for _ in range(3)]\n"
        "def wrapped(f):\n"
        "    return functools.wraps(f)(lambda x: f(x))\n"
        "@wrapped\n"
        "def helper(x): return math.floor(x * rate)\n"
        "def task(x): return helper(x), Model()\n"
    )
    assert found(names["task"]) == ["base", "deep", "rate", "table"]
    assert "a value of the notebook (float)" in findings(names["task"])[2].advice
    assert found(functools.partial(names["task"], 1)) == ["base", "deep", "rate", "table"]


def test_a_task_is_looked_into(notebook):
    names = notebook("rate = 1\ndef f(x: int) -> int: return x * rate\n")
    assert found(task(names["f"])) == ["rate"]


def test_variables_of_the_function_around_are_values_of_the_notebook(notebook):
    names = notebook(
        "def make():\n    data = [1]\n    def task(): return data\n    return task\ntask = make()\n"
    )
    assert found(names["task"]) == ["data"]


def test_of_a_script_or_a_module_the_globals_come_along(notebook):
    names = notebook("rate = 1\ndef task(): return rate\n")
    names["__file__"] = "script.py"
    assert findings(names["task"]) == ()
    assert found(lambda: HERE, kind="global") == []


def test_a_recursion_and_helpers_of_each_other_end(notebook):
    names = notebook("def a(n): return b(n)\ndef b(n): return a(n - 1) if n else a\n")
    assert findings(names["a"]) == ()


def test_modules_that_the_image_has_not(notebook):
    names = notebook(
        "import yaml as y\nfrom psutil import Process\nimport os\n"
        "def task():\n    import requests.adapters\n    return y, Process, os\n"
    )
    task = names["task"]
    assert found(task) == []
    assert found(task, image_packages=[]) == ["psutil", "requests", "yaml"]
    assert found(task, image_packages=["PyYAML==6.*", "Requests[socks]>=2"]) == ["psutil"]
    (finding,) = findings(task, image_packages=["pyyaml", "requests"])
    assert str(finding) == "module psutil: not in the image: add psutil to its packages"


def test_what_a_package_brings_along_is_in_the_image(notebook):
    names = notebook("import urllib3\ndef task(): return urllib3\n")
    assert found(names["task"], image_packages=["requests"]) == []
    assert found(names["task"], image_packages=["psutil"]) == ["urllib3"]


def test_modules_that_were_imported_in_the_run():
    result = seen(
        modules=(("yaml", "/x/site-packages/yaml/__init__.py"), ("mine", "/home/mine.py"))
    )
    assert found(abs, result) == ["mine"]
    assert found(abs, result, image_packages=[]) == ["mine", "yaml"]
    assert "a file of yours (/home/mine.py)" in findings(abs, result)[0].advice


@pytest.mark.parametrize(
    ("image", "expected"),
    [(None, []), (HERE, []), (f"{HERE}.99", []), ("3.8", [HERE]), ("4", [HERE])],
)
def test_python_of_the_image(image, expected):
    assert found(abs, image_python=image) == expected


def test_variables_that_were_not_declared():
    result = seen(
        variables=("MODE",), library_variables=("AWS_PROFILE", "TERM", "UNSET", "_RJEM_CONF")
    )
    options = {"set_here": {"MODE", "AWS_PROFILE", "TERM", "_RJEM_CONF"}}
    assert found(abs, result, **options) == ["MODE", "AWS_PROFILE"]
    assert "set here, not declared" in findings(abs, result, **options)[0].advice
    assert "neither set" in findings(abs, result, set_here=())[0].advice


def test_threads_and_processes_that_were_left():
    result = IsolatedResult(
        outcome=Outcome.RETURNED,
        message="",
        leaked_threads=("beat", "loader (not a daemon)"),
        leaked_processes=("sleep (12)",),
    )
    assert [str(f).partition(":")[0] for f in findings(abs, result)] == [
        "thread loader",
        "process sleep",
    ]


# -- and what a run is seen to use ---------------------------------------------------------


def test_imports_of_the_user_s_own_code_are_seen_those_of_libraries_are_not(
    run, tmp_path, monkeypatch
):
    (tmp_path / "beside.py").write_text("import fsspec\n")
    monkeypatch.syspath_prepend(tmp_path)

    def imports():
        import beside
        import requests

        return beside, requests

    def task():
        imports()

    result = run(task)
    assert [name for name, _ in result.seen.modules] == ["beside", "fsspec", "requests"]
    assert dict(result.seen.modules)["beside"] == str(tmp_path / "beside.py")
    assert found(abs, result) == ["beside"]


def test_modules_that_the_call_refers_to_are_seen(run):
    requests = pytest.importorskip("requests")

    assert ("requests", requests.__file__) in run(lambda: requests.__name__).seen.modules


def test_files_elsewhere_are_seen(run, tmp_path, environment):
    environment["HOME"] = str(tmp_path / "home")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "key").write_text("x")
    (tmp_path / "beside.csv").write_text("x")
    os.chdir(tmp_path)

    def opens():
        import contextlib
        import tempfile

        Path("own").write_text("x")
        Path("own").read_text()
        with tempfile.TemporaryFile():
            pass
        for path in (str(tmp_path / "home" / "key"), "../beside.csv", "beside.csv", "not there"):
            with contextlib.suppress(OSError):
                Path(path).read_text()
        with contextlib.suppress(OSError):
            list(Path("../..").iterdir())
        Path("/etc/hostname").exists()

    result = run(opens)
    home = str(tmp_path / "home" / "key")
    assert result.seen.files == (home, "../beside.csv", "beside.csv", "../..")
    assert found(abs, result) == [home, "../beside.csv", "beside.csv", "../.."]
    assert "of this machine" in findings(abs, result)[0].advice
    assert "empty folder" in findings(abs, result)[1].advice


def test_variables_are_seen_by_who_asks(run):
    def asks():
        import urllib.request

        urllib.request.getproxies()
        return [
            os.environ.get("MODE"),
            os.getenv("DEBUG", "0"),
            "KNOWN" in os.environ,
            "OTHER" in os.environ,
            os.environ["HOME"],
        ]

    result = run(asks, environment={"KNOWN": "1"})
    assert result.value[:4] == [None, "0", True, False]
    assert result.seen.variables == ("MODE", "DEBUG", "OTHER")


def test_a_variable_that_is_missing_is_seen_when_the_run_fails_of_it(run):
    result = run(lambda: os.environ["API_KEY"])
    assert type(result.error) is KeyError
    assert found(abs, result, set_here=()) == ["API_KEY"]


def test_watching_costs_little_and_is_bounded(run):
    def opens():
        for n in range(3_000):
            Path(f"../{n}").exists()
            os.environ.get(f"X{n}")
            Path(f"{n}").touch()
        return len(os.environ.copy())

    result = run(opens)
    assert result.outcome is Outcome.RETURNED
    assert len(result.seen.variables) == 500
    assert result.wall_s < 20
