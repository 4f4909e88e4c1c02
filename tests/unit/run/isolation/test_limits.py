"""Integration: a run that takes more than it may is ended, and told why."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from flyte_nb.run.isolation import Outcome

MB = 1_000_000


def grow(megabytes, *, step=5, pause_s=0.005):
    """Take memory in steps, and keep it for a while."""
    kept = []
    for _ in range(0, megabytes, step):
        kept.append(b"x" * (step * MB))
        time.sleep(pause_s)
    time.sleep(600)


def test_memory_over_the_limit_is_oomkilled_with_its_peak(run):
    result = run(grow, 1_000, memory_bytes=150 * MB, grace_s=600)
    assert (result.outcome, result.exit_code) == (Outcome.OOM_KILLED, 137)
    assert 150 * MB < result.peak_memory_bytes < 300 * MB
    assert result.message.startswith("OOMKilled (exit code 137) after ")
    assert "of 143.1 MiB" in result.message


def test_memory_at_full_speed_is_noticed_soon(run):
    def takes():
        kept = [b"x" * MB for _ in range(8_000)]
        time.sleep(600)
        return kept

    result = run(takes, memory_bytes=200 * MB)
    assert result.outcome is Outcome.OOM_KILLED
    assert result.peak_memory_bytes < 1_500 * MB


def test_memory_of_all_processes_counts(run):
    def forks():
        for _ in range(3):
            if os.fork() == 0:
                grow(70)
        time.sleep(600)

    result = run(forks, memory_bytes=200 * MB)
    assert result.outcome is Outcome.OOM_KILLED
    assert result.peak_memory_bytes > 200 * MB


def test_memory_of_a_daemon_counts(run):
    def forks():
        if os.fork() == 0:
            os.setsid()
            if os.fork():
                os._exit(0)
            grow(300)
        time.sleep(600)

    assert run(forks, memory_bytes=200 * MB).outcome is Outcome.OOM_KILLED


@pytest.mark.usefixtures("on_linux")
def test_what_forked_workers_share_counts_once(run):
    def forks():
        data = b"x" * (120 * MB)
        pids = []
        for _ in range(4):
            pid = os.fork()
            if pid == 0:
                end = time.monotonic() + 0.5
                while time.monotonic() < end:
                    data.count(b"y", 0, MB)
                os._exit(0)
            pids.append(pid)
        for pid in pids:
            os.waitpid(pid, 0)

    result = run(forks, memory_bytes=300 * MB)
    assert result.outcome is Outcome.RETURNED
    assert 100 * MB < result.peak_memory_bytes < 250 * MB


@pytest.mark.usefixtures("on_linux")
def test_a_mapped_file_does_not_count(run, tmp_path):
    (tmp_path / "data").write_bytes(b"x" * (200 * MB))

    def maps():
        import mmap

        with (tmp_path / "data").open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            total = sum(data[n] for n in range(0, len(data), 4096))
            time.sleep(0.2)
            return total

    result = run(maps, memory_bytes=120 * MB)
    assert result.outcome is Outcome.RETURNED
    assert result.peak_memory_bytes < 100 * MB


@pytest.mark.usefixtures("on_linux")
def test_a_peak_too_short_to_be_seen_is_oomkilled_all_the_same(run):
    def jumps():
        import mmap

        with mmap.mmap(-1, 400 * MB) as data:
            for n in range(0, len(data), 4096):
                data[n] = 1
        return "went unnoticed"

    result = run(jumps, memory_bytes=200 * MB)
    assert (result.outcome, result.value) == (Outcome.OOM_KILLED, None)


def test_large_inputs_and_values_are_not_held_twice(run):
    data = b"x" * (150 * MB)
    result = run(lambda given: given, data, memory_bytes=240 * MB)
    assert (result.outcome, len(result.value or b"")) == (Outcome.RETURNED, 150 * MB)


def test_numpy_works_under_a_limit(run):
    numpy = pytest.importorskip("numpy")

    def multiplies():
        a = numpy.ones((500, 500))
        return float((a @ a).sum())

    assert run(multiplies, memory_bytes=300 * MB, cpu_count=1).value == 500**3


def test_a_timeout_is_deadline_exceeded(run):
    result = run(time.sleep, 600, timeout_s=0.3)
    assert (result.outcome, result.exit_code) == (Outcome.DEADLINE_EXCEEDED, 143)
    assert 0.3 <= result.wall_s < 3
    assert "timeout 300 ms" in result.message


def test_within_the_timeout_nothing_happens(run):
    assert run(abs, -1, timeout_s=60).value == 1


def test_a_timeout_ends_who_does_not_listen(run):
    def refuses():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            pass

    result = run(refuses, timeout_s=0.3, grace_s=0.3)
    assert (result.outcome, result.exit_code) == (Outcome.DEADLINE_EXCEEDED, 137)


def test_a_stopped_process_is_ended_too(run):
    result = run(lambda: os.kill(os.getpid(), signal.SIGSTOP), timeout_s=0.3, grace_s=0.2)
    assert result.outcome is Outcome.DEADLINE_EXCEEDED


def test_the_folder_over_its_limit_is_an_eviction_that_names_the_file(run):
    def writes():
        with Path("model.bin").open("wb") as file:
            for _ in range(100):
                file.write(b"x" * MB)
                file.flush()
                time.sleep(0.01)
        time.sleep(600)

    result = run(writes, storage_bytes=20 * MB)
    assert result.outcome is Outcome.STORAGE_EXCEEDED
    assert "ephemeral storage" in result.message
    assert "work/model.bin" in result.message
    assert "of 19.07 MiB" in result.message


def test_temporary_files_count_and_it_is_told_when_all_is_over_as_well(run):
    def writes():
        import tempfile

        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(b"x" * (30 * MB))
        return 1

    result = run(writes, storage_bytes=20 * MB)
    assert result.outcome is Outcome.STORAGE_EXCEEDED


def test_a_file_with_holes_takes_what_it_takes(run):
    def writes():
        with Path("sparse").open("wb") as file:
            file.truncate(10**12)
        return 1

    assert run(writes, storage_bytes=20 * MB).value == 1


def test_a_preemption_is_sigterm_and_lets_it_save(run, heard):
    def saves():
        def save(*_):
            print("checkpoint saved")  # noqa: T201
            sys.exit(1)

        signal.signal(signal.SIGTERM, save)
        time.sleep(600)

    result = run(saves, preempt_after_s=0.5, grace_s=60)
    assert (result.outcome, result.exit_code) == (Outcome.PREEMPTED, 1)
    assert heard.text() == "checkpoint saved\n"


def test_a_preemption_after_the_grace_is_sigkill(run):
    def refuses():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)

    result = run(refuses, preempt_after_s=0.3, grace_s=0.3)
    assert (result.outcome, result.exit_code) == (Outcome.PREEMPTED, 137)
    assert "killed when the grace was over" in result.message


def test_what_belongs_to_it_ends_with_it_whatever_the_reason(run, tmp_path, is_gone):
    def leaves():
        pid = os.fork()
        if pid == 0:
            os.setsid()
            time.sleep(600)
        (tmp_path / "pid").write_text(str(pid))
        time.sleep(600)

    for limits in ({"timeout_s": 0.3}, {"preempt_after_s": 0.3}):
        result = run(leaves, **limits)
        assert result.leaked_processes == ()
        assert is_gone([int((tmp_path / "pid").read_text())])
