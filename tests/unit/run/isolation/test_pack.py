"""What cannot go to another process is named, before any process is started."""

import io
import socket
import sqlite3
import threading

import pytest
from IPython.core.autocall import ExitAutocall

from flyte_nb.errors import InvalidValueError
from flyte_nb.run.isolation import pack_call


class Model:
    def __init__(self, part):
        self.parts = {"encoder": [1, part]}


class RefusesToBePickled:
    def __reduce__(self):
        raise RuntimeError

    def __repr__(self):
        raise RuntimeError


def function(a, b=None):
    return a, b


def refusal(function, *args, **kwargs):
    with pytest.raises(InvalidValueError) as raised:
        pack_call(function, args, kwargs)
    assert raised.value.__cause__ is None
    return str(raised.value.args[0]), raised.value.hint


@pytest.mark.parametrize(
    ("make", "kind", "hint"),
    [
        (threading.Lock, "_thread.lock", "make it inside"),
        (lambda: (n for n in ()), "generator", "pass a list"),
        (lambda: socket.socket(socket.AF_UNIX), "socket.socket", "connect inside"),
        (lambda: sqlite3.connect(":memory:"), "sqlite3.Connection", "connect inside"),
        (lambda: io.TextIOWrapper(io.BytesIO()), "_io.TextIOWrapper", "pass the path"),
        (RefusesToBePickled, "RefusesToBePickled", "make it inside"),
    ],
)
def test_an_argument_is_named(make, kind, hint):
    value = make()
    message, advice = refusal(function, 1, value)
    assert message.startswith("function cannot run in another process: argument 'b' ")
    assert message.endswith(f"{kind}")
    assert hint in advice
    if hasattr(value, "close"):
        value.close()


def test_the_part_of_an_argument_is_named():
    message, _ = refusal(function, a=Model(threading.Lock()))
    assert "argument 'a'.parts['encoder'][1] cannot be pickled: it is a _thread.lock" in message


def test_a_global_is_named_also_of_a_helper(notebook):
    names = notebook(
        "import threading\n"
        "guard = threading.Lock()\n"
        "def helper(): return guard.locked()\n"
        "def task(): return helper()\n"
    )
    message, _ = refusal(names["task"])
    assert message == (
        "task cannot run in another process: global 'guard' cannot be pickled: it is a _thread.lock"
    )


def test_a_variable_of_the_function_around_is_named():
    guard = threading.Lock()
    message, _ = refusal(lambda: guard.locked())  # noqa: PLW0108 - the closure is the point
    assert "variable 'guard' around <lambda> cannot be pickled" in message


def test_a_default_is_named(notebook):
    names = notebook("import threading\ndef task(a=threading.Lock()): return a\n")
    assert "default of 'a' of task" in refusal(names["task"])[0]


def test_what_prepares_is_named():
    lock = threading.Lock()
    with pytest.raises(InvalidValueError, match="what prepares it cannot be pickled"):
        pack_call(function, (1,), prepare=lambda _channel, _call: lock)


def test_arguments_that_do_not_fit_are_named_by_place():
    assert "argument '2'" in refusal(function, 1, 2, threading.Lock())[0]


def test_the_exit_of_a_notebook_is_told_from_that_of_python():
    shell = threading.Lock()  # it holds the shell of IPython, of which nothing can be pickled
    leave = ExitAutocall(shell)
    message, hint = refusal(lambda: leave() or 1)
    assert "variable 'leave' around <lambda> cannot be pickled" in message
    assert "sys.exit(1)" in hint
