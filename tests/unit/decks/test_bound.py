"""Decks cut to what a saved notebook may have of them."""

import html
import json
import random
import re

import pytest

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.decks.bound import bounded, saved_bytes
from flyte_nb.decks.how_shown import deck_display
from flyte_nb.decks.library import Library
from flyte_nb.decks.output import decks_html, names_html
from flyte_nb.decks.page import Tab

LIMIT = 200_000


@pytest.fixture(autouse=True)
def _small_limit():
    before = deck_display()
    deck_display("auto", limit=LIMIT)
    yield
    deck_display(before.mode, limit=before.limit_bytes)


def tabs(*contents):
    return [Tab(name=f"d{n}", html=content) for n, content in enumerate(contents)]


@pytest.mark.parametrize(
    "contents",
    [
        ["<p>x</p>" * 100_000],
        ["'&\"\n\\" * 100_000],
        ["ä€\U0001f600" * 100_000],
        ["<p>small</p>", *["<p>large</p>" * 20_000] * 3],
        ["<p>x</p>"] * 5_000,
        [f"<p>{n}</p>" * 2_000 for n in range(100)],
        ["x" * 1_000_000],
    ],
    ids=["large", "escaped", "wide", "mixed", "many", "many and large", "no tags"],
)
def test_what_is_saved_is_within_the_limit(contents):
    shown = decks_html(tabs(*contents), title="t", hint="how")
    assert LIMIT / 6 < saved_bytes(shown) <= LIMIT + 1_000  # a line below
    assert len(json.dumps(shown, ensure_ascii=False).encode()) == saved_bytes(shown)
    assert 'role="note"' in shown


def test_what_fits_is_shown_as_it_is():
    shown = decks_html(tabs("<p>small</p>", "<p>too</p>"), title="t", hint="how")
    assert "how" not in re.sub("<iframe.*</script>", "", shown, flags=re.DOTALL)


def test_small_decks_are_whole_and_large_ones_share_the_rest():
    found = bounded(tabs("<p>a</p>" * 1_000_000, "<p>b</p>" * 50, "<p>c</p>" * 1_000_000), LIMIT)
    first, small, last = found.tabs
    assert small.html == "<p>b</p>" * 50
    assert len(first.html) == pytest.approx(len(last.html), rel=0.1)
    assert found.cut == ("d0 (8.0 MB)", "d2 (8.0 MB)")
    assert "The first 0.1 MB of 8.0 MB are shown." in first.html
    assert "#d1242f" not in first.html  # nothing failed


@pytest.mark.parametrize("tag", ["script", "STYLE"])
def test_a_deck_is_not_cut_inside_a_script(tag):
    content = f"<p>before</p><{tag}>" + "a > b;" * 100_000 + f"</{tag}><p>after</p>"
    (shown,) = bounded(tabs(content), LIMIT).tabs
    assert shown.html.endswith("<p>before</p>")


def test_a_deck_is_not_cut_inside_a_secret():
    secret = "password-of-many-letters" * 4
    LEAK_GUARD.add(secret)
    (shown,) = bounded(tabs(f"<b>{secret}</b>" * 50_000), LIMIT).tabs
    assert "password-of" not in shown.html


def test_a_secret_in_a_name_is_masked_also_around_the_page():
    secret = "name-that-was-handed-out"
    LEAK_GUARD.add(secret)
    large = Tab(name=f"of {secret}", html="<p>x</p>" * 100_000)
    shown = decks_html([large], title=f"Decks of {secret}")
    assert "title='Decks of ••••'" in shown
    assert "of •••• (0.8 MB)" in shown
    assert secret not in shown + names_html([secret], "%x")


def test_what_is_not_shown_is_said_with_the_file_that_has_it(tmp_path):
    file = tmp_path / "all of <it>.html"

    def write(parts):
        assert parts is None  # not all of it is there
        file.write_text("x" * 3_000_000)
        return file

    shown = decks_html(tabs(*["<p>x</p>" * 100_000] * 5), title="t", whole=write, rest=7)
    said = html.unescape(shown.rpartition('<div role="note"')[2])
    assert "d0 (0.8 MB), d1 (0.8 MB), d2 (0.8 MB) and 2 more" in said
    assert "7 more decks not shown here" in said
    assert file.as_uri() in said
    assert "(3.0 MB)" in said
    assert "<it>" not in shown


def with_chart(name, size):
    library = str(Library("k", lambda: random.Random(1).randbytes(size).hex()))
    return library, Tab(name=name, html=f"{library}<p>chart {name}")


def test_decks_share_the_library_of_their_charts():
    library, one = with_chart("one", 100_000)
    _, two = with_chart("two", 100_000)
    assert LIMIT / 2 < len(library) < LIMIT
    found = bounded([one, two], LIMIT)
    assert found.tabs == (one, two)
    assert "note" not in decks_html([one, two], title="t").rpartition("</script>")[2]


def test_a_library_without_room_is_left_out_and_said():
    _, one = with_chart("one", 200_000)
    found = bounded([one, *tabs("<p>x</p>")], LIMIT)
    assert "without what draws its charts" in found.tabs[0].html
    assert found.tabs[0].html.endswith("<p>chart one")
    assert "data-packed" not in found.tabs[0].html
    assert found.tabs[1].html == "<p>x</p>"


def test_a_file_that_is_not_needed_is_not_written():
    decks_html(tabs("<p>x</p>"), title="t", whole=lambda _: 1 / 0)
