"""Decks in a real page: they show, and can reach nothing."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

PAGES = "iframe[data-flyte-nb-decks]"
SETUP = "%load_ext flyte_nb\nfrom flyte_nb import Deck, task"
PROBE = """
<p id=out>not run</p>
<script>
const tries = {
  parent: () => parent.document.title,
  top: () => top.document.title,
  cookie: () => document.cookie,
  storage: () => localStorage.length,
  opener: () => String(window.open("about:blank")),
};
out.textContent = Object.entries(tries).map(([name, attempt]) => {
  try { return name + "=" + attempt(); } catch (error) { return name + ":" + error.name; }
}).join(" ");
</script>
"""
HOSTILE = """
<style>* { display: none !important } body { position: fixed; inset: 0; z-index: 9999 }</style>
<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">
<base href="http://127.0.0.1:9/"><form action="/"><button id=go></button></form>
<script>
document.cookie = "stolen=1";
alert(1);
try { top.location = "http://127.0.0.1:9/" } catch {}
try { location = "http://127.0.0.1:9/" } catch {}
fetch("/").catch(() => {}); go.click();
</script></iframe></div></script><!-- <plaintext>
"""


def cell(*decks):
    """Return the source of a cell whose task makes *decks*, of name and HTML."""
    lines = [f"    Deck({name!r}, {html!r})" for name, html in decks]
    return "\n".join(
        ["@task(enable_deck=True)", "def report() -> int:", *lines, "    return 1", "", "report()"]
    )


def content(page, index, name):
    decks = page.frame_locator(PAGES).nth(index)
    decks.get_by_role("tab", name=name, exact=True).click()
    return panel(decks, name)


def panel(decks, name):
    return (
        decks.get_by_title(name, exact=True)
        .and_(decks.locator("iframe"))
        .content_frame.locator("body")
    )


def test_a_deck_reads_neither_the_page_nor_its_cookies(notebook):
    page = notebook(SETUP, cell(("probe", PROBE), ("other", "<p>x</p>")))
    page.evaluate("document.cookie = 'session=secret'")
    out = content(page, 0, "probe").locator("#out")
    expect(out).to_contain_text("parent:SecurityError top:SecurityError cookie:SecurityError")
    expect(out).to_contain_text("storage:SecurityError opener=null")


def test_a_hostile_deck_harms_neither_the_page_nor_the_other_decks(notebook, page):
    requests, dialogs = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    notebook(SETUP, cell(("hostile", HOSTILE), ("good", "<p>still here</p>")))
    address = page.url
    content(page, 0, "hostile")
    page.wait_for_timeout(1000)
    expect(content(page, 0, "good")).to_contain_text("still here")
    assert page.url == address
    assert [url for url in requests if "127.0.0.1:9/" in url] == []
    assert dialogs == []
    assert "stolen" not in page.evaluate("document.cookie")
    expect(page.locator(".jp-Notebook")).to_be_visible()


def test_two_decks_on_one_page_have_tabs_of_their_own(notebook):
    page = notebook(
        SETUP,
        cell(("one", "<p>first</p>"), ("two", "<p>second</p>")),
        cell(("one", "<p>third</p>"), ("two", "<p>fourth</p>")),
    )
    expect(content(page, 0, "two")).to_contain_text("second")
    expect(content(page, 1, "one")).to_contain_text("third")
    expect(content(page, 0, "one")).to_contain_text("first")
    expect(content(page, 1, "two")).to_contain_text("fourth")


def test_tabs_follow_the_keyboard(notebook):
    page = notebook(SETUP, cell(("one", "<p>1</p>"), ("two", "<p>2</p>"), ("three", "<p>3</p>")))
    decks = page.frame_locator(PAGES)
    decks.get_by_role("tab", name="one").focus()
    page.keyboard.press("ArrowRight")
    expect(decks.get_by_role("tab", name="two")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("End")
    expect(decks.get_by_role("tab").last).to_be_focused()


def test_a_deck_grows_to_its_content(notebook):
    page = notebook(SETUP, cell(("tall", "<div style='height:1234px'>tall</div>")))
    expect(page.locator(PAGES)).to_be_visible()
    page.wait_for_function(
        f"document.querySelector('{PAGES}').getBoundingClientRect().height > 1234"
    )


def test_decks_follow_a_change_of_theme(notebook):
    page = notebook(SETUP, cell(("one", "<p>1</p>")))
    root = page.frame_locator(PAGES).locator("html")
    expect(root).to_have_attribute("data-theme", "light")
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    for item in ("Theme", "JupyterLab Dark"):
        page.locator(".lm-Menu-item").filter(has_text=item).first.click()
    expect(root).to_have_attribute("data-theme", "dark")


def test_a_search_goes_through_all_decks_and_scrolls_the_notebook(notebook):
    long, word = "<p>filler</p>" * 200, "&#108;oss"  # as no deck with the source has it
    first, last = f"<p>{word}</p>{long}", f"{long}<p>The {word}</p>"
    page = notebook(SETUP, cell(("first", first), ("last", last)))
    decks = page.frame_locator(PAGES).nth(0)
    box = decks.get_by_role("searchbox")
    box.fill("LOSS")
    expect(decks.get_by_role("status")).to_have_text("2 matches in 2 decks")
    box.press("Enter")
    box.press("Enter")
    expect(decks.get_by_role("tab", name="last, 1 found")).to_have_attribute(
        "aria-selected", "true"
    )
    match = panel(decks, "last").get_by_text("The loss")
    expect(match).to_be_in_viewport()
    box.press("Enter")
    expect(panel(decks, "first").get_by_text("loss")).to_be_in_viewport()
