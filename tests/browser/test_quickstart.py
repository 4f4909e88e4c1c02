"""The quickstart as a user meets it: run, read, save, come back without a kernel."""

from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

QUICKSTART = Path(__file__).parents[2] / "notebooks" / "quickstart.ipynb"
PAGES = "iframe[data-flyte-nb-decks]"


def deck(page, index, name):
    """Choose the tab *name* of the page of decks *index*; return the deck's document."""
    page.locator(PAGES).nth(index).scroll_into_view_if_needed()
    decks = page.frame_locator(PAGES).nth(index)
    decks.get_by_role("tab", name=name, exact=True).click()
    return panel(decks, name)


def panel(decks, name):
    """Return the document of the deck *name* that is shown."""
    shown = decks.get_by_role("tabpanel", name=name, exact=True)
    return shown.frame_locator("iframe").locator("body")


def scroll_to(element):
    """Show it; Playwright would wait for frames to be drawn that are out of sight, and are not."""
    element.evaluate("element => element.scrollIntoView()")


def check_both_decks(page):
    expect(page.locator(PAGES)).to_have_count(2)
    training = deck(page, 0, "Training")
    expect(training).to_contain_text("Starts at epoch 5")
    expect(training.get_by_role("img", name="Accuracy by epoch")).to_be_visible()
    expect(deck(page, 0, "Epochs").get_by_role("row")).to_have_count(11)
    expect(deck(page, 1, "Inputs")).to_contain_text("1.0 divided by 0.0")
    expect(deck(page, 0, "Training")).to_contain_text("Starts at epoch 5")
    decks = page.frame_locator(PAGES).nth(0)
    decks.get_by_role("tab", name="Attempt 1").click()
    expect(panel(decks, "Training")).to_contain_text("Starts at epoch 0")
    decks.get_by_role("tab", name="Attempt 2").click()


def test_runs_saves_and_is_still_there_without_a_kernel(open_notebook, reopen_without_kernel):
    page = open_notebook(QUICKSTART)
    check_both_decks(page)
    check_both_decks(reopen_without_kernel())


def test_looks_right(open_notebook, screenshot, looks, page):
    open_notebook(QUICKSTART)
    sizes = [{"width": 480, "height": 900}, {"width": 1200, "height": 900}]
    for theme, name in looks(*product(("dark", "light"), sizes)):
        picture = deck(page, 0, "Training").get_by_role("img")
        scroll_to(picture)
        expect(picture).to_be_visible()
        decks = page.frame_locator(PAGES).nth(0)
        expect(decks.locator("html")).to_have_attribute("data-theme", theme)
        screenshot(f"quickstart-training-{name}")
        scroll_to(deck(page, 0, "Epochs").get_by_role("row").first)
        screenshot(f"quickstart-epochs-{name}")
        page.locator(PAGES).nth(1).scroll_into_view_if_needed()
        expect(deck(page, 1, "Inputs")).to_be_visible()
        screenshot(f"quickstart-failed-{name}")
        page.locator(".jp-Cell").first.scroll_into_view_if_needed()
        screenshot(f"quickstart-top-{name}")
