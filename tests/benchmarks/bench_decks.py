"""What decks cost: rendering of pages as text, calls that make some, memory."""

import tracemalloc

import pytest

from flyte_nb import Deck, task
from flyte_nb.decks.output import decks_html
from flyte_nb.decks.page import Tab
from flyte_nb.decks.pages import page_of

KILOBYTE = "<p class='row'>a &amp; b</p>" + "x" * 996
LARGE = KILOBYTE * 20_000


@task
def plain(a: int) -> int:
    return a


@task(enable_deck=True)
def with_decks(a: int) -> int:
    Deck("report", "<p>done</p>")
    return a


def page_of_fragments(count):
    deck = Deck("report", auto_add_to_deck=False)
    for _ in range(count):
        deck.append(KILOBYTE)
    return page_of([("report", [deck])])


def page_of_one(html):
    return page_of([("report", [Deck("report", html, auto_add_to_deck=False)])])


def test_render_1000_fragments(benchmark):
    assert len(benchmark(page_of_fragments, 1_000)) > 1_000_000


def test_render_20_mb(benchmark):
    assert len(benchmark(page_of_one, LARGE)) > 20_000_000


def test_render_both(benchmark):
    def both():
        deck = Deck("report", auto_add_to_deck=False)
        for piece in (*[KILOBYTE] * 1_000, LARGE):
            deck.append(piece)
        return page_of([("report", [deck])])

    assert len(benchmark(both)) > 21_000_000


@pytest.mark.parametrize("size", ["20 MB", "20 MB of 1 KB"])
def test_memory_of_rendering(benchmark, size):
    """Peak memory beside the content, per byte of it: in ``extra_info``."""
    deck = Deck("report", auto_add_to_deck=False)
    for piece in [LARGE] if size == "20 MB" else [KILOBYTE] * 20_000:
        deck.append(piece)

    def render():
        tracemalloc.start()
        page = page_of([("report", [deck])])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        benchmark.extra_info["times_content"] = peak / len(LARGE)
        return page

    assert len(benchmark.pedantic(render, rounds=1)) > len(LARGE)


def test_output_of_20_mb(benchmark):
    """What a saved notebook has of it."""
    html = benchmark(decks_html, [Tab(name="report", html=LARGE)], title="t")
    assert len(html) < 2_000_000


def test_call_without_decks(benchmark):
    assert benchmark(plain, a=1) == 1


def test_call_with_decks_on(benchmark):
    assert benchmark(with_decks, a=1) == 1
