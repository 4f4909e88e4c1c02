"""Runs in real processes, and a look at what is left when they have ended."""

import contextlib
import sys
import time

import cloudpickle
import psutil
import pytest

from flyte_nb.run.isolation import IsolatedRequest, Limits, Output, pack_call, run_isolated
from flyte_nb.run.isolation.caller.fork_server import FORK_SERVER

_NAMES_OF_REQUEST = {"environment", "folder", "sys_path", "fresh", "spawn", "prepare"}


def request_for(function, *args, **options):
    """Return a request; what is no option of it is a limit."""
    asked = {name: options.pop(name) for name in _NAMES_OF_REQUEST & set(options)}
    call = pack_call(function, args, prepare=asked.pop("prepare", None))
    return IsolatedRequest(call=call, limits=Limits(**{"grace_s": 5, **options}), **asked)


class Heard(list):
    """What came back while a run went on."""

    def text(self, stream="stdout"):
        return "".join(e.text for e in self if isinstance(e, Output) and e.stream == stream)

    def messages(self, kind):
        return [e.payload for e in self if not isinstance(e, Output) and e.kind == kind]


@pytest.fixture(autouse=True)
def _of_a_notebook(request):
    """Let functions of the test go by value, as those of a notebook do."""
    cloudpickle.register_pickle_by_value(request.module)
    yield
    cloudpickle.unregister_pickle_by_value(request.module)


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def run(heard):
    """Return what runs a function and tells how it ended."""

    def run(function, *args, **options):
        return run_isolated(request_for(function, *args, **options), heard.append)

    return run


@pytest.fixture
def request_of():
    return request_for


@pytest.fixture
def notebook():
    """Return what runs a cell: its names are those of ``__main__``."""
    names = {"__name__": "__main__", "__builtins__": __builtins__}

    def cell(source):
        exec(compile(source, "<cell>", "exec"), names)
        return names

    return cell


def descendants():
    """Return all processes below this one but the server."""
    found = psutil.Process().children(recursive=True)
    return [p for p in found if p.pid != FORK_SERVER.pid]


def gone(pids, timeout_s=5.0):
    """Wait for processes to end; return whether they did."""
    deadline = time.monotonic() + timeout_s
    while any(map(_lives, pids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _lives(pid):
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


@pytest.fixture
def is_gone():
    return gone


@pytest.fixture(autouse=True)
def _nothing_is_left():
    """Fail a test that leaves a process behind; what other tests keep, as a server, may stay."""
    before = set(psutil.Process().children(recursive=True))
    yield
    deadline = time.monotonic() + 5
    while (left := set(descendants()) - before) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert left == set()


@pytest.fixture(scope="session")
def on_linux():
    if sys.platform != "linux":
        pytest.skip("needs what only Linux has")
