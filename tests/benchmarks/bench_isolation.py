"""What it costs to run a function in a process of its own.

FLYTE_NB_FLOOD_MB=1000 prints a gigabyte; the default is small, so that it takes no time.
"""

import os
import time

import psutil

from flyte_nb import task
from flyte_nb.run.isolation import IsolatedRequest, Limits, pack_call, run_isolated
from flyte_nb.run.isolation.caller.fork_server import FORK_SERVER

MEGABYTES = int(os.environ.get("FLYTE_NB_FLOOD_MB", "100"))
ROUNDS = 40


def floods(megabytes):
    block = b"0123456789abcde\n" * 65_536
    begin = time.perf_counter()
    for _ in range(megabytes):
        os.write(1, block)
    return time.perf_counter() - begin


def test_cold_start(benchmark):
    """With the server, from nothing to the value."""
    request = IsolatedRequest(call=pack_call(abs, (-1,)))
    benchmark.pedantic(run_isolated, args=(request,), setup=FORK_SERVER.close, rounds=10)


def test_warm_run(benchmark):
    """The whole way: a folder, the process, the value, and nothing left behind."""
    request = IsolatedRequest(call=pack_call(abs, (-1,)))
    assert run_isolated(request).value == 1
    assert benchmark.pedantic(run_isolated, args=(request,), rounds=ROUNDS).value == 1


def test_warm_start(benchmark, tmp_path):
    """Until the first line of the function runs."""
    request = IsolatedRequest(call=pack_call(time.time), folder=tmp_path)
    run_isolated(request)
    seconds = []

    def start():
        begin = time.time()
        seconds.append(run_isolated(request).value - begin)

    benchmark.pedantic(start, rounds=ROUNDS)
    benchmark.extra_info["median_s"] = sorted(seconds)[len(seconds) // 2]


def test_warm_run_under_limits(benchmark):
    limits = Limits(memory_bytes=10**9, storage_bytes=10**9, timeout_s=60, cpu_count=1)
    request = IsolatedRequest(call=pack_call(abs, (-1,)), limits=limits)
    assert benchmark.pedantic(run_isolated, args=(request,), rounds=ROUNDS).value == 1


def test_run_in_a_new_interpreter(benchmark):
    request = IsolatedRequest(call=pack_call(abs, (-1,)), fresh=True)
    assert benchmark.pedantic(run_isolated, args=(request,), rounds=10).value == 1


def test_run_without_fork(benchmark):
    request = IsolatedRequest(call=pack_call(abs, (-1,)), spawn=True)
    assert benchmark.pedantic(run_isolated, args=(request,), rounds=10).value == 1


def test_flood(benchmark):
    """Beside the time that it takes to print to nobody; memory of ours stays as it was."""
    request = IsolatedRequest(call=pack_call(floods, (MEGABYTES,)))
    before = psutil.Process().memory_info().rss
    result = benchmark.pedantic(run_isolated, args=(request, lambda _: None), rounds=3)
    benchmark.extra_info.update(
        megabytes_per_s=MEGABYTES / result.value,
        grown_mb=(psutil.Process().memory_info().rss - before) / 1e6,
        peak_mb=result.peak_memory_bytes / 1e6,
    )
    assert result.dropped_bytes > (MEGABYTES - 20) * 1_000_000


@task
def says_when() -> float:
    return time.time()


def test_start_of_an_isolated_task(benchmark):
    """From `task.run(isolate=True)` to the first line of the function."""
    says_when.run(isolate=True).result()
    seconds = []

    def start():
        begin = time.time()
        seconds.append(says_when.run(isolate=True).result() - begin)

    benchmark.pedantic(start, rounds=ROUNDS)
    benchmark.extra_info["median_s"] = median = sorted(seconds)[len(seconds) // 2]
    assert median < 0.3
