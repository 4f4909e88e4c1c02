"""Decks that mean harm, in a real JupyterLab: none changes, reads, leaves or blocks the page."""

import socketserver
import threading
from contextlib import suppress

import pytest
from hostile_html import FRAGMENTS, HOME, NAMES
from playwright.sync_api import Error, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("default"),
    pytest.mark.own_page,
]

STUCK_MS = 10_000  # a page that hangs, not one of a busy machine
LATE_MS = 1_000  # in which everything that was tried comes to something, or does not
PAGE = "iframe[data-flyte-nb-decks]"
# The longest time in which the page's own thread did not come to a timer of 50 ms.
HEART = """() => {
    window.longestMs = 0;
    let last = performance.now();
    setInterval(() => {
        const now = performance.now();
        window.longestMs = Math.max(window.longestMs, now - last);
        last = now;
    }, 50);
}"""
# Its deck has said its first word, if it ever does, and has been seen for a moment.
HAS_RUN = """async tab => {
    const panel = document.getElementById(tab.getAttribute("aria-controls"));
    const isThere = () => panel.querySelector("iframe:not(.awaiting)") !== null;
    const wait = ms => new Promise(resolve => setTimeout(resolve, ms));
    for (let ms = 0; ms < 2000 && !isThere(); ms += 20) await wait(20);
    await wait(100);
    return tab.ariaSelected;
}"""
MINE = """() => ({
    title: document.title, url: location.href, cells: document.querySelectorAll(".jp-Cell").length,
    cookie: document.cookie, stored: localStorage.getItem("stolen"),
})"""


@pytest.fixture
def calls():
    """What came to an address of another origin: its URL, and the first lines of all calls.

    The number with which a path begins says which deck called.
    """
    found = []

    class Handler(socketserver.StreamRequestHandler):
        timeout = 5

        def handle(self):
            # Chromium opens a connection for some of what it then refuses, and sends nothing.
            with suppress(OSError):
                found.extend(line for line in [self.rfile.readline()] if line)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", found
        server.shutdown()


SETUP = "%load_ext flyte_nb\n%flyte_deck set --limit 20MB\nfrom flyte_nb import Deck, task"
REPORT = """
@task(enable_deck=True)
def report() -> int:
    made = [Deck(name, html) for name, html in decks.items()]
    {then}
    return 1

report()"""
GROWS = """
    import time
    while not stop.exists():
        made[0].append("<p>and grows</p>")
        time.sleep(0.5)
"""


def hostile(home):
    return {
        "good": "<p>still here</p>",
        **{
            name: html.replace(HOME, f"{home}/{number}")
            for number, (name, html) in enumerate(FRAGMENTS.items(), 1)
        },
        **dict.fromkeys(NAMES, "<p>a name</p>"),
        "last": "<p>here too</p>",
    }


@pytest.fixture
def harm(page):
    """What the page does that it should not: dialogs and windows."""
    found = []
    page.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    page.context.on("page", lambda opened: found.append(opened.url))
    return found


def open_all(page, shown, names):
    """Open each deck: none changes the page, or keeps it from going on."""
    page.evaluate(HEART)
    before = page.evaluate(MINE)
    for index, name in enumerate(names):
        tab = shown.get_by_role("tab").nth(index)
        try:
            tab.click()
            assert tab.evaluate(HAS_RUN) == "true", name
            assert page.evaluate(MINE) == before, name
        except Error as error:
            pytest.fail(f"deck {name!r}: {error}")
    for name, text in (("good", "still here"), ("last", "here too")):
        expect(content(shown, name)).to_contain_text(text)
    page.wait_for_timeout(LATE_MS)
    assert page.evaluate(MINE) == before
    assert page.evaluate("window.longestMs") < STUCK_MS
    expect(page.locator(".jp-Notebook")).to_be_visible()


def callers(called, names):
    """Return by name which decks called, and what."""
    found = {}
    for line in called:
        number, _, rest = line.decode(errors="replace").split()[1].lstrip("/").partition("/")
        name = names[int(number)] if number.isdecimal() else number
        found.setdefault(name, []).append(rest)
    return found


def content(shown, name):
    shown.get_by_role("tab", name=name, exact=True).click()
    frame = shown.get_by_title(name, exact=True).and_(shown.locator("iframe"))
    return frame.content_frame.locator("body")


def test_no_fragment_gets_out_of_its_frame(notebook, page, calls, harm):
    home, called = calls
    decks = hostile(home)
    notebook(SETUP, f"decks = {decks!r}", REPORT.format(then=""))
    open_all(page, page.frame_locator(PAGE), decks)
    found = callers(called, [*decks])
    assert found == {}, f"these called: {', '.join(found)}"
    assert harm == []


def test_no_fragment_gets_out_while_decks_grow(notebook, page, calls, harm, tmp_path):
    home, called = calls
    decks = hostile(home)
    stop = tmp_path / "stop"
    where = f"from pathlib import Path\nstop = Path({str(stop)!r})"
    cells = (SETUP, f"decks = {decks!r}\n{where}", REPORT.format(then=GROWS.strip()))
    notebook(*cells, run=False)
    for item in ("Run", "Run All Cells"):
        page.get_by_role("menuitem", name=item, exact=True).click()
    shown = page.frame_locator(f"{PAGE}[title='Decks']")
    expect(shown.get_by_text("growing while the task runs")).to_be_visible()
    open_all(page, shown, decks)
    good = content(shown, "good").get_by_text("and grows")
    expect(good.nth(good.count())).to_be_attached()  # it goes on to grow
    found = callers(called, [*decks])
    assert found == {}, f"these called: {', '.join(found)}"
    assert harm == []
    stop.touch()


def test_a_fragment_that_gets_out_would_be_seen(page, calls, tmp_path):
    home, called = calls
    for name in ("script", "form to the top", "stylesheet"):
        path = tmp_path / "open.html"
        path.write_text(FRAGMENTS[name].replace(HOME, home), encoding="utf-8")
        called.clear()
        page.goto(path.as_uri())
        page.wait_for_timeout(500)
        assert called, name
