"""Isolated runs of tasks, and a look at what is left when they have ended."""

import time

import psutil
import pytest

from flyte_nb.run.isolation.caller.fork_server import FORK_SERVER


@pytest.fixture(autouse=True)
def _by_value(of_a_notebook):
    """Let tasks of each test go by value."""


@pytest.fixture(autouse=True)
def _nothing_is_left():
    """Fail a test that leaves a process behind."""
    before = set(psutil.Process().children(recursive=True))
    yield
    deadline = time.monotonic() + 5
    while (left := _below() - before) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert left == set()


def _below():
    return {p for p in psutil.Process().children(recursive=True) if p.pid != FORK_SERVER.pid}


@pytest.fixture
def attempts():
    """Return what waits for a run and returns the attempts of its only node."""

    def attempts(run):
        (node,) = run.wait(60).progress.nodes()
        return node.attempts

    return attempts
