"""What a task is called on a cluster."""

import subprocess
import sys

import pytest

from flyte_nb import task
from flyte_nb.run.origin import entity_name

SCRIPT = """
from flyte_nb import task

@task
def double(a: int) -> int:
    return 2 * a

print(double.name)
"""


@task
def here() -> int:
    return 1


def test_in_a_module_it_has_the_modules_name():
    assert here.name == f"{__name__}.here"


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["steps.py"], "steps.double"),
        (["pkg/sub/steps.py"], "pkg.sub.steps.double"),
        (["-m", "pkg.sub.steps"], "pkg.sub.steps.double"),
        (["-c", SCRIPT], "double"),  # as in a notebook
    ],
)
def test_in_a_script_it_has_the_name_by_which_the_file_is_imported(tmp_path, command, name):
    (tmp_path / "pkg" / "sub").mkdir(parents=True)
    for folder in ("pkg", "pkg/sub"):
        (tmp_path / folder / "__init__.py").touch()
    for file in ("steps.py", "pkg/sub/steps.py"):
        (tmp_path / file).write_text(SCRIPT)
    run = subprocess.run(
        [sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == name


def test_in_a_notebook_it_has_its_own_name_alone():
    namespace = {"__name__": "__main__"}
    exec("def double(): ...", namespace)
    assert entity_name(namespace["double"]) == "double"
