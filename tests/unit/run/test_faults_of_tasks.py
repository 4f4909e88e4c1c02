"""Everything that a task can do wrong: whoever called goes on, and the record says what it was.

`make soak` prints a gigabyte; here it is a sample.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flyte_nb import current_context, task
from flyte_nb.errors import InvalidValueError, PodFailedError, TypeTransformerFailedError
from flyte_nb.run.record import Phase

# ruff: noqa: T201 - as users write it
pytestmark = pytest.mark.usefixtures("session", "of_a_notebook")
MEGABYTES = 1_000 if int(os.environ.get("FLYTE_NB_CASES", "40")) >= 1_000 else 20


class OddError(Exception):
    """Wants other arguments than it keeps, and has one that cannot be pickled."""

    def __init__(self, code, *, where):
        super().__init__(f"code {code}")
        self.code, self.where, self.lock = code, where, threading.Lock()


class SilentError(Exception):
    def __str__(self):
        raise RuntimeError("no message")

    __repr__ = __str__


class ExitsWhenShownError(Exception):
    def __str__(self):
        raise SystemExit(1)


class Unpicklable:
    def __reduce__(self):
        raise RuntimeError("stays here")

    def __repr__(self):
        raise RuntimeError("cannot be shown")


@pytest.fixture(autouse=True)
def _the_caller_goes_on():
    """Look at this process after each fault, and run something."""
    before = _surroundings()
    yield
    assert _surroundings() == before
    for isolate in (False, True):
        assert works.run(a=1, isolate=isolate).result(60) == 1


def _surroundings():
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    replaced = (type(os.environ), os.chdir, sys.stdout, sys.stderr)
    return Path.cwd(), environment, replaced


@task
def works(a: int) -> int:
    print("works")
    return a


@pytest.fixture(params=[False, True], ids=["here", "isolated"])
def isolate(request):
    return request.param


def only_attempt(run):
    (node,) = run.wait(120).progress.nodes()
    (attempt,) = node.attempts
    assert repr(run)
    return attempt


@pytest.mark.parametrize(
    "end",
    [
        lambda: os._exit(3),
        lambda: ctypes.string_at(0),
        os.abort,
        lambda: os.kill(os.getpid(), signal.SIGKILL),
        lambda: sys.exit("for a reason"),
        lambda: os.closerange(0, 1_000),
    ],
    ids=["exits", "segfaults", "aborts", "is killed", "sys.exit", "closes everything"],
)
def test_an_end_of_the_process(end):
    @task
    def ends() -> int:
        print("begins")
        sys.stdout.flush()
        end()
        return 1

    run = ends.run(isolate=True)
    attempt = only_attempt(run)
    assert attempt.phase is Phase.FAILED
    assert attempt.exit_code is not None
    with pytest.raises(PodFailedError):
        run.result()
    assert "begins" in run.progress.nodes()[0].transcript.lines()


def test_sys_exit_here_ends_the_run_alone():
    @task
    def exits() -> None:
        sys.exit(3)

    run = exits.run()
    assert only_attempt(run).error == "SystemExit: 3"
    assert run.phase is Phase.FAILED


def test_an_input_that_cannot_travel(isolate):
    @task
    def takes(a: object) -> bool:
        return isinstance(a, object)

    run = takes.run(a=Unpicklable(), isolate=isolate)
    attempt = only_attempt(run)
    if not isolate and run.error is None:
        assert run.result() is True
    else:
        assert attempt.phase is Phase.FAILED
        assert isinstance(run.error, (InvalidValueError, TypeTransformerFailedError))


def test_an_exception_with_odd_arguments(isolate):
    @task
    def raises() -> None:
        raise OddError(7, where="here")

    run = raises.run(isolate=isolate)
    assert only_attempt(run).error == "OddError: code 7"
    with pytest.raises(OddError) as caught:
        run.result()
    assert (caught.value.code, caught.value.where) == (7, "here")


@pytest.mark.parametrize("kind", [SilentError, ExitsWhenShownError])
def test_an_exception_that_cannot_be_shown(isolate, kind):
    @task
    def raises() -> None:
        raise kind("unseen")

    run = raises.run(isolate=isolate)
    assert only_attempt(run).error == f"{kind.__name__} (its message cannot be shown)"
    with pytest.raises(kind) as caught:
        run.result()
    assert caught.value.args == ("unseen",)


def test_a_group_of_exceptions_with_causes(isolate):
    @task
    def raises() -> None:
        try:
            {}["missing"]
        except KeyError as error:
            raise OddError(1, where="outer") from error

    run = raises.run(isolate=isolate)
    only_attempt(run)
    assert isinstance(run.error.__cause__, KeyError)
    assert '{}["missing"]' in run.traceback


def test_a_wrong_value(isolate):
    @task
    def wrong() -> int:
        return "text"

    run = wrong.run(isolate=isolate)
    assert "TypeTransformerFailedError" in only_attempt(run).error
    with pytest.raises(TypeTransformerFailedError, match="declares -> int"):
        run.result()


def test_a_value_that_cannot_travel(isolate):
    @task
    def returns() -> Unpicklable:
        return Unpicklable()

    run = returns.run(isolate=isolate)
    attempt = only_attempt(run)
    if isolate:
        assert attempt.phase is Phase.FAILED
        assert run.error is not None
    assert run.phase.is_over


def test_threads_that_go_on(isolate):
    over = threading.Event() if not isolate else None

    @task
    def leaks() -> int:
        wait = time.sleep if over is None else over.wait
        threading.Thread(target=wait, args=(60,), name="leaked", daemon=False).start()
        return 1

    run = leaks.run(isolate=isolate)
    attempt = only_attempt(run)
    assert run.result() == 1
    if over is not None:
        over.set()
    else:
        assert any(found.startswith("thread leaked") for found in attempt.findings)


def test_forks(isolate):
    @task
    def forks() -> int:
        children = []
        for _ in range(3):
            if (pid := os.fork()) == 0:
                os._exit(0)
            children.append(pid)
        return sum(os.waitpid(pid, 0)[1] for pid in children)

    assert forks.run(isolate=isolate).result(60) == 0


def test_a_fork_that_comes_out_of_the_task():
    @task
    def forks() -> int:
        return os.fork()

    assert forks.run(isolate=True).result(60) > 0


@task
def comes_out(ends: Callable[[], int | None]) -> int:
    print("printed by both")
    return os.fork() or ends() or 0


@task
async def comes_out_awaited(ends: Callable[[], int | None]) -> int:
    return os.fork() or ends() or 0


@pytest.mark.parametrize("forks", [comes_out, comes_out_awaited], ids=["call", "coroutine"])
@pytest.mark.parametrize(
    ("ends", "status"),
    [
        (lambda: 0, 0),
        (lambda: 1 // 0, 1),
        (lambda: sys.exit(3), 3),
        (sys.exit, 0),
        (lambda: sys.exit("for a reason"), 1),
        (sys.stdout.close, 0),
    ],
    ids=["returns", "raises", "exits", "just exits", "says why", "closes"],
)
def test_a_fork_that_comes_out_of_the_task_here(forks, ends, status):
    me, run = os.getpid(), forks.new_run(ends=ends)
    try:
        run.run_here()
    finally:
        if os.getpid() != me:
            os._exit(99)  # there would be two of this test
    child = run.result()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == status


def test_stdout_is_closed(isolate):
    @task
    def closes() -> int:
        sys.stdout.close()
        sys.stderr.close()
        return 1

    run = closes.run(isolate=isolate)
    assert only_attempt(run).phase is Phase.SUCCEEDED
    assert run.result() == 1
    print("still there")


def test_the_working_directory_and_the_environment(isolate):
    @task
    def changes() -> int:
        os.chdir("/")
        os.environ.clear()
        os.environ["LEFT_BEHIND"] = "1"
        return 1

    assert changes.run(isolate=isolate).result(60) == 1
    assert "LEFT_BEHIND" not in os.environ


def test_a_flood_of_output(isolate):
    @task
    def floods(megabytes: int) -> int:
        line = "0123456789abcde\n" * 1024
        for _ in range(64 * megabytes):
            sys.stdout.write(line)
        print("the last line")
        return megabytes

    megabytes = MEGABYTES if isolate else 5
    run = floods.run(megabytes=megabytes, isolate=isolate)
    assert only_attempt(run).phase is Phase.SUCCEEDED
    assert run.result() == megabytes
    lines = run.progress.nodes()[0].transcript.lines()
    assert lines[-1] == "the last line"
    assert len(lines) <= 1_000


def test_too_many_log_lines_metrics_and_decks(isolate):
    @task
    def tells() -> int:
        ctx = current_context()
        for n in range(2_000):
            ctx.logging.warning("line %d", n)
            ctx.stats.incr(f"metric.{n}")
            ctx.default_deck.append(f"<p>{n}</p>")
        return 1

    run = tells.run(isolate=isolate)
    attempt = only_attempt(run)
    assert run.result() == 1
    assert attempt.log[-1].message == "line 1999"
    assert len(attempt.log) <= 500
    assert len(attempt.metrics) == 1_000
    assert attempt.decks[0].html.endswith("<p>1999</p>")
