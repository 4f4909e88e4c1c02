"""Of equal calls at the same time one computes; the others wait, and not for ever."""

import asyncio
import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from no_hang import no_hang

from flyte_nb.run.cache import CacheStatus, Hit, Miss, TaskCache, turn

# Computes a value for SECONDS, and says which one it has and whether it computed it.
PROGRAM = """
import os, sys, time
from pathlib import Path
from flyte_nb.run.cache import CacheCall, Hit, TaskCache
root, seconds = Path(sys.argv[1]), float(sys.argv[2])
cache = TaskCache(root / "cache")
call = CacheCall(task="t", version="1", key=f"{1:032x}", serialize=True)
print("ready", flush=True)
sys.stdin.readline()
found = cache.lookup(call)
if isinstance(found, Hit):
    print("hit", found.value, flush=True)
else:
    with found:
        print("computing", os.getpid(), flush=True)
        EXTRA
        time.sleep(seconds)
        found.store(os.getpid())
"""
FORK = "os.fork() == 0 and time.sleep(1000)"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="turns are kept among threads only there")

# Which Python 3.12 warns of where there are threads, as an earlier test may have left one.
MAY_FORK = pytest.mark.filterwarnings("ignore:This process.*fork:DeprecationWarning")


@pytest.fixture
def start(tmp_path):
    """Start processes that look up the same call."""
    started = []

    def start(seconds, extra=""):
        program = PROGRAM.replace("EXTRA", extra or "pass")
        process = subprocess.Popen(
            [sys.executable, "-c", program, tmp_path, str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def go(process):
    process.stdin.write("\n")
    process.stdin.flush()


def test_of_several_processes_one_computes_and_the_others_take_its_value(start):
    processes = [start(0.5) for _ in range(4)]
    for process in processes:
        go(process)
    said = [process.communicate(timeout=60)[0].split() for process in processes]
    computed = [words for words in said if words[0] == "computing"]
    assert len(computed) == 1
    assert sorted(words for words in said if words[0] == "hit") == [["hit", computed[0][1]]] * 3


@pytest.mark.parametrize("extra", ["", FORK], ids=["alone", "with a forked child that lives on"])
def test_a_process_that_is_killed_lets_the_next_one_compute(start, cache, call, extra):
    first = start(1000, extra)
    go(first)
    assert first.stdout.readline().startswith("computing")
    assert isinstance(looked := cache.lookup(call(serialize=True), wait_s=0.2), Miss)
    assert looked.status is CacheStatus.CACHE_MISS
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    with no_hang(), cache.lookup(call(serialize=True)) as found:
        assert found._turn is not None  # its own turn, not the end of its patience
        found.store(1)
    assert cache.lookup(call(serialize=True)).value == 1


@MAY_FORK
def test_a_child_that_is_forked_while_a_value_is_computed_keeps_no_turn(cache, call):
    found = cache.lookup(call(serialize=True))
    child = os.fork()
    if child == 0:  # a worker of the task, which outlives it
        time.sleep(1000)
        os._exit(0)
    try:
        found.release()
        with no_hang(), cache.lookup(call(serialize=True)) as second:
            assert second._turn is not None
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@MAY_FORK
def test_the_child_itself_waits_for_its_parent(cache, call):
    found = cache.lookup(call(serialize=True))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        second = cache.lookup(call(serialize=True))
        os.write(writer, str(second.value if isinstance(second, Hit) else "").encode())
        os._exit(0)
    time.sleep(0.2)
    found.store("the parent's")
    assert os.read(reader, 100) == b"the parent's"
    os.waitpid(child, 0)


def together(cache, call, count, compute, **options):
    """Look up in that many threads at once; return what they got."""
    barrier, got, lock = threading.Barrier(count), [], threading.Lock()

    def run():
        barrier.wait()
        found = cache.lookup(call, **options)
        if isinstance(found, Miss):
            with found:
                value = compute()
                found.store(value)
        with lock:
            got.append((type(found).__name__, found.value if isinstance(found, Hit) else value))

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_of_several_threads_one_computes(cache, call):
    def compute():
        time.sleep(0.1)
        return threading.get_ident()

    got = together(cache, call(serialize=True), 8, compute)
    assert sorted(kind for kind, _ in got) == ["Hit"] * 7 + ["Miss"]
    assert len({value for _, value in got}) == 1


def test_threads_of_other_calls_and_of_tasks_that_do_not_ask_for_it_do_not_wait(cache, call):
    first = cache.lookup(call(1, serialize=True))
    with no_hang():
        assert len(together(cache, call(2, serialize=True), 1, int)) == 1
        assert len(together(cache, call(1), 1, int)) == 1
    first.release()


def test_two_caches_of_one_folder_are_one(cache, call, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    first = cache.lookup(call(serialize=True))
    other = TaskCache(tmp_path / "link" / "cache")
    (got,) = together(other, call(serialize=True), 1, lambda: "second", wait_s=0.1)
    assert got == ("Miss", "second")  # at the end of its patience
    assert [path.suffix for path in cache.root.glob(".*")] == [".turn"]  # still the first one's
    first.release()


def test_when_the_one_fails_the_next_one_computes(cache, call):
    first, got = cache.lookup(call(serialize=True)), []
    second = threading.Thread(
        target=lambda: got.extend(together(cache, call(serialize=True), 1, lambda: "second"))
    )
    second.start()
    time.sleep(0.1)
    with pytest.raises(ValueError, match="own"), first:
        raise ValueError("own")
    second.join()
    assert got == [("Miss", "second")]


def test_who_overwrites_waits_for_its_turn_and_computes(cache, call):
    computed = []

    def compute():
        computed.append(threading.get_ident())
        time.sleep(0.05)
        return computed[-1]

    got = together(cache, call(serialize=True), 3, compute, overwrite_cache=True)
    assert [kind for kind, _ in got] == ["Miss"] * 3
    assert len(set(computed)) == 3
    assert cache.lookup(call()).value == computed[-1]


def test_patience_ends_and_that_is_said(cache, call, caplog):
    first = cache.lookup(call(serialize=True))
    began = time.monotonic()
    ((kind, _),) = together(cache, call(serialize=True), 1, int, wait_s=0.3)
    assert kind == "Miss"
    assert 0.3 <= time.monotonic() - began < 5
    assert "longer than this one waits; it is computed here too" in caplog.text
    first.release()


def test_who_waits_long_is_told_why(cache, call, caplog):
    caplog.set_level("INFO", "flyte_nb.task")
    first = cache.lookup(call(serialize=True))
    together(cache, call(serialize=True), 1, int, wait_s=1.5)
    assert caplog.messages[0] == "task: waits for another run, which computes its value"
    first.release()


def test_an_interrupt_ends_the_wait(start, cache, call):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # nohup ignores it
    first = start(1000)
    go(first)
    first.stdout.readline()
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with no_hang(), pytest.raises(KeyboardInterrupt):
        cache.lookup(call(serialize=True))
    timer.join()
    signal.signal(signal.SIGINT, before)


def test_a_turn_that_this_very_thread_has_is_not_waited_for(cache, call):
    """A cell was interrupted, and the error that IPython keeps holds on to it."""
    first = cache.lookup(call(serialize=True))
    with no_hang(), cache.lookup(call(serialize=True)) as second:
        second.store(1)
    assert cache.lookup(call(serialize=True)).value == 1
    first.release()


def test_coroutines_of_one_loop_wait_for_each_other(cache, call):
    computed = []

    async def run():
        found = await cache.lookup_async(call(serialize=True))
        if isinstance(found, Hit):
            return found.value
        with found:
            computed.append(1)
            await asyncio.sleep(0.1)
            found.store("value")
        return "value"

    async def several():
        return await asyncio.gather(*(run() for _ in range(5)))

    with no_hang():
        assert asyncio.run(several()) == ["value"] * 5
    assert computed == [1]


def test_a_coroutine_does_not_wait_for_itself_nor_a_plain_call_for_its_own_loop(cache, call):
    async def nested():
        with await cache.lookup_async(call(serialize=True)):
            with await cache.lookup_async(call(serialize=True)) as second:
                assert isinstance(second, Miss)
            with cache.lookup(call(serialize=True)) as third:
                assert isinstance(third, Miss)

    with no_hang():
        asyncio.run(nested())


def test_a_coroutine_does_not_wait_for_who_cannot_go_on_before_it_ends(cache, call):
    async def look_up():
        return await cache.lookup_async(call(serialize=True))

    with no_hang():
        with cache.lookup(call(serialize=True)):  # a plain task that runs a loop of its own
            assert isinstance(asyncio.run(look_up()), Miss)
        left = asyncio.run(look_up())  # by a coroutine that has ended
        assert isinstance(asyncio.run(look_up()), Miss)
        left.release()


def test_a_coroutine_that_is_cancelled_stops_waiting(cache, call):
    async def run():
        first = await cache.lookup_async(call(serialize=True))
        waiting = asyncio.create_task(cache.lookup_async(call(serialize=True)))
        await asyncio.sleep(0.1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        first.store(1)
        return (await cache.lookup_async(call(serialize=True))).value

    with no_hang():
        assert asyncio.run(run()) == 1


def test_turns_leave_no_files(cache, call):
    for number in range(5):
        with cache.lookup(call(number, serialize=True)) as found:
            if number % 2:
                found.store(number)
    assert [path for path in cache.root.iterdir() if path.suffix == ".turn"] == []


def test_many_threads_and_calls_get_one_value_each(cache, call):
    """The file of a turn comes and goes: whoever gets hold of one that is gone tries again."""
    computed, lock = {}, threading.Lock()

    def run(seed):
        for step in range(40):
            number = (seed * 7 + step * 3) % 11
            found = cache.lookup(call(number, serialize=True))
            if isinstance(found, Miss):
                with found:
                    with lock:
                        computed[number] = computed.get(number, 0) + 1
                    found.store(number)
            else:
                assert found.value == number

    threads = [threading.Thread(target=run, args=(seed,)) for seed in range(8)]
    with no_hang():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert computed == dict.fromkeys(range(11), 1)


def test_a_lock_on_a_file_that_was_removed_meanwhile_is_worth_nothing(tmp_path, monkeypatch):
    path, opened = tmp_path / "file.turn", []

    def open_and_lose(name, flags):
        descriptor = os.open(name, flags, 0o600)
        if not opened:
            path.unlink()  # as who had the turn does when its end comes just now
            path.write_text("the next one's")
        opened.append(descriptor)
        return descriptor

    monkeypatch.setattr(turn, "OPEN_FOR_US", open_and_lose)
    with turn.Turn(path) as taken:
        assert taken.take()
        assert len(opened) == 2
        assert os.path.samestat(os.fstat(taken._file.fileno()), path.stat())
    assert not path.exists()


def test_a_task_that_closes_every_file_ends_as_any_other(tmp_path):
    program = (
        "import os, sys\nfrom pathlib import Path\n"
        "from flyte_nb.run.cache import CacheCall, TaskCache\n"
        "cache = TaskCache(Path(sys.argv[1]))\n"
        "call = CacheCall(task='t', version='1', key='0' * 32, serialize=True)\n"
        "with cache.lookup(call) as found:\n"
        "    os.closerange(3, 100)\n"
        "    os.chdir('/')\n"
        "    found.store(1)\n"
        "assert cache.lookup(call).value == 1\n"
    )
    command = [sys.executable, "-X", "dev", "-c", program, "cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_end_of_a_turn_closes_no_file_of_somebody_else(tmp_path):
    taken = turn.Turn(tmp_path / "file.turn")
    assert taken.take()
    number = taken._file.fileno()
    os.close(number)  # as a task does that closes everything
    others = os.open(tmp_path, os.O_RDONLY)
    assert others == number
    taken.release()
    del taken
    gc.collect()
    assert os.fstat(others).st_ino == tmp_path.stat().st_ino
    os.close(others)


EXCLUSIVE = """
import os, random, sys
from pathlib import Path
from flyte_nb.run.cache import CacheCall, TaskCache
root, rng = Path(sys.argv[1]), random.Random(sys.argv[2])
cache = TaskCache(root / "cache")
for step in range(150):
    number = rng.randrange(3)
    call = CacheCall(task="t", version="1", key=f"{number:032x}", serialize=True)
    with cache.lookup(call, overwrite_cache=True) as found:
        mark = root / f"mark-{number}"
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
        mark.unlink()
        if step % 2:
            found.store(step)
"""


def test_no_two_processes_ever_have_the_same_turn(tmp_path):
    processes = [
        subprocess.Popen([sys.executable, "-c", EXCLUSIVE, tmp_path, str(seed)])
        for seed in range(4)
    ]
    assert [process.wait(timeout=120) for process in processes] == [0] * 4
    assert [path.name for path in (tmp_path / "cache").glob(".*")] == []


BUSY = """
import random, sys
from pathlib import Path
from flyte_nb.run.cache import CacheCall, Hit, TaskCache
from flyte_nb.run.cache.folder import Limits
rng = random.Random(sys.argv[2])
cache = TaskCache(Path(sys.argv[1]), limits=Limits(count=4))
for step in range(300):
    number = rng.randrange(8)
    task, key = f"t{number % 2}", f"{number:032x}"
    call = CacheCall(task=task, version="1", key=key, serialize=step % 3 == 0)
    found = cache.lookup(call, overwrite_cache=rng.random() < 0.2)
    if isinstance(found, Hit):
        assert found.value == [number] * 5000
    else:
        with found:
            found.store([number] * 5000)
    if step % 20 == 0:
        cache.sweep()
        cache.entries()
    if step % 50 == 0:
        cache.clear(task)
"""


def test_kernels_share_a_cache_that_is_swept_and_cleared(cache):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", BUSY, cache.root, str(seed)], stderr=subprocess.PIPE, text=True
        )
        for seed in range(4)
    ]
    assert [process.communicate(timeout=120)[1] for process in processes] == [""] * 4
    assert [process.returncode for process in processes] == [0] * 4
    cache.sweep()
    assert {path.suffix for path in cache.root.iterdir()} <= {".value"}
