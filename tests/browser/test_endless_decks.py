"""A deck whose script never ends: the notebook goes on, and all decks can be read again."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

ENDLESS = "<p>text</p><script>setTimeout(() => { for (;;) {} }, 2000)</script>"
PAGE = "iframe[data-flyte-nb-decks]"


@pytest.mark.parametrize("theme", ["dark"])
def test_decks_are_shown_again_without_their_scripts(notebook, page, theme):
    notebook(
        "%load_ext flyte_nb\nfrom flyte_nb import Deck, task",
        "@task(enable_deck=True)\ndef report() -> int:\n"
        "    Deck('good', '<p>still here</p>')\n"
        f"    Deck('endless', {ENDLESS!r})\n    return 1\n\nreport()",
        "Deck('other', '<p>of another cell</p>')",
    )
    shown, other = (page.frame_locator(PAGE).nth(number) for number in (0, 1))
    expect(shown.get_by_role("tab", name="good", exact=True)).to_be_visible()
    page.wait_for_timeout(3_000)  # in which it has answered once
    shown.get_by_role("tab", name="endless", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("do not answer", timeout=60_000)
    page.locator(".jp-CodeCell .cm-content").last.click()
    page.keyboard.type("# the notebook goes on")
    expect(page.get_by_text("# the notebook goes on")).to_be_visible()
    page.get_by_role("button", name="without their scripts").first.click()
    for name, text in (("endless", "text"), ("good", "still here")):
        shown.get_by_role("tab", name=name, exact=True).click()
        frame = shown.get_by_role("tabpanel", name=name, exact=True).locator("iframe")
        expect(frame.content_frame.locator("body")).to_contain_text(text)
        expect(frame.content_frame.locator("html")).to_have_attribute("data-theme", theme)
    expect(shown.get_by_role("status").first).to_contain_text("Scripts of decks are off.")
    expect(other.locator("iframe").content_frame.locator("body")).to_contain_text("another cell")
    expect(page.get_by_role("alert")).to_have_count(0)
