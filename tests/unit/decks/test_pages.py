"""The page of all decks as an object that a notebook shows."""

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.decks.page import Tab
from flyte_nb.decks.pages import DeckPage


def test_a_large_page_is_made_once_and_written_as_it_is():
    asked, written = [], []

    def content():
        asked.append(1)
        return "<p>x</p>" * 500_000

    page = DeckPage([Tab(name="large", html=content)], whole=written.append)
    assert "are shown" in page._repr_html_()
    assert len(asked) == 2  # for the page, and for what is shown of it
    assert ["".join(parts) for parts in written] == [page]


def test_a_secret_that_is_known_when_it_is_shown_is_masked():
    page = DeckPage([Tab(name="d", html="<p>handed-out-meanwhile</p>")])
    assert "handed-out-meanwhile" in page._repr_html_()
    LEAK_GUARD.add("handed-out-meanwhile")
    assert "handed-out-meanwhile" not in page._repr_html_()
