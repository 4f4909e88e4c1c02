"""flytekit itself, in an environment of its own, beside us."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = Path(os.environ.get("FLYTE_NB_FLYTEKIT", ROOT / ".venv-flytekit" / "bin" / "python"))


@pytest.fixture(scope="session")
def flytekit_python():
    """The Python that has flytekit."""
    if not PYTHON.exists():
        pytest.fail(f"flytekit is not installed at {PYTHON}: run the tests by `make test`")
    return PYTHON


@pytest.fixture(scope="session")
def ask_flytekit(flytekit_python):
    """Return a function that hands flytekit a case and returns its answer."""
    worker = Path(__file__).with_name("worker.py")
    with subprocess.Popen(
        [flytekit_python, worker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def ask(case):
            process.stdin.write(json.dumps(case) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()
