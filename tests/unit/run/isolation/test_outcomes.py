"""Integration: whatever a function does, its caller is told how it ended."""

import ctypes
import os
import signal
import sys
import threading
import time

import pytest

from flyte_nb.errors import FlyteRecoverableException
from flyte_nb.run.isolation import Outcome


class Reading:
    """A class of the notebook."""

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return type(self) is type(other) and self.value == other.value

    __hash__ = None


class NeedsTwoError(Exception):
    """Cannot be made from what it keeps, as is common."""

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


class FailsToShowError(Exception):
    def __str__(self):
        return str(1 / 0)

    __repr__ = __str__


class ExitsWhenShownError(Exception):
    def __str__(self):
        return sys.exit("no words")


class HoldsALockError(Exception):
    def __init__(self, *args):
        super().__init__(*args)
        self.lock = threading.Lock()
        self.note = "kept"


class RefusesToPickleError(Exception):
    def __reduce__(self):
        raise OSError("not me")

    def __new__(cls, *args):
        if args == ("odd",):
            return super().__new__(cls, *args)
        raise TypeError("only odd")


def returns(value):
    return value


def raises(error):
    raise error


def helper(n):
    return n * FACTOR


FACTOR = 7


def uses_helper_and_global(n):
    return helper(n), Reading(n)


def test_a_value_comes_back(run):
    result = run(returns, {"a": [1, 2]})
    assert (result.outcome, result.value) == (Outcome.RETURNED, {"a": [1, 2]})
    assert result.exit_code == 0


def test_helpers_globals_and_classes_of_the_notebook_go_along_and_come_back(run):
    assert run(uses_helper_and_global, 6).value == (42, Reading(6))


def test_a_cell_s_function_and_its_neighbours_go_along(run, notebook):
    names = notebook(
        "import math\n"
        "SCALE = 3\n"
        "class Point:\n"
        "    def __init__(self, x): self.x = x\n"
        "def scaled(p): return Point(math.floor(p.x * SCALE))\n"
        "def task(p):\n"
        "    import pickle\n"
        "    return pickle.loads(pickle.dumps(scaled(p)))\n"
    )
    result = run(names["task"], names["Point"](1.5))
    assert type(result.value) is names["Point"]
    assert result.value.x == 4


def test_workers_of_a_pool_find_functions_of_the_notebook(run, notebook):
    names = notebook(
        "def double(n): return 2 * n\n"
        "def task():\n"
        "    import multiprocessing\n"
        "    with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "        return pool.map(double, range(5))\n"
    )
    assert run(names["task"]).value == [0, 2, 4, 6, 8]


def test_it_is_another_process_with_no_stdin(run):
    def asks():
        try:
            return input()
        except EOFError:
            return os.getpid()

    assert run(asks).value not in {None, os.getpid()}


def test_the_user_s_own_exception_comes_back_with_its_traceback(run):
    with pytest.raises(ZeroDivisionError) as raised:
        raise run(lambda: [1 / n for n in (1, 0)]).error
    last = raised.traceback[-1]
    assert str(last.path) == __file__
    assert "1 / n" in str(last.statement)


def test_an_exception_of_the_notebook_is_caught_by_its_class(run):
    result = run(lambda: raises(NeedsTwoError("too hot", 42)))
    assert (result.outcome, result.exit_code) == (Outcome.RAISED, 1)
    assert type(result.error) is NeedsTwoError
    assert (result.error.args, result.error.code) == (("too hot",), 42)
    assert result.message == "NeedsTwoError: too hot"


def test_a_recoverable_exception_is_one_here(run):
    assert isinstance(run(raises, FlyteRecoverableException("again")).error, Exception)
    assert type(run(raises, FlyteRecoverableException("again")).error) is FlyteRecoverableException


def test_causes_come_along(run):
    def fails():
        try:
            {}["inner"]
        except KeyError as error:
            raise ValueError("outer") from error

    error = run(fails).error
    assert type(error.__cause__) is KeyError
    assert error.__suppress_context__


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (FailsToShowError, "FailsToShowError (its message cannot be shown)"),
        (ExitsWhenShownError, "ExitsWhenShownError (its message cannot be shown)"),
        (HoldsALockError, "HoldsALockError: odd"),
    ],
)
def test_an_odd_exception_is_told_and_rebuilt(run, kind, message):
    result = run(lambda: raises(kind("odd")))
    assert (result.outcome, result.message) == (Outcome.RAISED, message)
    assert type(result.error) is kind
    assert result.error.args == ("odd",)
    assert "raises" in result.carried_error.traceback


def test_of_an_attribute_that_cannot_be_pickled_only_that_is_missing(run):
    error = run(lambda: raises(HoldsALockError("odd"))).error
    assert error.note == "kept"
    assert not hasattr(error, "lock")


def test_an_argument_that_cannot_be_pickled_becomes_words(run):
    result = run(lambda: raises(ValueError("lock", threading.Lock())))
    assert result.error.args[0] == "lock"
    assert "lock object" in result.error.args[1]


def test_an_exception_that_cannot_be_rebuilt_is_told(run):
    def fails():
        class LocalError(Exception):
            def __new__(cls, *args):
                if args != ("only this",):
                    raise TypeError("no")
                return super().__new__(cls, *args)

            def __reduce__(self):
                raise OSError("not me")

            def __getattribute__(self, name):
                if name == "args":
                    raise OSError("nor this")
                return super().__getattribute__(name)

        raise LocalError("only this")

    result = run(fails)
    assert (result.outcome, result.error) == (Outcome.RAISED, None)
    assert "LocalError" in result.message
    assert "in fails" in result.carried_error.traceback


def test_sys_exit_is_an_exception_with_its_code(run):
    result = run(lambda: sys.exit(3))
    assert (result.outcome, result.exit_code) == (Outcome.RAISED, 3)
    assert isinstance(result.error, SystemExit)


@pytest.mark.parametrize("code", [0, 7])
def test_a_process_that_ends_itself(run, code):
    result = run(lambda: os._exit(code))
    assert (result.outcome, result.exit_code) == (Outcome.EXITED, code)
    assert f"exit code {code}" in result.message


def test_a_segmentation_fault_tells_the_line(run, heard):
    result = run(lambda: ctypes.string_at(0))
    assert (result.outcome, result.exit_code) == (Outcome.SIGNALLED, 139)
    assert "SIGSEGV" in result.message
    assert "test_outcomes.py" in heard.text("stderr")


def test_killed_by_somebody_else(run):
    result = run(lambda: os.kill(os.getpid(), signal.SIGKILL))
    assert (result.outcome, result.exit_code) == (Outcome.SIGNALLED, 137)
    assert "SIGKILL" in result.message


def test_a_value_that_cannot_be_pickled_is_named(run):
    result = run(threading.Lock)
    assert result.outcome is Outcome.VALUE_NOT_PICKLABLE
    assert "lock" in result.message


def test_a_value_that_cannot_be_rebuilt_here_is_told(run):
    def makes():
        class Stubborn:
            def __reduce__(self):
                return os.listdir, ("/no/such/folder",)

        return Stubborn()

    result = run(makes)
    assert result.outcome is Outcome.VALUE_NOT_PICKLABLE
    assert "FileNotFoundError" in result.message


def test_a_module_that_the_process_cannot_find_is_named(run, tmp_path, monkeypatch):
    (tmp_path / "beside_the_notebook.py").write_text("def f(): return 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    import beside_the_notebook

    assert run(beside_the_notebook.f).value == 1
    elsewhere = tuple(path for path in sys.path if path != str(tmp_path))
    result = run(beside_the_notebook.f, sys_path=elsewhere)
    assert result.outcome is Outcome.NOT_LOADED
    assert "beside_the_notebook" in result.message


def test_a_copy_that_comes_out_of_the_function_too_delivers_nothing(run):
    def forks():
        return "child" if os.fork() == 0 else "parent"

    for _ in range(5):
        assert run(forks).value == "parent"


def test_what_was_registered_for_the_exit_runs_and_does_not_change_the_value(run, heard):
    def registers():
        import atexit

        atexit.register(print, "bye")
        atexit.register(lambda: 1 / 0)
        return 1

    assert run(registers).value == 1
    assert heard.text() == "bye\n"


def test_an_exit_handler_that_hangs_is_ended(run):
    def registers():
        import atexit

        atexit.register(time.sleep, 600)
        return 1

    started = time.monotonic()
    result = run(registers, grace_s=0.3)
    assert (result.outcome, result.value) == (Outcome.RETURNED, 1)
    assert time.monotonic() - started < 20


def test_a_crash_after_the_end_does_not_change_the_value(run):
    def registers():
        import atexit

        atexit.register(ctypes.string_at, 0)
        return 1

    assert run(registers).value == 1


@pytest.mark.usefixtures("on_linux")
def test_a_function_that_closes_every_descriptor_harms_nobody(run, tmp_path):
    def closes():
        os.closerange(0, 500)
        with open(tmp_path / "mine", "w", encoding="utf-8") as mine:  # noqa: PTH123
            for _ in range(20):
                os.dup(mine.fileno())
            mine.write("mine")

    result = run(closes)
    assert result.outcome is Outcome.EXITED
    assert (tmp_path / "mine").read_text() == "mine"


def test_numbers_of_the_run(run):
    def works():
        data = bytearray(50_000_000)
        end = time.process_time() + 0.3
        while time.process_time() < end:
            data[0] = 1

    result = run(works)
    assert 0.3 <= result.cpu_s < 5
    assert result.cpu_s / 2 < result.wall_s < 20
    assert 50_000_000 < result.peak_memory_bytes < 200_000_000
