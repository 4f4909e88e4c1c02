"""How memory of several processes is counted."""

import os
import time

import psutil
import pytest

from flyte_nb.run.isolation.watch.memory import MemoryMeter

MB = 1_000_000


@pytest.fixture
def processes():
    """Return what forks a process that holds so much memory, and copies of it that share that."""
    pids = []

    def fork(size, copies):
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            kept = b"x" * size
            for _ in range(copies):
                if os.fork() == 0:
                    break
            os.write(writing, b"%d\n" % os.getpid())
            time.sleep(600)
            os._exit(len(kept) & 1)
        os.close(writing)
        found = b""
        while found.count(b"\n") <= copies:
            found += os.read(reading, 100)
        os.close(reading)
        pids.extend(map(int, found.split()))
        return [psutil.Process(int(number)) for number in found.split()]

    yield fork
    for pid in pids:
        os.kill(pid, 9)
    for pid in pids:
        try:
            os.waitpid(pid, 0)
        except ChildProcessError:
            continue


@pytest.mark.usefixtures("on_linux")
def test_what_is_shared_counts_once(processes):
    bare, one, several = processes(0, 0), processes(60 * MB, 0), processes(60 * MB, 4)
    copied = MemoryMeter().measure(lambda: bare)  # of the tests' own process
    alone = MemoryMeter().measure(lambda: one)
    together = MemoryMeter().measure(lambda: several)
    assert 50 * MB < alone - copied < 100 * MB
    assert together < alone + 60 * MB


@pytest.mark.usefixtures("on_linux")
def test_where_processes_come_and_go_the_least_of_several_measurements_counts(processes):
    several = processes(60 * MB, 4)
    calm = MemoryMeter().measure(lambda: several)
    views = iter([several, several[:1], several[1:], several[:2], several, several[:3]])
    assert MemoryMeter().measure(lambda: next(views)) <= calm


def test_of_a_process_that_has_ended_nothing_counts():
    pid = os.fork()
    if pid == 0:
        time.sleep(600)
    process = psutil.Process(pid)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    meter = MemoryMeter()
    assert meter.measure(lambda: [process, process]) == 0
    assert meter.measure(list) == 0


def test_an_unseen_peak_of_the_largest_process_counts_without_its_files():
    meter = MemoryMeter()
    own = psutil.Process()
    measured = meter.measure(lambda: [own])
    assert meter.add_largest(own.memory_info().rss - 10 * MB) == 0
    peak = meter.add_largest(own.memory_info().rss + 500 * MB)
    assert abs(peak - measured - 500 * MB) < 20 * MB
    assert meter.peak_bytes == peak
