"""Integration: a random sample of everything that a function can do wrong; the caller goes on.

`make soak` tries a thousand; here it is a sample.
"""

import contextlib
import ctypes
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from flyte_nb.run.isolation import IsolatedProcess, Outcome, run_isolated
from flyte_nb.run.isolation.caller.fork_server import FORK_SERVER

CASES = min(int(os.environ.get("FLYTE_NB_CASES", "40")), 1_000)
DONE = {Outcome.RETURNED}
ENDS = {Outcome.EXITED, Outcome.SIGNALLED}


def writes_rubbish_everywhere():
    for fd in range(100):
        with contextlib.suppress(OSError):
            os.write(fd, os.urandom(3_000))


def closes_everything():
    os.closerange(0, 1_000)


def changes_its_world():
    os.chdir("/")
    os.environ.clear()
    os.umask(0o777)
    sys.path.clear()
    sys.modules.pop("pickle")
    sys.stdout = None


def removes_its_folder():
    shutil.rmtree(Path.cwd().parent)


def ties_its_hands():
    resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
    return b"x" * 100_000


def leaves_much_behind():
    for _ in range(3):
        threading.Thread(target=time.sleep, args=(600,)).start()
        subprocess.Popen(["sleep", "600"], start_new_session=True)
        if os.fork() == 0:
            os.setsid()
            if os.fork():
                os._exit(0)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(600)


def recurses_for_ever():
    sys.setrecursionlimit(10**9)

    def deeper(n):
        return [deeper(n + 1)]

    return deeper(0)


def floods_and_crashes():
    for _ in range(30):
        os.write(2, b"\xff\xfe\n" * 300_000)
    os.abort()


def takes_all_signals():
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, lambda *_: None)
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        os.kill(os.getpid(), number)


def raises_something_odd():
    class OddError(BaseException):
        __slots__ = ()
        args = property(lambda _: 1 / 0)
        __str__ = __repr__ = __reduce__ = lambda _: 1 / 0

    raise OddError


# What it does, its limits, and how it may end.
FAULTS = {
    "exits": (lambda: os._exit(5), {}, ENDS),
    "crashes": (lambda: ctypes.string_at(0), {}, ENDS),
    "aborts": (os.abort, {}, ENDS),
    "kills itself": (lambda: os.kill(os.getpid(), 9), {}, ENDS),
    "kills its group": (lambda: os.killpg(0, 9), {}, ENDS),
    "kills its watcher": (lambda: os.kill(os.getppid(), 9), {}, {Outcome.LOST}),
    "stops": (lambda: os.kill(os.getpid(), signal.SIGSTOP), {"timeout_s": 0.2, "grace_s": 0.1},
              {Outcome.DEADLINE_EXCEEDED}),
    "never ends": (lambda: time.sleep(600), {"timeout_s": 0.2}, {Outcome.DEADLINE_EXCEEDED}),
    "is preempted": (lambda: time.sleep(600), {"preempt_after_s": 0.1}, {Outcome.PREEMPTED}),
    "takes memory": (lambda: b"x" * 300_000_000, {"memory_bytes": 100_000_000},
                     {Outcome.OOM_KILLED}),
    "takes storage": (lambda: Path("f").write_bytes(b"x" * 2_000_000), {"storage_bytes": 10**6},
                      {Outcome.STORAGE_EXCEEDED}),
    "raises something odd": (raises_something_odd, {}, {Outcome.RAISED}),
    "exits by exception": (lambda: sys.exit("no"), {}, {Outcome.RAISED}),
    "interrupts itself": (lambda: os.kill(os.getpid(), signal.SIGINT), {},
                          {Outcome.RAISED, *DONE}),
    "returns what cannot be pickled": (threading.Lock, {}, {Outcome.VALUE_NOT_PICKLABLE}),
    "recurses": (recurses_for_ever, {"memory_bytes": 10**9, "timeout_s": 20},
                 {Outcome.RAISED, Outcome.OOM_KILLED, *ENDS}),
    "closes everything": (closes_everything, {}, ENDS),
    "writes rubbish": (writes_rubbish_everywhere, {},
                       {*DONE, *ENDS, Outcome.VALUE_NOT_PICKLABLE}),
    "changes its world": (changes_its_world, {}, DONE),
    "removes its folder": (removes_its_folder, {}, DONE),
    "ties its hands": (ties_its_hands, {}, {*DONE, *ENDS}),
    "leaves much behind": (leaves_much_behind, {}, DONE),
    "floods and crashes": (floods_and_crashes, {}, ENDS),
    "takes all signals": (takes_all_signals, {}, DONE),
}  # fmt: skip


def check_fault(name, request_of):
    """Run into one fault; return what is wrong with what is told of it."""
    function, limits, outcomes = FAULTS[name]
    events = []
    result = run_isolated(request_of(function, **limits), events.append)
    if result.outcome not in outcomes or not result.message:
        return [f"{name}: {result}"]
    return []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told(name, request_of):
    assert check_fault(name, request_of) == []
    assert run_isolated(request_of(pow, 2, 5)).value == 32


def test_a_random_sample_of_faults_several_at_once_leaves_the_caller_working(request_of):
    chance = random.Random(20_260)
    names = chance.choices(list(FAULTS), k=CASES)
    own = psutil.Process()
    run_isolated(request_of(abs, 0))
    before = own.num_fds(), own.num_threads()
    wrong = []
    with ThreadPoolExecutor(4) as pool:
        for at in range(0, CASES, 4):
            if chance.random() < 0.1 and FORK_SERVER.pid is not None:
                os.kill(FORK_SERVER.pid, signal.SIGKILL)
            checks = pool.map(lambda name: check_fault(name, request_of), names[at : at + 4])
            wrong += [line for lines in checks for line in lines]
            if IsolatedProcess(request_of(pow, 2, 5)).start().wait().value != 32:
                wrong.append(f"the run after {names[at : at + 4]}")
    assert wrong == []
    deadline = time.monotonic() + 5  # the system takes a while to forget a thread
    while (now := (own.num_fds(), own.num_threads())) != before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert now == before
