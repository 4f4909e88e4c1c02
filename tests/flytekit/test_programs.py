"""Integration: programs answer under the shim's flytekit what they answer under flytekit.

The programs are the cells of ``programs/*.py``; where they answer otherwise, and why, stands in
``tests/support/differences.py``.
"""

import json
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from differences import DIFFERENCES
from programs import cells

HERE = Path(__file__).parent
PROGRAMS = {
    f"{path.stem}: {name}": {"path": str(path), "name": name}
    for path in sorted((HERE / "programs").glob("*.py"))
    for name in cells(path)
}
NONE = "no answer"


@contextmanager
def runner(folder, *command):
    """Start what runs programs in one environment; give the function that runs one there.

    flytekit leaves a folder behind when it is imported: it goes into *folder*.
    """
    with subprocess.Popen(
        [command[0], HERE / "run_program.py", *command[1:]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(folder)},
        text=True,
    ) as process:

        def run(case):
            process.stdin.write(json.dumps(case) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield run
        process.stdin.close()


@pytest.fixture(scope="module")
def runners(flytekit_python, tmp_path_factory):
    """What runs a program under flytekit, and what runs it under the shim."""
    folder = tmp_path_factory.mktemp("imports")
    with ExitStack() as stack:
        yield [
            stack.enter_context(runner(folder, flytekit_python)),
            stack.enter_context(runner(folder, sys.executable, "--shim")),
        ]


@pytest.fixture
def answers(runners, tmp_path):
    """Run a program under both, each time in the same empty folders; return the two answers."""

    def answer_of(run, program):
        folders = {name: tmp_path / name for name in ("work", "home", "tmp")}
        for folder in folders.values():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        environment = {
            "HOME": str(folders["home"]),
            "TMPDIR": str(folders["tmp"]),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        case = {**program, "folder": str(folders["work"]), "environment": environment}
        found = run(case)
        assert "answer" in found, found.get("failed")
        return found["answer"]

    return lambda program: [answer_of(run, program) for run in runners]


def agree(theirs, ours):
    """Return whether two answers are one; an error may be caught in more ways than flytekit's."""
    if is_error(theirs) and is_error(ours):
        return set(theirs["raises"]) <= set(ours["raises"])
    return theirs == ours


def is_error(answer):
    return isinstance(answer, dict) and answer.keys() == {"raises", "text"}


def stated(answer):
    """Return *answer* as the table states it: an error without its text."""
    return {"raises": answer["raises"]} if is_error(answer) else answer


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_answers_as_under_flytekit(answers, name):
    theirs, ours = answers(PROGRAMS[name])
    keys = {**theirs, **ours}
    pairs = {key: (theirs.get(key, NONE), ours.get(key, NONE)) for key in keys}
    differ = {key: pair for key, pair in pairs.items() if not agree(*pair)}
    _, expected = DIFFERENCES.get(name, ("", {}))
    found = {key: tuple(map(stated, pair)) for key, pair in differ.items()}
    assert found == expected, differ


def test_the_table_is_of_programs_that_there_are_and_gives_reasons():
    assert DIFFERENCES.keys() <= PROGRAMS.keys()
    assert all(why and answers for why, answers in DIFFERENCES.values())
