"""Text that comes in pieces."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.config.mask import MASK
from flyte_nb.context.leak_guard import LeakGuard
from flyte_nb.context.leak_guard.stream import GLIMPSE


@pytest.fixture
def guard():
    guard = LeakGuard()
    guard.add("hunter22")
    return guard


def feed(stream, *pieces):
    return [stream.feed(piece) for piece in pieces]


def test_only_the_possible_beginning_of_a_value_is_held_back(guard):
    stream = guard.stream()
    assert feed(stream, "nothing of it", "oh", "", " yes") == ["nothing of it", "o", "", "h yes"]
    assert feed(stream, "a hun", "ter", "22 b") == ["a ", "", f"{MASK} b"]
    assert feed(stream, "a hun", "dred") == ["a ", "hundred"]
    assert not stream.holds


def test_what_is_released_before_its_time_shows_the_rest_masked(guard):
    stream = guard.stream()
    assert (stream.feed("a hun"), stream.release(GLIMPSE)) == ("a ", "hun")
    assert not stream.holds
    assert (stream.feed("t"), stream.release(GLIMPSE)) == ("", "")
    assert (stream.feed("er22 b"), stream.release()) == (f"{MASK} b", "")


def test_one_character_at_a_time_with_a_pause_after_each_shows_a_glimpse_and_no_more(guard):
    stream = guard.stream()
    shown = "".join(stream.feed(c) + stream.release(GLIMPSE) for c in "my hunter22 is")
    assert shown + stream.release() == f"my hun{MASK} is"


def test_what_was_no_value_is_shown_when_the_stream_ends(guard):
    stream = guard.stream()
    assert (stream.feed("hunter2"), stream.release(GLIMPSE), stream.release()) == (
        "", "", "hunter2",
    )  # fmt: skip
    assert stream.feed("2 after") == f"{MASK} after"


def test_colour_codes_between_and_within_pieces(guard):
    stream = guard.stream()
    shown = (
        "".join(feed(stream, "\x1b[1mhun\x1b[", "0mter\x1b[3", "1m22\x1b[0m ok")) + stream.release()
    )
    assert shown == f"\x1b[1m{MASK}\x1b[0m\x1b[31m\x1b[0m ok"


def test_a_value_of_which_the_stream_has_the_beginning_is_added(guard):
    stream = guard.stream()
    assert stream.feed("correct") == "correct"
    guard.add("correct-horse")
    assert stream.feed(" correct-") == " "
    assert stream.feed("horse") == MASK


def test_switched_off_what_was_held_back_is_shown(guard, environment):
    stream = guard.stream()
    assert stream.feed("hunter") == ""
    environment["FLYTE_NB_LEAK_GUARD"] = "off"
    assert stream.feed("22") == "hunter22"


SECRETS = ["hunter22", "22-and-more", "ünï-cödé-😀", "abcabcabd", "aaaaaaab"]
chunks = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *SECRETS,
                *(s[:n] for s in SECRETS for n in (1, 3, 6)),
                *(s[n:] for s in SECRETS for n in (1, 3, 6)),
                *(
                    base64.b64encode((p + s).encode()).decode()
                    for s in SECRETS
                    for p in ("", "u", "u:")
                ),
                "\x1b[31m",
                "\x1b[0m",
                "\x1b",
                "a",
                " ",
            ]
        ),
        st.text(max_size=3),
    ),
    max_size=12,
)


@given(chunks, st.lists(st.integers(1, 9), min_size=1))
def test_however_it_is_cut_the_same_is_shown(parts, sizes):
    guard = LeakGuard()
    for secret in SECRETS:
        guard.add(secret)
    text = "".join(parts)
    stream, shown, place = guard.stream(), [], 0
    for n in range(len(text)):
        size = sizes[n % len(sizes)]
        shown.append(stream.feed(text[place : place + size]))
        place += size
    shown.append(stream.release())
    whole = guard.mask(text)
    assert "".join(shown) == whole


@given(chunks, st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=1))
def test_no_value_survives_early_releases(parts, steps):
    guard = LeakGuard()
    for secret in SECRETS:
        guard.add(secret)
    text = "".join(part for part in parts if "\x1b" not in part)
    stream, shown, place, n = guard.stream(), "", 0, 0
    while place < len(text):
        size, release = steps[n % len(steps)]
        shown += stream.feed(text[place : place + size])
        if release:
            shown += stream.release(GLIMPSE)
        place, n = place + size, n + 1
    shown += stream.release()
    assert not any(secret in shown for secret in SECRETS)
