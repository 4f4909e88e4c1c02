"""Formats between the processes: whole or in pieces, what goes in comes out."""

import sys
import traceback

from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.run.isolation.wire import chunks
from flyte_nb.run.isolation.wire.carried_error import carry
from flyte_nb.run.isolation.wire.chunks import ChunkReader, cut
from flyte_nb.run.isolation.wire.descriptors import Owned
from flyte_nb.run.isolation.wire.frames import FrameReader, Kind, frame
from flyte_nb.run.isolation.wire.rebuilt_traceback import FrameFacts, rebuild

FRAMES = st.lists(st.tuples(st.sampled_from(Kind), st.binary(max_size=50)), max_size=10)
MESSAGES = st.lists(st.tuples(st.sampled_from("abc"), st.binary(max_size=2_000)), max_size=6)


def pieces(data, cuts):
    places = sorted(c % (len(data) + 1) for c in cuts)
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


@given(FRAMES, st.lists(st.integers(0, 10_000)))
def test_frames_survive_any_cut(frames, cuts):
    data = b"".join(frame(kind, body) for kind, body in frames)
    reader = FrameReader()
    found = [pair for piece in pieces(data, cuts) for pair in reader.feed(piece)]
    assert found == [(kind.value, body) for kind, body in frames]


@given(MESSAGES, st.randoms(use_true_random=False))
def test_messages_of_several_senders_come_whole_and_in_order(messages, chance):
    queues = {}
    for number, (sender, body) in enumerate(messages):
        queues.setdefault(sender, []).extend(cut(ord(sender), number, sender, body))
    data = b""
    while any(queues.values()):
        queue = chance.choice([q for q in queues.values() if q])
        assert len(queue[0]) <= 4096
        data += queue.pop(0)
    reader = ChunkReader()
    cuts = [chance.randrange(10_000) for _ in range(5)]
    found = [pair for piece in pieces(data, cuts) for pair in reader.feed(piece)]
    for sender in "abc":
        expected = [body for s, body in messages if s == sender]
        assert [body for kind, body in found if kind == sender] == expected
    assert reader._begun == {}


def test_a_chunk_fits_into_one_atomic_write():
    assert max(map(len, cut(1, 1, "k", b"x" * 20_000))) == chunks._ROOM + chunks._HEADER.size


def test_a_descriptor_that_became_another_file_is_not_written_to(tmp_path):
    import os

    reading, writing = os.pipe()
    pipe = Owned(writing)
    assert pipe.write(b"mine")
    other = os.open(tmp_path / "file", os.O_CREAT | os.O_WRONLY)
    os.dup2(other, writing)
    assert not pipe.write(b"not here")
    os.close(writing)
    assert not pipe.write(b"nor here")
    os.close(other)
    os.close(reading)
    assert (tmp_path / "file").read_bytes() == b""


def inner(n):
    return inner(n - 1) if n else [
        1 / n for _ in range(1)
    ]  # fmt: skip


def test_a_rebuilt_traceback_prints_as_the_original():
    try:
        inner(3)
    except ZeroDivisionError as error:
        original = error
    printed = "".join(traceback.format_exception(original))
    assert carry(original).traceback == printed
    rebuilt = carry(original).unpack()
    assert rebuilt is not original
    assert "".join(traceback.format_exception(rebuilt)) == printed


def test_ipython_finds_the_source_of_each_frame(shell, capsys):
    shell.run_cell("def helper(x):\n    return [1 / x for _ in range(2)]\n")
    shell.run_cell("def work(x):\n    print('in it')\n    return helper(x)\n")
    shown = []
    for cell in ("work(0)", "raise rebuilt"):
        result = shell.run_cell(cell)
        shell.push({"rebuilt": carry(result.error_in_exec).unpack()})
        shown.append(capsys.readouterr().out.partition("in work(")[2].partition("\n")[2])
    assert shown[0].replace("(x)", "()").replace("(.0)", "()") == shown[1]


def test_frames_that_cannot_be_are_left_out():
    frames = [
        FrameFacts("file", "f", "f", 1, position)
        for position in ((3, 3, 0, 1), (0, 0, 0, 0), (5, 1, 9, 0), (2**40, 2**40, 0, 0))
    ]
    assert 1 <= len(traceback.extract_tb(rebuild(tuple(frames)))) < 4


def test_a_traceback_of_a_deep_recursion_is_rebuilt():
    def endless():
        endless()

    try:
        endless()
    except RecursionError as error:
        rebuilt = carry(error).unpack()
    frames = traceback.extract_tb(rebuilt.__traceback__)
    assert frames[-1].name == "endless"
    assert len(frames) > sys.getrecursionlimit() / 2


def test_causes_that_go_in_a_circle_end():
    first, second = ValueError(1), ValueError(2)
    first.__cause__, second.__cause__ = second, first
    rebuilt = carry(first).unpack()
    assert rebuilt.__cause__.args == (2,)
    assert rebuilt.__cause__.__cause__ is None


def test_a_secret_in_a_message_is_masked_in_the_summary():
    from flyte_nb.context.leak_guard import LEAK_GUARD

    LEAK_GUARD.add("hunter2-hunter2")
    assert "hunter2" not in carry(ValueError("password hunter2-hunter2")).summary
