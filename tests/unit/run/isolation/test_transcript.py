"""What is kept of what a run prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.run.isolation.watch.amounts import in_bytes
from flyte_nb.run.isolation.watch.transcript import Transcript

STREAMS = st.sampled_from(["stdout", "stderr"])


def all_of(transcript):
    return "".join(text for _, text in transcript.take(is_end=True))


@given(st.lists(st.one_of(st.tuples(STREAMS, st.text(max_size=30)), st.none()), max_size=30))
def test_little_comes_whole_whenever_it_is_taken(parts):
    transcript, taken = Transcript(10_000), []
    for part in parts:
        if part is None:
            taken += transcript.take()
        else:
            for byte in part[1].encode(errors="replace"):
                transcript.feed(part[0], bytes([byte]))
    taken += transcript.take(is_end=True)
    for name in ("stdout", "stderr"):
        expected = "".join(p[1] for p in parts if p and p[0] == name).encode(errors="replace")
        assert "".join(text for stream, text in taken if stream == name) == expected.decode()
    assert transcript.dropped_bytes == 0


@given(st.lists(st.integers(0, 60_000), max_size=20), st.integers(0, 200_000))
def test_what_is_not_dropped_is_given_out(sizes, limit):
    transcript, taken = Transcript(limit), []
    for n, size in enumerate(sizes):
        transcript.feed("stdout", b"x" * size)
        if n % 3 == 0:
            taken += transcript.take()
    text = "".join(t for _, t in taken) + all_of(transcript)
    kept = sum(set(line) == {"x"} and len(line) for line in text.splitlines())
    assert kept == sum(sizes) - transcript.dropped_bytes
    assert kept <= limit + 2 * 65_536
    assert ("left out here" in text) == (transcript.dropped_bytes > 0)


def test_the_end_begins_with_a_line():
    transcript = Transcript(10)
    transcript.feed("stdout", b"first line\n" + b"line of ten\n" * 10_000 + b"last")
    text = all_of(transcript)
    assert text.startswith("first line\n[… ")
    head, _, end = text.partition(" left out here …]\n")
    assert "KiB of output are" in head
    assert set(end.splitlines()) == {"line of ten", "last"}


def test_a_gap_within_a_character_leaves_no_half_of_it():
    transcript = Transcript(4)
    transcript.feed("stdout", "ab😀".encode() + "é".encode() * 50_000)
    assert "\ufffd" not in all_of(transcript)


def test_order_of_both_streams_is_kept_until_it_would_be_many_pieces():
    transcript = Transcript(1_000)
    for n in range(3):
        transcript.feed("stdout", b"o%d" % n)
        transcript.feed("stderr", b"e%d" % n)
    assert [text for _, text in transcript.take()] == ["o0", "e0", "o1", "e1", "o2", "e2"]
    for n in range(100):
        transcript.feed("stdout", b"o%d " % n)
        transcript.feed("stderr", b"e%d " % n)
    pieces = transcript.take()
    assert len(pieces) == 8
    out = "".join(text for stream, text in pieces if stream == "stdout")
    assert out == "".join(f"o{n} " for n in range(100))


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1_023, "1023 bytes"), (1_024, "1 KiB"), (1_234_567, "1.177 MiB"),
     (1_023 << 20, "1023 MiB"), (200 << 20, "200 MiB"), (500 << 40, "500 TiB")],
)  # fmt: skip
def test_amounts_in_words(size, words):
    assert in_bytes(size) == words
