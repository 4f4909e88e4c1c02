import threading

import pytest

from flyte_nb import Deck, current_context, task
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.decks.lazy import LazyDeck
from flyte_nb.errors import InvalidValueError


def test_content_is_what_was_appended_in_order():
    deck = Deck("d", "<p>1</p>", auto_add_to_deck=False)
    assert deck.append("<p>2</p>").append("") is deck
    assert (deck.name, deck.html) == ("d", "<p>1</p>\n<p>2</p>")


def test_a_deck_joins_the_context_unless_told_not_to():
    @task
    def decks() -> list[str]:
        Deck("one")
        Deck("two", auto_add_to_deck=False)
        Deck("one")
        return [deck.name for deck in current_context().decks]

    assert decks() == ["one", "one"]


def test_a_name_is_text():
    with pytest.raises(InvalidValueError, match="not 3"):
        Deck(3)


def test_no_append_is_lost_between_threads():
    deck = Deck("d", auto_add_to_deck=False)
    threads = [
        threading.Thread(target=lambda: [deck.append("x") for _ in range(1000)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert deck.html.count("x") == 8000


def test_a_deck_shows_itself():
    html = Deck("my deck", "<b>hi</b>", auto_add_to_deck=False)._repr_html_()
    assert "my deck" in html
    assert "sandbox='allow-scripts'" in html


def test_a_name_that_was_handed_out_is_masked():
    deck = Deck("name-that-was-handed-out")
    LEAK_GUARD.add("name-that-was-handed-out")
    assert repr(deck) == "Deck('••••', 0 fragments)"


def test_a_deck_that_is_being_made_is_not_known_to_be_empty():
    seen = []

    def make(deck):
        seen.append(deck.is_empty)
        assert deck.html == ""  # and is not made again
        deck.append("<p>made")

    deck = LazyDeck("d", make)
    assert (deck.html, seen, deck.is_empty) == ("<p>made", [False], False)


def test_repr_has_no_content():
    assert repr(Deck("d", "long", auto_add_to_deck=False)) == "Deck('d', 1 fragments)"
