"""What is masked, in which encodings, and what is left alone."""

import base64
import html
import json
import random
import re
import reprlib
import shlex
import string
import textwrap
import threading
import tracemalloc
import urllib.parse

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flyte_nb.config.mask import MASK
from flyte_nb.context.leak_guard import LeakGuard

NASTY = "p@ss/w+rd \"quoted\" & 'sö' <b>\\n~=%€😀"


def guard_of(*values):
    guard = LeakGuard()
    for value in values:
        guard.add(value)
    return guard


def basic(text):
    return base64.b64encode(text.encode()).decode()


def percent(text, safe=""):
    return urllib.parse.quote(text, safe=safe)


def as_code_points(text, characters):
    return "".join(f"\\u{ord(c):04x}" if c in characters else c for c in text)


# Each writes a value on its own, or amid something that does not depend on it.
ENCODINGS = {
    "as it is": str,
    "percent": percent,
    "percent, path": urllib.parse.quote,
    "percent, lower": lambda s: re.sub("%..", lambda m: m[0].lower(), percent(s)),
    "form": urllib.parse.quote_plus,
    "encodeURIComponent": lambda s: percent(s, safe="!'()*"),
    "json": json.dumps,
    "json, unicode": lambda s: json.dumps(s, ensure_ascii=False),
    "json, slashes": lambda s: json.dumps(s).replace("/", "\\/"),
    "json, in a page": lambda s: as_code_points(json.dumps(s), "<>&"),
    "json in json": lambda s: json.dumps({"body": json.dumps({"p": s})}),
    "json in html": lambda s: html.escape(json.dumps(s)),
    "json in an address": lambda s: percent(json.dumps({"p": s})),
    "json in a form": lambda s: urllib.parse.quote_plus(json.dumps({"p": s})),
    "repr": lambda s: repr(s + "'\""),
    "repr of a list": lambda s: repr([s + "'\""]),
    "ascii": lambda s: ascii(s + "'\""),
    "repr of bytes": lambda s: repr((s + "'\"").encode()),
    "repr of json": lambda s: repr(json.dumps({"p": s}) + "'"),
    "repr of json in bytes": lambda s: repr((json.dumps({"p": s}) + "'").encode()),
    "repr in json": lambda s: json.dumps(repr(s + "'\"")),
    "html": html.escape,
    "html, text only": lambda s: html.escape(s, quote=False),
    "html, ascii": lambda s: html.escape(s).encode("ascii", "xmlcharrefreplace").decode(),
    "shell": lambda s: shlex.quote(s + " "),
    "hex": lambda s: s.encode().hex(),
    "base64": basic,
    "base64, url-safe": lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    "base64, no padding": lambda s: basic(s).rstrip("="),
    "base64, in an address": lambda s: percent(basic(s)),
}  # fmt: skip
# Here a character at each end belongs to the value and to its neighbour.
INSIDE_BASE64 = {
    "after one byte": lambda s: basic("u" + s),
    "after two bytes": lambda s: basic("u:" + s),
    "before a line end": lambda s: basic(s + "\n"),
    "amid others": lambda s: basic(f"user:{s}:more"),
    "of json": lambda s: basic(json.dumps({"auths": {"r": {"password": s}}})),
    "of json, unicode": lambda s: basic(json.dumps({"p": s}, ensure_ascii=False)),
}
SECRETS = ["hunter22", "sk-Ab3/9+zz==", NASTY, "日本語の秘密です", "a\\b'c\"d"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_encoding_is_masked_and_what_is_around_it_stays(encoding, secret):
    write = ENCODINGS[encoding]
    around = MASK if write("").isalnum() or not write("") else write("Zq9").replace("Zq9", MASK)
    assert guard_of(secret).mask(f"before {write(secret)} after") == f"before {around} after"


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("encoding", INSIDE_BASE64)
def test_inside_of_base64_too(encoding, secret):
    written = INSIDE_BASE64[encoding](secret)
    before, after = guard_of(secret).mask(written).split(MASK)
    assert len(written) - len(before + after) >= len(secret.encode()) * 4 // 3 - 2


def test_base64_that_is_wrapped_into_lines():
    secret = "".join(f"{n:03}x" for n in range(40))
    for width in (64, 76):
        lines = textwrap.wrap(basic(secret), width)
        assert guard_of(secret).mask("\n".join(lines)) == "\n".join([MASK] * len(lines))


@pytest.mark.parametrize("prefix", ["", "u", "u:", "user:"])
def test_of_base64_at_most_one_shared_character_is_left_at_each_end(prefix):
    shown = guard_of("correct-horse").mask(basic(f"{prefix}correct-horse:x"))
    left = shown.split(MASK)
    assert base64.b64decode(left[0][: len(left[0]) // 4 * 4]).decode() in prefix
    assert len(left[1]) <= len(basic(":x")) + 1


def test_a_value_of_bytes_is_masked_as_text_where_it_is_one():
    guard = guard_of(b"hunter22", b"\xff\x00\x01\xfe\x80\x81")
    assert guard.mask("hunter22") == MASK
    assert guard.mask(repr(b"-\xff\x00\x01\xfe\x80\x81")) == f"b'-{MASK}'"
    assert guard.mask(base64.b64encode(b"\xff\x00\x01\xfe\x80\x81").decode()) == MASK


@pytest.mark.parametrize("short", ["", "x", "12345", "  12345\n"])
def test_values_shorter_than_six_characters_are_left_alone(short):
    assert guard_of(short).mask("12345 x") == "12345 x"
    assert guard_of("123456").mask("123456 x") == f"{MASK} x"


def test_the_longest_wins_and_overlapping_values_are_masked_together():
    guard = guard_of("secret", "secret-and-more", "moreover")
    assert guard.mask("a secret") == f"a {MASK}"
    assert guard.mask("secret-and-more.") == f"{MASK}."
    assert guard.mask("secret-and-moreover.") == f"{MASK}."


def test_blanks_around_a_value_do_not_matter():
    assert guard_of("  hunter22\n").mask("<hunter22>") == f"<{MASK}>"


PEM = """-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu
dQc3xQ==
-----END PRIVATE KEY-----
"""


def test_a_key_is_masked_line_by_line_and_its_borders_stay():
    shown = guard_of(PEM).mask("\n".join(f"{n}: {line}" for n, line in enumerate(PEM.splitlines())))
    assert shown.splitlines() == [
        "0: -----BEGIN PRIVATE KEY-----",
        f"1: {MASK}",
        f"2: {MASK}",
        f"3: {MASK}",
        "4: -----END PRIVATE KEY-----",
    ]


ACCOUNT = {"type": "service", "private_key": "s3cr3t-\nline-2", "password": 'a"bcdefg'}


@pytest.mark.parametrize(
    "document",
    [
        json.dumps(ACCOUNT),
        json.dumps(ACCOUNT, indent=1),
        "[default]\naws_secret_access_key = s3cr3t-\nDB_PASSWORD='a\"bcdefg'\nother: line-2\n",
    ],
)  # fmt: skip
def test_what_a_document_names_as_secret_is_masked_alone(document):
    guard = guard_of(document)
    assert guard.mask("s3cr3t-") == MASK
    assert guard.mask('a"bcdefg') == MASK
    assert guard.mask("service [default] private_key") == "service [default] private_key"


def test_the_password_of_an_address_is_masked_alone():
    guard = guard_of("postgresql://scott:t%40iger-1@db.example.com/prod")
    assert guard.mask("t@iger-1 t%40iger-1 scott db.example.com") == (
        f"{MASK} {MASK} scott db.example.com"
    )


def test_a_long_value_leaves_no_gap_in_any_encoding():
    value = "".join(f"{n:05}x" for n in range(2000))
    guard = guard_of(value)
    for written in (value, basic(value), basic(":" + value), value.encode().hex()):
        shown = guard.mask(written)
        assert len(shown.replace(MASK, "")) <= 2


TOKEN = "sk-7f" + "0a1b2c3d4e5f6g7h8i9j" * 10


@pytest.mark.parametrize(
    "shortened",
    [
        f"{TOKEN[:47]}...",  # a cell of pandas
        f"{TOKEN[:25]}<...>{TOKEN[-25:]}",  # %whos
        reprlib.repr(TOKEN),
        f"...{TOKEN[-97:]}'",
        f"x{TOKEN[:-1]}",
        f"{TOKEN[1:]}x",
        f"{TOKEN[:100]}{TOKEN[:100]}",
    ],
)
def test_what_is_left_of_a_token_that_was_shortened_is_masked(shortened):
    guard = LeakGuard()
    guard.add(TOKEN)
    shown = guard.mask(f"before {shortened} after")
    assert MASK in shown
    assert not any(TOKEN[n : n + 8] in shown for n in range(len(TOKEN) - 8))
    assert shown.startswith("before ")
    assert shown.endswith(" after")


@pytest.mark.parametrize(
    ("secret", "innocent"),
    [
        ("postgresql://me@db.example.com:5432/a-long-name", "postgresql://other"),
        ("correct-horse-battery-staple-and-more", "correct-horse-battery"),
        ("a sentence of 10 words that somebody has for a password", "a sentence of 10"),
        ("abc123abc123", "abc123abc12"),
    ],
)
def test_what_other_text_begins_with_too_is_left_alone(secret, innocent):
    guard = LeakGuard()
    guard.add(secret)
    assert guard.mask(innocent) == innocent
    assert guard.mask(secret) == MASK


def test_colour_codes_do_not_hide_a_value_and_stay():
    guard = guard_of("hunter22")
    assert guard.mask("\x1b[32m'hun\x1b[1;31mter\x1b[0m22'\x1b[39m") == (
        f"\x1b[32m'{MASK}\x1b[1;31m\x1b[0m'\x1b[39m"
    )
    assert guard.mask("\x1b[31mhunter22\x1b[0mhunter22") == f"\x1b[31m{MASK}\x1b[0m{MASK}"


def test_tags_do_not_hide_a_value_and_stay():
    guard = guard_of("hunter<22>", "hunter22")
    shown = guard.mask(
        "<i title='hunter22'>x</i><b>hun</b><i>ter&lt;</i>22&gt; hunter<br>22", tags=True
    )
    assert shown == f"<i title='{MASK}'>x</i><b>{MASK}</b><i></i> {MASK}<br>"
    assert guard.mask("hunter<b>22") == "hunter<b>22"


def test_the_switch_is_seen_at_once_and_values_are_taken_in_meanwhile(environment):
    guard = guard_of("hunter22")
    for off in ("off", " OFF ", "0", "false", "no"):
        environment["FLYTE_NB_LEAK_GUARD"] = off
        assert guard.mask("hunter22") == "hunter22"
        assert not guard.is_on
    guard.add("correct-horse")
    for on in ("on", "", "of", "1"):
        environment["FLYTE_NB_LEAK_GUARD"] = on
        assert guard.mask("hunter22 correct-horse") == f"{MASK} {MASK}"


def test_no_value_is_in_a_repr():
    guard = guard_of("hunter22")
    guard.mask("build it")
    stream = guard.stream()
    stream.feed("hunter2")
    shown = repr((guard, guard._matcher, stream))
    assert shown.startswith("(LeakGuard(1 values)")
    assert "hunter" not in shown


def test_what_is_forgotten_is_shown():
    guard = guard_of("hunter22")
    guard.mask("x")
    guard.clear()
    assert guard.mask("hunter22") == "hunter22"


def test_text_without_a_value_is_returned_itself():
    text = "nothing of it \x1b[31m <b> \udcff"
    assert guard_of("hunter22").mask(text) is text
    assert LeakGuard().mask(text) is text


def test_values_may_come_from_many_threads_while_others_mask():
    guard, wrong = LeakGuard(), []
    values = [f"secret-number-{n:04}" for n in range(200)]

    def work(mine):
        for value in mine:
            guard.add(value)
            if guard.mask(f"<{value}>") != f"<{MASK}>":
                wrong.append(value)

    threads = [threading.Thread(target=work, args=(values[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


texts = st.text(st.characters(codec="utf-8"), max_size=40)
characters = st.characters(codec="utf-8", exclude_characters="\0")
secrets = st.text(characters, min_size=6, max_size=40).map(str.strip)


@given(secrets, st.sampled_from([*ENCODINGS.values(), *INSIDE_BASE64.values()]), texts, texts)
def test_no_value_survives_in_any_encoding(secret, write, before, after):
    assume(len(secret) >= 6)
    written = write(secret)
    shown = guard_of(secret).mask(before + written + after)
    assert MASK in shown
    assert secret not in shown.replace(MASK, "\0")
    assert written.strip("'\"b") not in shown.replace(MASK, "\0")


@given(st.lists(st.text("abcdef", min_size=6), max_size=4), st.text(st.characters(codec="utf-8")))
def test_text_without_values_is_unchanged(values, text):
    # No letter of them, and nothing that their base64 or hexadecimal form could be.
    plain = re.sub("[0-9A-Za-z+/=_%-]", "", text)
    guard = guard_of(*values)
    assert guard.mask(plain) == plain
    assert guard.mask(plain, tags=True) == plain
    assert guard_of("Zq-never-there-7").mask(text, tags=True) is text


def test_a_large_value_is_masked_in_reasonable_time_and_memory():
    numbers = random.Random(1)
    lines = ["".join(numbers.choices(string.ascii_letters, k=64)) for _ in range(8_000)]
    guard = LeakGuard()
    guard.add("\n".join(lines))
    assert guard.mask(f"a {lines[0]} b {lines[-1]}") == f"a {MASK} b {MASK}"
    assert len(guard._patterns) < 100_000


def test_all_of_a_long_line_is_masked():
    numbers = random.Random(1)
    value = "".join(numbers.choices(string.ascii_letters, k=200_000))
    guard = LeakGuard()
    guard.add(value)
    assert not set(guard.mask(value)) - set(MASK)


def test_a_quote_that_is_doubled_in_csv_hides_nothing():
    guard = LeakGuard()
    guard.add('pa"ssword')
    assert guard.mask('1,"pa""ssword"') == f'1,"{MASK}"'


@pytest.mark.parametrize(
    "made",
    [
        lambda text: np.array(["x", text]),
        lambda text: np.array(["x", f"postgres://me:{text}@db"]).astype(">U50"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-be"),
        lambda text: memoryview(text.encode()),
        lambda text: np.array([[f"a{text}"], [""]]).T,
    ],
)
def test_a_value_in_the_memory_of_an_array_is_found(made):
    guard = guard_of("correct-horse", NASTY)
    for text in ("correct-horse", NASTY):
        assert guard.holds(made(text))
    assert not guard.holds(made("another thing"))
    guard.clear()
    guard.add("another secret")
    assert not guard.holds(made("correct-horse"))


def test_looking_for_values_copies_nothing():
    guard, data = guard_of("correct-horse"), np.ones(2_000_000)
    assert not guard.holds(data)
    tracemalloc.start()
    try:
        assert not guard.holds(data)
        assert tracemalloc.get_traced_memory()[1] < data.nbytes / 10
    finally:
        tracemalloc.stop()
