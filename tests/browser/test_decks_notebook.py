"""The notebook of decks: seen in both themes, reopened without a kernel, and converted."""

from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

DECKS = Path(__file__).parents[2] / "notebooks" / "decks.ipynb"
PAGES = "iframe[data-flyte-nb-decks]"


def open_tab(pages, index, name):
    """Choose the tab *name* of the page of decks *index*; return the deck's document."""
    page = pages.nth(index).content_frame
    page.get_by_role("tab", name=name, exact=True).click()
    frame = page.get_by_role("tabpanel", name=name, exact=True).locator("iframe")
    return frame.content_frame.locator("body")


def check(pages):
    """Look at decks of each kind."""
    pages.first.scroll_into_view_if_needed()
    expect(open_tab(pages, 0, "Report").get_by_role("row")).to_have_count(6)
    picture = open_tab(pages, 0, "Figure").get_by_role("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 100
    expect(open_tab(pages, 0, "Chart").locator("canvas, svg").first).to_be_visible()
    expect(open_tab(pages, 1, "Output")).to_contain_text("4")
    hostile = pages.nth(7)
    hostile.scroll_into_view_if_needed()
    expect(open_tab(pages, 7, "fine")).to_contain_text("Nothing of that is seen here.")
    expect(open_tab(pages, 7, "hostile")).to_contain_text("Tried.")


def test_runs_saves_and_is_still_there_without_a_kernel(open_notebook, reopen_without_kernel):
    page = open_notebook(DECKS)
    check(page.locator(PAGES))
    page = reopen_without_kernel()
    check(page.locator(PAGES))
    expect(page.get_by_text("All of it:")).to_be_visible()


def test_what_nbconvert_makes_of_it_shows_decks(page, tmp_path, screenshot):
    html, _ = HTMLExporter().from_notebook_node(nbformat.read(DECKS, as_version=4))
    file = tmp_path / "decks.html"
    file.write_text(html, encoding="utf-8")
    page.goto(file.as_uri())
    check(page.locator(PAGES))
    screenshot("decks-nbconvert")


def test_looks_right(open_notebook, screenshot, looks):
    page = open_notebook(DECKS)
    pages = page.locator(PAGES)
    for theme, name in looks():
        expect(pages.first.content_frame.locator("html")).to_have_attribute("data-theme", theme)
        for index, tab in (
            (0, "Report"),
            (0, "Figure"),
            (0, "Chart"),
            (1, "Timeline"),
            (6, "large"),
        ):
            expect(open_tab(pages, index, tab)).to_be_visible()
            pages.nth(index).scroll_into_view_if_needed()
            screenshot(f"decks-{tab.lower()}-{name}")
        pages.nth(4).scroll_into_view_if_needed()
        expect(pages.nth(4).content_frame.get_by_role("tab").first).to_be_visible()
        screenshot(f"decks-compared-{name}")
