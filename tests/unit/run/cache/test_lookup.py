"""A value is computed once, then found, whatever happens to it in between."""

import dataclasses
import datetime as dt
import gc
import json
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.errors import ConfigError
from flyte_nb.run.cache import CacheStatus, Hit, Miss, TaskCache, task_cache
from flyte_nb.run.cache.folder import Limits

VALUES = [
    None,
    0,
    -0.0,
    "text",
    b"bytes" * 1_000_000,
    {"a": [1, (2, {3})]},
    (1, "several"),
    Path("a"),
    dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc),
    len,
    ValueError("as a value"),
]


def stored(cache, call, value):
    found = cache.lookup(call)
    assert isinstance(found, Miss)
    with found:
        assert found.store(value) is CacheStatus.CACHE_POPULATED
    wait_for_sweep()
    return found


def wait_for_sweep():
    """Wait for the thread that a stored value may have started."""
    for thread in threading.enumerate():
        if thread.name == "flyte-cache":
            thread.join()


def files(cache):
    return sorted(cache.root.iterdir())


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_what_was_stored_is_found(cache, call, value):
    assert cache.lookup(call()).status is CacheStatus.CACHE_MISS
    stored(cache, call(), value)
    found = TaskCache(cache.root).lookup(call())
    assert isinstance(found, Hit)
    assert found.status is CacheStatus.CACHE_HIT
    assert type(found.value) is type(value)
    assert repr(found.value) == repr(value)
    assert isinstance(cache.lookup(call(2)), Miss)


def test_arrays_and_frames_are_found(cache, call):
    stored(cache, call(1), np.arange(10).reshape(5, 2).T)
    frame = pd.DataFrame({"a": [1, None], "b": ["x", "y"]})
    stored(cache, call(2), frame)
    assert cache.lookup(call(1)).value.tolist() == np.arange(10).reshape(5, 2).T.tolist()
    pd.testing.assert_frame_equal(cache.lookup(call(2)).value, frame)


def test_who_changes_a_value_changes_it_for_nobody_else(cache, call):
    stored(cache, call(), value := [1])
    value.append(2)
    cache.lookup(call()).value.append(3)
    assert cache.lookup(call()).value == [1]


def test_functions_of_a_cell_are_values_too(cache, call, notebook):
    notebook.run("K = 2", "def g(a): return a * K")
    stored(cache, call(), [notebook["g"], lambda a: a + 1])
    times, plus = cache.lookup(call()).value
    assert (times(3), plus(3)) == (6, 4)


def test_a_value_of_a_class_of_the_notebook_is_of_the_class_that_it_has_after_a_restart(tmp_path):
    cell = (
        "import dataclasses, enum, sys\n"
        "from pathlib import Path\n"
        "from flyte_nb.run.cache import CacheCall, TaskCache\n"
        "class Colour(enum.Enum): RED = 1\n"
        "@dataclasses.dataclass\n"
        "class Point:\n"
        "    x: int\n"
        "    class Inner: pass\n"
        "cache = TaskCache(Path(sys.argv[1]))\n"
        "found = cache.lookup(CacheCall(task='t', version='1', key='0' * 32))\n"
    )
    store = cell + "found.store([Point(3), Colour.RED, Point.Inner()])"
    look = cell + (
        "point, colour, inner = found.value\n"
        "assert isinstance(point, Point) and point == Point(3)\n"
        "assert colour is Colour.RED and isinstance(inner, Point.Inner)"
    )
    for program in (store, look):
        subprocess.run([sys.executable, "-c", program, tmp_path], check=True)


def test_a_value_of_a_class_that_is_gone_is_computed_anew(tmp_path, caplog):
    cell = (
        "import sys\nfrom pathlib import Path\n"
        "from flyte_nb.run.cache import CacheCall, TaskCache\n"
        "cache = TaskCache(Path(sys.argv[1]))\n"
        "found = cache.lookup(CacheCall(task='t', version='1', key='0' * 32))\n"
        "class Point: pass\n"
        "found.store(Point())"
    )
    subprocess.run([sys.executable, "-c", cell, tmp_path], check=True)
    from flyte_nb.run.cache import CacheCall

    found = TaskCache(tmp_path).lookup(CacheCall(task="t", version="1", key="0" * 32))
    assert found.status is CacheStatus.CACHE_LOOKUP_FAILURE
    assert "cannot be made again: AttributeError" in caplog.text


# -- settings ---------------------------------------------------------------------------------


def test_the_setting_switches_it_off(cache, call, environment):
    stored(cache, call(), 1)
    environment["FLYTE_LOCAL_CACHE_ENABLED"] = "false"
    with cache.lookup(call(), overwrite_cache=True) as found:
        assert found.status is CacheStatus.CACHE_DISABLED
        assert found.store(2) is CacheStatus.CACHE_DISABLED
    del environment["FLYTE_LOCAL_CACHE_ENABLED"]
    assert cache.lookup(call()).value == 1


@pytest.mark.parametrize("by", ["setting", "argument"])
def test_what_is_kept_is_overwritten_on_demand(cache, call, environment, by):
    stored(cache, call(), 1)
    if by == "setting":
        environment["FLYTE_LOCAL_CACHE_OVERWRITE"] = "true"
    found = cache.lookup(call(), overwrite_cache=by == "argument")
    assert found.status is CacheStatus.CACHE_SKIPPED
    with found:
        assert found.store(2) is CacheStatus.CACHE_POPULATED
    environment.pop("FLYTE_LOCAL_CACHE_OVERWRITE", None)
    assert cache.lookup(call()).value == 2


def test_a_value_that_was_to_be_replaced_is_not_found_again(cache, call):
    stored(cache, call(), "wrong")
    with cache.lookup(call(), overwrite_cache=True) as found:
        assert found.store(threading.Lock()) is CacheStatus.CACHE_PUT_FAILURE
    assert cache.lookup(call()).status is CacheStatus.CACHE_MISS


def test_a_configuration_that_is_broken_is_said(cache, call, environment, home):
    broken = home / "broken.yaml"
    broken.write_text("a: [")
    environment["FLYTECTL_CONFIG"] = str(broken)
    with pytest.raises(ConfigError):
        cache.lookup(call())


def test_each_sandbox_has_a_cache_of_its_own(home, environment, call, tmp_path):
    usual = task_cache()
    assert usual.root == (home / ".flyte" / "flyte-nb" / "cache").resolve()
    stored(usual, call(), 1)
    environment["FLYTE_SDK_LOCAL_SANDBOX"] = str(tmp_path / "sandbox")
    other = task_cache()
    assert other.root == (tmp_path / "sandbox" / "flyte-nb" / "cache").resolve()
    assert other is task_cache()
    assert other.lookup(call()).status is CacheStatus.CACHE_MISS
    assert TaskCache().root == other.root
    del environment["FLYTE_SDK_LOCAL_SANDBOX"]
    assert task_cache().lookup(call()).value == 1


# -- what cannot be kept ----------------------------------------------------------------------


def test_a_value_that_cannot_be_pickled_is_a_warning_once_and_nothing_is_left(cache, call, caplog):
    for _ in range(3):
        with cache.lookup(call()) as found:
            assert found.store({"lock": threading.Lock()}) is CacheStatus.CACHE_PUT_FAILURE
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "task: its value is not kept: it cannot be pickled (TypeError" in caplog.text
    assert files(cache) == []


def test_a_value_whose_pickling_raises_whatever_it_likes_is_a_warning(cache, call, caplog):
    class OddError(Exception):
        def __str__(self):
            raise RuntimeError

    class Value:
        def __reduce__(self):
            raise OddError

    with cache.lookup(call()) as found:
        assert found.store(Value()) is CacheStatus.CACHE_PUT_FAILURE
    assert "OddError" in caplog.text


def test_a_value_that_is_too_long_is_a_warning(tmp_path, call, caplog):
    cache = TaskCache(tmp_path / "cache", limits=Limits(size_bytes=10_000))
    with cache.lookup(call()) as found:
        assert found.store(bytes(20_000)) is CacheStatus.CACHE_PUT_FAILURE
    assert "more than 10,000 bytes" in caplog.text
    assert files(cache) == []


@pytest.mark.parametrize(
    "wrap", [str, lambda secret: [{"password": secret}], str.encode, lambda s: np.array([s] * 9)]
)
def test_a_value_with_a_secret_in_it_is_a_warning(cache, call, caplog, wrap):
    LEAK_GUARD.add(secret := "correct-horse-battery")
    with cache.lookup(call()) as found:
        assert found.store(wrap(secret)) is CacheStatus.CACHE_PUT_FAILURE
    assert "a secret is in it" in caplog.text
    assert secret not in caplog.text
    assert files(cache) == []
    with cache.lookup(call()) as found:
        assert found.store("nothing to hide") is CacheStatus.CACHE_POPULATED


def test_a_call_without_a_key_is_a_warning_once_and_computed(cache, call, caplog):
    odd = dataclasses.replace(call(), key="", problem="its input a cannot be compared")
    for _ in range(3):
        with cache.lookup(odd) as found:
            assert found.status is CacheStatus.CACHE_DISABLED
            found.store(1)
    assert caplog.messages == ["task: its value is not kept: its input a cannot be compared"]
    assert not cache.root.exists()


@pytest.mark.parametrize("kind", ["a file in the way", "no such folder can be made"])
def test_a_folder_that_cannot_be_written_is_a_warning(tmp_path, call, caplog, kind):
    (tmp_path / "file").write_text("")
    root = tmp_path / "file" if kind == "a file in the way" else tmp_path / "file" / "cache"
    cache = TaskCache(root)
    for serialize in (False, True):
        with cache.lookup(call(serialize=serialize)) as found:
            assert found.status in (CacheStatus.CACHE_MISS, CacheStatus.CACHE_LOOKUP_FAILURE)
            assert found.store(1) is CacheStatus.CACHE_PUT_FAILURE
    assert "its value is not kept: no file can be written there" in caplog.text


def test_an_interrupt_while_a_value_is_stored_leaves_nothing(cache, call):
    class Slow:
        def __reduce__(self):
            raise KeyboardInterrupt

    found = cache.lookup(call(serialize=True))
    with pytest.raises(KeyboardInterrupt), found:
        found.store([bytes(1 << 20), Slow()])
    assert files(cache) == []
    with cache.lookup(call(serialize=True), wait_s=0) as found:
        assert isinstance(found, Miss)


# -- damage and strangers -----------------------------------------------------------------------


@pytest.fixture
def kept(cache, call):
    """The file of a value."""
    stored(cache, call(), {"numbers": list(range(100))})
    (path,) = files(cache)
    return path


@settings(max_examples=max(150, int(os.environ.get("FLYTE_NB_CASES", "0"))))
@given(st.data())
def test_a_damaged_file_is_never_believed(tmp_path_factory, data):
    """Bits that flip, pieces that are cut off or added, anywhere in it."""
    from flyte_nb.run.cache import CacheCall

    root = tmp_path_factory.mktemp("cache", numbered=True)
    cache, call = TaskCache(root), CacheCall(task="t", version="1", key="0" * 32)
    stored(cache, call, {"numbers": list(range(20))})
    (path,) = root.iterdir()
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    kind = data.draw(st.sampled_from(["flip", "cut", "insert", "remove", "fill"]))
    damaged = {
        "flip": lambda: whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :],
        "cut": lambda: whole[:at],
        "insert": lambda: whole[:at] + b"\0" + whole[at:],
        "remove": lambda: whole[:at] + whole[at + 1 :],
        "fill": lambda: whole[:at] + bytes(len(whole) - at),
    }[kind]()
    path.write_bytes(damaged)
    if damaged == whole:
        return
    found = cache.lookup(call)
    assert found.status is CacheStatus.CACHE_LOOKUP_FAILURE
    cache.entries()
    with found:
        found.store("new")
    assert cache.lookup(call).value == "new"


def test_damage_is_a_warning_once_and_mended_by_the_next_value(cache, call, kept, caplog):
    kept.write_bytes(kept.read_bytes()[:-1])
    for _ in range(3):
        assert cache.lookup(call()).status is CacheStatus.CACHE_LOOKUP_FAILURE
    assert caplog.messages == [
        "task: what was kept for it is not used, and computed anew: it is damaged"
    ]
    with cache.lookup(call()) as found:
        found.store(5)
    assert cache.lookup(call()).value == 5


def test_the_file_of_another_call_is_not_believed(cache, call, kept):
    kept.rename(kept.with_name(f"{2:032x}.value"))
    assert cache.lookup(call(2)).status is CacheStatus.CACHE_LOOKUP_FAILURE


class Trap:
    sprung = False

    def __reduce__(self):
        return (setattr, (Trap, "sprung", True))


@pytest.mark.skipif(os.name == "nt", reason="permissions are of another kind there")
@pytest.mark.parametrize("how", ["group", "world", "owner", "link", "pipe", "folder"])
def test_a_file_that_others_may_have_written_is_never_unpickled(cache, call, how, tmp_path, caplog):
    stored(cache, call(), Trap())
    (path,) = files(cache)
    if how in ("group", "world"):
        path.chmod(0o620 if how == "group" else 0o602)
    elif how == "owner":
        if os.geteuid() != 0:
            pytest.skip("only root can give a file to somebody else")
        os.chown(path, 12345, 12345)
    else:
        path.rename(tmp_path / "elsewhere")
        if how == "link":
            path.symlink_to(tmp_path / "elsewhere")
        elif how == "pipe":
            os.mkfifo(path)
        else:
            path.mkdir()
    assert cache.lookup(call()).status is CacheStatus.CACHE_LOOKUP_FAILURE
    assert not Trap.sprung
    assert cache.entries() == []
    assert len(caplog.messages) == 1
    cache.clear()
    if how != "folder":
        stored(cache, call(), 1)
        assert cache.lookup(call()).value == 1


@pytest.mark.skipif(os.name == "nt", reason="permissions are of another kind there")
def test_files_and_folder_are_for_this_user_alone(tmp_path, call):
    root = tmp_path / "a" / "cache"
    root.mkdir(parents=True, mode=0o777)
    root.chmod(0o777)
    before = os.umask(0)
    try:
        cache = TaskCache(root)
        stored(cache, call(serialize=True), 1)
        found = cache.lookup(call(2, serialize=True))
        modes = {stat.S_IMODE(path.stat().st_mode) for path in files(cache)}
        found.release()
    finally:
        os.umask(before)
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert modes == {0o600}


# -- what is kept --------------------------------------------------------------------------------


def test_what_is_kept_is_listed(cache, call):
    before = dt.datetime.now(dt.timezone.utc) - dt.timedelta(seconds=1)
    stored(cache, call(1, "b", inputs="a=int 1", execution="x1"), 1)
    time.sleep(0.005)
    stored(cache, call(2, "a"), [0] * 1000)
    (cache.root / "other").write_text("")
    first, second = cache.entries()
    assert (first.task, first.version, first.inputs, first.execution) == ("b", "1", "a=int 1", "x1")
    assert before < first.stored_at < second.stored_at < first.stored_at + dt.timedelta(minutes=1)
    assert second.size_bytes > first.size_bytes > 100
    assert cache.lookup(call(1)).entry.execution == "x1"


def test_nothing_of_a_text_input_is_in_the_file(cache, call):
    stored(cache, call(inputs="a=str of 7 characters"), 1)
    header = files(cache)[0].read_bytes().split(b"\n")[1]
    assert json.loads(header)["inputs"] == "a=str of 7 characters"


def test_values_are_cleared_by_task_or_all(cache, call):
    for number, task in enumerate("aabc"):
        stored(cache, call(number, task), number)
    assert cache.clear("a") == 2
    assert cache.clear("a") == 0
    assert [entry.task for entry in cache.entries()] == ["b", "c"]
    (cache.root / f"{9:032x}.value").write_bytes(b"damaged")
    assert cache.clear() == 3
    assert cache.entries() == []
    assert TaskCache(cache.root / "nowhere").clear() == 0


def test_a_long_list_is_listed_quickly(cache, call):
    stored(cache, call(), 1)
    whole = files(cache)[0].read_bytes()
    for number in range(1000):
        name = f"{number:032x}"
        path = cache.root / f"{name}.value"
        path.write_bytes(whole.replace(f"{1:032x}".encode(), name.encode()))
        path.chmod(0o600)
    began = time.perf_counter()
    assert len(cache.entries()) == 1000
    assert time.perf_counter() - began < 2  # 0.1 s on an idle machine


# -- limits --------------------------------------------------------------------------------------


def aged(cache, number, days):
    path = cache.root / f"{number:032x}.value"
    then = time.time() - days * 86_400
    os.utime(path, (then, then))


def numbers(cache):
    return sorted(int(entry.key, 16) for entry in cache.entries())


def test_values_that_were_long_not_used_go(cache, call):
    for number in range(4):
        stored(cache, call(number), number)
    aged(cache, 0, 31)
    aged(cache, 1, 29)
    aged(cache, 2, 31)
    assert cache.lookup(call(2)).value == 2  # used: now it is young again
    cache.sweep()
    assert numbers(cache) == [1, 2, 3]


def test_too_many_values_or_bytes_go_the_oldest_first(tmp_path, call):
    cache = TaskCache(tmp_path / "cache", limits=Limits(count=5, size_bytes=100_000))
    for number in range(8):
        stored(cache, call(number), number)
        aged(cache, number, 8 - number)
    cache.sweep()
    assert numbers(cache) == [3, 4, 5, 6, 7]
    stored(cache, call(9), bytes(99_000))
    cache.sweep()
    assert numbers(cache)[-1] == 9
    assert sum(entry.size_bytes for entry in cache.entries()) <= 100_000


def test_what_dead_processes_left_goes(cache, call):
    stored(cache, call(), 1)
    for name, days in ((".new-1", 1), (".new-2", 0), (f".{1:032x}.turn", 1), (".x.turn", 0)):
        path = cache.root / name
        path.write_text("")
        then = time.time() - days * 86_400
        os.utime(path, (then, then))
    cache.sweep()
    assert {path.name for path in files(cache)} == {".new-2", ".x.turn", f"{1:032x}.value"}


def test_storing_sweeps_now_and_then_beside_the_call(tmp_path, call):
    cache = TaskCache(tmp_path / "cache", limits=Limits(count=3, size_bytes=1_000_000))

    for number in range(6):
        stored(cache, call(number), number)
        aged(cache, number, 1 - number / 10)
    assert len(numbers(cache)) == 6  # the first one has looked, the next look is in ten minutes
    stored(cache, call(7), bytes(200_000))  # a good part of what may be there
    assert numbers(cache) == [4, 5, 7]


def test_nothing_is_left_open(cache, call):
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("the system does not say what is open")
    stored(cache, call(), 1)
    gc.collect()
    before = len(list(descriptors.iterdir()))
    for number in range(20):
        cache.lookup(call(1))
        stored(cache, call(number + 10, serialize=True), 1)
    assert len(list(descriptors.iterdir())) <= before
