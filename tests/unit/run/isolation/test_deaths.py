"""Integration: whoever is killed, nothing of the run stays, and the next one works."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from flyte_nb.run.isolation import IsolatedProcess, Outcome
from flyte_nb.run.isolation.caller.fork_server import FORK_SERVER
from flyte_nb.run.isolation.caller.launched import ForkedRun
from flyte_nb.run.isolation.caller.mailbox import Mailbox
from flyte_nb.run.isolation.process import _plan
from flyte_nb.run.isolation.wire.delivery import Ended, read_delivery
from flyte_nb.run.isolation.wire.frames import Kind


def leaves_processes(path):
    """Start a child, a daemon and a session of its own; tell who they are; never end."""
    pids = []
    for kind in ("child", "daemon"):
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            if kind == "daemon":
                os.setsid()
                if os.fork():
                    os._exit(0)
            os.write(writing, str(os.getpid()).encode())
            time.sleep(600)
            os._exit(0)
        pids.append(int(os.read(reading, 20)))
        if kind == "daemon":
            os.waitpid(pid, 0)
    pids.append(subprocess.Popen(["sleep", "600"], start_new_session=True).pid)
    part = Path(f"{path}.part")
    part.write_text(json.dumps([*pids, os.getpid(), os.getppid()]))
    part.rename(path)
    time.sleep(600)


def when_there(path):
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return json.loads(path.read_text())


def test_when_the_caller_is_killed_nothing_stays(tmp_path, is_gone):
    script = textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        import cloudpickle, test_deaths
        cloudpickle.register_pickle_by_value(test_deaths)
        from flyte_nb.run.isolation import *
        call = pack_call(test_deaths.leaves_processes, ({str(tmp_path / "pids")!r},))
        run_isolated(IsolatedRequest(call=call))
    """)
    caller = subprocess.Popen([sys.executable, "-c", script])
    pids = when_there(tmp_path / "pids")
    server = psutil.Process(pids[-1]).ppid()
    assert psutil.Process(server).ppid() == caller.pid
    caller.send_signal(signal.SIGKILL)
    caller.wait()
    assert is_gone([*pids, server])


def test_a_copy_of_the_caller_that_lives_on_keeps_nothing_alive(tmp_path, is_gone):
    script = textwrap.dedent(f"""
        import os, sys, time
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        import cloudpickle, test_deaths
        cloudpickle.register_pickle_by_value(test_deaths)
        from flyte_nb.run.isolation import *
        call = pack_call(test_deaths.leaves_processes, ({str(tmp_path / "pids")!r},))
        process = IsolatedProcess(IsolatedRequest(call=call)).start()
        if os.fork() == 0:
            print(os.getpid(), flush=True)
            time.sleep(600)
        process.wait()
    """)
    if sys.platform != "linux":
        pytest.skip("told by the socket only")
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as caller:
        copy = int(caller.stdout.readline())
        pids = when_there(tmp_path / "pids")
        caller.send_signal(signal.SIGKILL)
        caller.wait()
        assert is_gone(pids)
        os.kill(copy, signal.SIGKILL)


def test_when_the_caller_ends_so_does_its_server():
    script = textwrap.dedent("""
        from flyte_nb.run.isolation import *
        from flyte_nb.run.isolation.caller.fork_server import FORK_SERVER
        run_isolated(IsolatedRequest(call=pack_call(pow, (2, 2))))
        print(FORK_SERVER.pid)
    """)
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert not psutil.pid_exists(int(done.stdout))


def test_when_the_server_is_killed_runs_go_on_and_the_next_gets_another(request_of):
    def waits():
        time.sleep(0.5)
        return "whole"

    process = IsolatedProcess(request_of(waits)).start()
    server = FORK_SERVER.pid
    os.kill(server, signal.SIGKILL)
    assert IsolatedProcess(request_of(pow, 2, 3)).start().wait().value == 8
    assert FORK_SERVER.pid not in {None, server}
    assert process.wait().value == "whole"


def test_a_server_killed_at_any_moment_fails_no_run(request_of):
    for n in range(6):
        process = IsolatedProcess(request_of(pow, 2, n))
        if FORK_SERVER.pid is not None:
            os.kill(FORK_SERVER.pid, signal.SIGKILL)
        if n % 2:
            time.sleep(0.01)
        assert process.start().wait().value == 2**n


def test_a_server_that_does_not_answer_is_replaced(tmp_path, request_of):
    FORK_SERVER.warm_up()
    server = FORK_SERVER.pid
    os.kill(server, signal.SIGSTOP)
    request, mailbox = request_of(abs, -3), Mailbox()
    run = ForkedRun(_plan(request, tmp_path), request.call, mailbox, patience_s=0.3)
    while (frame := mailbox.get(10)) and frame[0] != Kind.ENDED.value:
        pass
    assert read_delivery(run.result).ended is Ended.RETURNED
    run.close()
    assert FORK_SERVER.pid != server


@pytest.mark.usefixtures("on_linux")
def test_when_its_watcher_is_killed_the_run_is_lost_and_nothing_stays(
    tmp_path, request_of, is_gone
):
    process = IsolatedProcess(request_of(leaves_processes, str(tmp_path / "pids"))).start()
    pids = when_there(tmp_path / "pids")
    os.kill(pids[-1], signal.SIGKILL)
    result = process.wait()
    assert result.outcome is Outcome.LOST
    assert is_gone(pids)
    assert IsolatedProcess(request_of(pow, 2, 3)).start().wait().value == 8


def test_a_function_that_kills_its_watcher_is_lost(run):
    assert run(lambda: os.kill(os.getppid(), signal.SIGKILL)).outcome is Outcome.LOST


def test_daemons_children_and_programs_end_with_the_run_and_are_counted(run, tmp_path, is_gone):
    def leaves(path):
        with contextlib.suppress(TimeoutError):
            signal.signal(signal.SIGALRM, lambda *_: exec("raise TimeoutError"))
            signal.setitimer(signal.ITIMER_REAL, 1)
            leaves_processes(path)
        return "done"

    result = run(leaves, str(tmp_path / "pids"))
    assert result.value == "done"
    assert is_gone(when_there(tmp_path / "pids"))
    assert len(result.leaked_processes) == 3
    assert any(name.startswith("sleep (") for name in result.leaked_processes)


def test_a_flock_of_processes_that_fork_all_the_time_is_ended(run):
    def multiplies():
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            if os.fork() == 0:
                os.setsid()
                while True:
                    if os.fork():
                        os._exit(0)
        return 1

    result = run(multiplies)
    assert result.outcome in {Outcome.RETURNED, Outcome.RAISED}
    # The fixture sees that nothing is left.


def test_threads_that_stay_are_counted(run):
    def leaves():
        import threading
        from concurrent.futures import ThreadPoolExecutor

        ThreadPoolExecutor(2).submit(int).result()  # its thread is idle: Python would end it
        threading.Thread(target=time.sleep, args=(600,), name="loader").start()
        threading.Thread(target=time.sleep, args=(600,), name="beat", daemon=True).start()
        return 1

    result = run(leaves)
    assert result.value == 1
    assert result.leaked_threads == ("loader (not a daemon)", "beat")


def settled(before):
    """Wait until the system has forgotten what has ended; return whether all is as before."""
    own, deadline = psutil.Process(), time.monotonic() + 5
    while (own.num_fds(), own.num_threads()) != before and time.monotonic() < deadline:
        time.sleep(0.01)
    return (own.num_fds(), own.num_threads()) == before


@pytest.mark.parametrize("runs", [200])
def test_after_many_runs_nothing_is_left(request_of, tmp_path, environment, runs):
    environment["FLYTE_SDK_LOCAL_SANDBOX"] = environment["TMPDIR"] = str(tmp_path)

    def fails_in_turns(n):
        if n % 5 == 0:
            os._exit(1)
        if n % 5 == 1:
            raise ValueError(n)
        if n % 5 == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return n

    def once(n):
        with IsolatedProcess(request_of(fails_in_turns, n, grace_s=0)) as process:
            if n % 5 == 3:
                process.cancel()
            return process.wait()

    once(0)
    own = psutil.Process()
    before = own.num_fds(), own.num_threads()
    for n in range(runs):
        once(n)
    assert settled(before)
    assert list(tmp_path.iterdir()) == []
    server = psutil.Process(FORK_SERVER.pid)
    deadline = time.monotonic() + 5
    while server.children() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.children() == []
    assert [p for p in own.children() if p.status() == psutil.STATUS_ZOMBIE] == []
