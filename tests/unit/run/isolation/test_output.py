"""Integration: what a run prints comes back live, in order, and however much it is."""

import os
import subprocess
import sys
import time

import psutil
import pytest

from flyte_nb.run.isolation import Outcome, Output

CASES = int(os.environ.get("FLYTE_NB_CASES", "0"))
FLOOD = 1_000_000_000 if CASES >= 200 else 100_000_000  # bytes


def test_both_streams_come_back(run, heard):
    def prints():
        print("to stdout")  # noqa: T201
        sys.stderr.write("to stderr\n")

    run(prints)
    assert (heard.text(), heard.text("stderr")) == ("to stdout\n", "to stderr\n")


def test_programs_and_libraries_in_c_are_heard(run, heard):
    def prints():
        import ctypes

        subprocess.run(["echo", "from a program"], check=True)
        os.write(1, b"to the descriptor\n")
        ctypes.CDLL(None).printf(b"from C\n")

    run(prints)
    assert heard.text() == "from a program\nto the descriptor\nfrom C\n"


def test_order_between_streams_is_kept(run, heard):
    def prints():
        for n in range(5):
            print(f"out {n}")  # noqa: T201
            time.sleep(0.02)
            sys.stderr.write(f"err {n}\n")
            time.sleep(0.02)

    run(prints)
    assert "".join(e.text for e in heard) == "".join(f"out {n}\nerr {n}\n" for n in range(5))


def test_it_comes_while_the_run_goes_on(request_of):
    from flyte_nb.run.isolation import run_isolated

    def prints():
        print("begun")  # noqa: T201
        time.sleep(1.5)
        return time.time()

    times = []
    ended = run_isolated(request_of(prints), lambda _: times.append(time.time())).value
    assert len(times) == 1
    assert ended - times[0] > 0.5


def test_at_most_about_twenty_pieces_in_a_second(run, heard):
    def prints():
        begin = time.monotonic()
        while time.monotonic() - begin < 1:
            print("tick")  # noqa: T201
            time.sleep(0.001)

    result = run(prints)
    assert len(heard) <= 22 * result.wall_s + 2
    assert len(heard) > 3


def test_a_character_is_never_cut(run, heard):
    def prints():
        for byte in "naïve 😀 ende".encode():
            os.write(1, bytes([byte]))
            time.sleep(0.06)

    run(prints)
    assert heard.text() == "naïve 😀 ende"
    assert len(heard) > 3


def test_bytes_that_are_no_text_do_no_harm(run, heard):
    run(lambda: os.write(1, b"\xff\x00\xfe ok \xe2\x82"))
    assert heard.text() == "\ufffd\x00\ufffd ok \ufffd"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_flood_is_cut_with_a_note_and_keeps_memory_bounded(run, heard, stream):
    def floods(size):
        block = b"0123456789abcde\n" * (1 << 16)
        out = getattr(sys, stream).buffer
        for _ in range(size // len(block)):
            out.write(block)
        out.write(b"the end\n")
        out.flush()
        import resource

        return size // len(block) * len(block) + 8, resource.getrusage(0).ru_maxrss * 1024

    before = psutil.Process().memory_info().rss
    result = run(floods, FLOOD)
    size, peak = result.value
    assert result.outcome is Outcome.RETURNED
    text = heard.text(stream)
    assert text.startswith("0123456789abcde\n")
    assert text.endswith("0123456789abcde\nthe end\n")
    assert "of output are left out here" in text
    notes = "".join(line for line in text.splitlines(keepends=True) if line.startswith("["))
    kept = len(text) - len(notes)
    assert abs(size - result.dropped_bytes - kept) < 100  # but for the line ends of the notes
    assert len(text) < 10_200_000
    assert peak < 100_000_000
    assert psutil.Process().memory_info().rss - before < 100_000_000


def test_a_few_megabytes_at_once_come_whole(run, heard):
    lines = "".join(f"row {n}\n" for n in range(500_000))
    assert run(lambda: print(lines, end="")).dropped_bytes == 0  # noqa: T201
    assert heard.text() == lines


def test_the_limit_is_told_when_it_is_reached(run, heard):
    def prints():
        for n in range(40):
            print(f"{n:09}" * 1000)  # noqa: T201
            time.sleep(0.01)
        time.sleep(0.2)
        sys.stderr.write("last words\n")

    run(prints, output_bytes=100 << 10)
    text = "".join(e.text for e in heard)
    assert text.index("more than 100 KiB of output") < text.index("are left out here")
    assert text.endswith("last words\n")


def test_a_caller_that_does_not_keep_up_blocks_nobody(request_of):
    from flyte_nb.run.isolation import run_isolated

    def floods():
        begin = time.monotonic()
        for _ in range(300):
            os.write(1, b"x" * 1_000_000)
        return time.monotonic() - begin

    result = run_isolated(request_of(floods), lambda _: time.sleep(0.1))
    assert result.value < 20
    assert result.dropped_bytes > 250_000_000


def test_a_closed_stdout_harms_nobody(run, heard):
    def closes():
        os.close(1)
        sys.stdout.close()
        sys.stderr.write("still here\n")
        return 1

    assert run(closes).value == 1
    assert heard.text("stderr") == "still here\n"


def test_a_print_to_a_closed_stdout_is_the_user_s_own_error(run):
    def closes():
        sys.stdout.close()
        print("x")  # noqa: T201

    assert type(run(closes).error) is ValueError


def test_messages_come_back_live_and_in_order(run, heard):
    def prepare(channel, call):
        channel.send("log", {"line": 1})
        value = call()
        channel.send("deck", "x" * 300_000)
        return value, "prepared"

    assert run(lambda: 3, prepare=prepare).value == (3, "prepared")
    assert heard.messages("log") == [{"line": 1}]
    assert heard.messages("deck") == ["x" * 300_000]


def test_threads_and_forked_workers_may_send(run, heard):
    def prepare(channel, _call):
        import threading

        def many(name):
            for n in range(200):
                channel.send("n", (name, n, "x" * 10_000))

        pids = []
        for name in "ab":
            pid = os.fork()
            if pid == 0:
                many(name)
                os._exit(0)
            pids.append(pid)
        threads = [threading.Thread(target=many, args=(name,)) for name in "cd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for pid in pids:
            os.waitpid(pid, 0)

    run(lambda: None, prepare=prepare)
    found = heard.messages("n")
    for name in "abcd":
        assert [n for who, n, _ in found if who == name] == list(range(200))


def test_a_sender_killed_in_between_spoils_nothing(run, heard):
    def prepare(channel, _call):
        for _ in range(10):
            pid = os.fork()
            if pid == 0:
                while True:
                    channel.send("big", b"x" * 1_000_000)
            time.sleep(0.02)
            os.kill(pid, 9)
            os.waitpid(pid, 0)
        channel.send("last", "whole")

    run(lambda: None, prepare=prepare)
    assert heard.messages("last") == ["whole"]
    assert set(map(len, heard.messages("big"))) <= {1_000_000}


def test_a_message_that_cannot_be_rebuilt_here_says_so(run, heard):
    class Stubborn:
        def __reduce__(self):
            return os.listdir, ("/no/such/folder",)

    def prepare(channel, _call):
        channel.send("odd", Stubborn())

    run(lambda: None, prepare=prepare)
    (message,) = heard
    assert (message.payload, message.problem) == (None, "FileNotFoundError when rebuilt")


def test_what_cannot_be_pickled_is_the_sender_s_error(run):
    def prepare(channel, _call):
        import threading

        channel.send("odd", threading.Lock())

    assert type(run(lambda: None, prepare=prepare).error) is TypeError


def test_what_a_callback_raises_ends_the_run_and_is_raised(request_of):
    from flyte_nb.run.isolation import IsolatedProcess

    def prints():
        print("x")  # noqa: T201
        time.sleep(600)

    def fails(event):
        assert isinstance(event, Output)
        raise KeyError("mine")

    process = IsolatedProcess(request_of(prints)).start()
    with pytest.raises(KeyError, match="mine"):
        process.wait(fails)
    assert process.result.outcome is Outcome.CANCELLED
