"""Decks that grow under the cell, in JupyterLab: followed to their end, kept through all of it."""

import base64
import json
import re

import pytest
from lab_cells import cell, ended, run_cells
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

PAGES = "iframe[data-flyte-nb-decks]"
# Tasks go on step by step, as the test makes files.
SETUP = """%load_ext flyte_nb
import time
from pathlib import Path
from flyte_nb import Deck, Secret, current_context, task

def wait_for(name):
    while not Path(name).exists():
        time.sleep(0.02)
"""
TRAIN = """
@task(enable_deck=True, deck_fields=())
def train() -> int:
    loss, notes = Deck("loss", "<h2>Loss</h2>"), Deck("notes", "<p>none so far</p>")
    for epoch in range(1, 100):
        loss.append(f"<p>epoch {epoch}</p>")
        if epoch == 30:
            wait_for("more")
        if epoch == 60:
            wait_for("end")
    return 1

train();
"""


@pytest.fixture
def go_on(lab):
    """Return a function that lets tasks go on; the next test begins anew."""
    names = []

    def go_on_(name):
        (lab.root / name).touch()
        names.append(name)

    yield go_on_
    for name in names:
        (lab.root / name).unlink()


@pytest.fixture
def started(notebook, page):
    """Return a function that runs a cell and does not wait for its end."""

    def start(*cells, below=0):
        notebook(SETUP, *cells, *["# below"] * below, run=False)
        run_cells(page, len(cells) + 1)
        return page

    return start


def decks(page):
    return page.frame_locator(f"{PAGES} >> visible=true").first


def deck(page, name):
    frames = decks(page)
    return (
        frames.get_by_title(name, exact=True)
        .and_(frames.locator("iframe"))
        .content_frame.locator("body")
    )


def is_live(page):
    return expect(decks(page).get_by_role("status").first).to_have_text(
        "growing while the task runs"
    )


def outputs(path, n=1):
    return json.loads(path.read_text())["cells"][n]["outputs"]


def states_of_widgets(saved):
    widgets = saved["metadata"].get("widgets", {})
    return {key: state for each in widgets.values() for key, state in each["state"].items()}


def test_decks_grow_while_the_task_runs_and_then_stand_still(started, page, go_on, save):
    started(TRAIN)
    is_live(page)
    expect(deck(page, "loss")).to_contain_text("epoch 30")
    expect(deck(page, "loss")).not_to_contain_text("epoch 31")
    go_on("more")
    expect(deck(page, "loss")).to_contain_text("epoch 60")
    go_on("end")
    ended(page, 1)
    expect(deck(page, "loss")).to_contain_text("epoch 99")
    expect(page.locator(PAGES)).to_have_count(1)
    expect(cell(page, 1)).to_contain_text("train succeeded")
    saved = save()
    assert [set(output["data"]) for output in outputs(saved) if output["data"]] == [
        {"text/html", "text/plain"}
    ]
    assert states_of_widgets(json.loads(saved.read_text())) == {}


MANY = """
@task(enable_deck=True, deck_fields=())
def train() -> int:
    deck = Deck("log", "<h3>Log</h3>")
    wait_for("page")
    for n in range(10_000):
        deck.append(f"<p>{n} " + "loss 0.125 " * 90 + "</p>")
        if n % 10 == 0:
            time.sleep(0.01)
    wait_for("end")
    return 1

train();
"""
KIND = re.compile(r'"(?:msg_type|method|type)": ?"(\w+)"')
LONG_TASKS = """() => {
    window.longTasks = [];
    new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) window.longTasks.push(duration);
    }).observe({ type: "longtask" });
}"""


def test_many_appends_cost_what_they_hold(started, page, go_on, record_testsuite_property):
    received = []

    def note(event):
        data, is_text = event["response"]["payloadData"], event["response"]["opcode"] == 1
        content = data if is_text else base64.b64decode(data).decode(errors="replace")
        kinds = KIND.findall(content[:2_000])
        if "history_reply" not in kinds:  # the cells of all tests before, which JupyterLab asks for
            received.append((len(content), kinds))

    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.on("Network.webSocketFrameReceived", note)
    # With its first HTML output JupyterLab loads MathJax, which takes a while.
    started("from IPython.display import HTML\nHTML('<p>HTML')", MANY)
    is_live(page)
    expect(deck(page, "log")).to_contain_text("Log")  # it has asked, and heard
    page.evaluate(LONG_TASKS)
    go_on("page")
    expect(deck(page, "log").locator("p")).to_have_count(10_000, timeout=90_000)
    expect(deck(page, "log").locator("p").last).to_contain_text("9999 loss")
    record_testsuite_property("longest_task_ms", max(page.evaluate("window.longTasks"), default=0))
    go_on("end")
    ended(page, 2)
    expect(page.locator(PAGES)).to_have_count(1)
    page.wait_for_timeout(5_000)  # for what might be sent twice
    client.detach()
    sent = sum(size for size, _ in received)
    record_testsuite_property("received_bytes", sent)
    assert sent < 15e6, sorted(received)[-8:]


SCROLL = """
@task(enable_deck=True, deck_fields=())
def train() -> int:
    loss, notes = Deck("loss", "<h2>Loss</h2>"), Deck("notes", "<h2>Notes</h2>")
    for epoch in range(200):
        loss.append(f"<p>epoch {epoch}</p>")
        notes.append(f"<p>note {epoch}</p>")
        if epoch == 100:
            wait_for("more")
    wait_for("end")
    return 1

train();
"""
PLACES = """() => [
    document.querySelector(".jp-WindowedPanel-outer").scrollTop,
    document.querySelector("iframe[data-flyte-nb-decks]").getBoundingClientRect().top,
]"""


def test_chosen_tab_and_places_stay_while_decks_grow(started, page, go_on):
    started(SCROLL, below=40)
    is_live(page)
    decks(page).get_by_role("tab", name="notes").click()
    notes = deck(page, "notes")
    expect(notes).to_contain_text("note 100")
    root = notes.locator("xpath=..")
    root.evaluate("root => { root.scrollTop = root.scrollHeight / 2 }")
    page.locator(".jp-WindowedPanel-outer").evaluate("panel => { panel.scrollTop = 150 }")
    page.wait_for_timeout(300)
    place, around = root.evaluate("root => root.scrollTop"), page.evaluate(PLACES)
    assert place > 0
    go_on("more")
    expect(notes).to_contain_text("note 199")
    page.wait_for_timeout(300)
    assert root.evaluate("root => root.scrollTop") == place
    assert page.evaluate(PLACES) == around
    expect(decks(page).get_by_role("tab", name="notes")).to_have_attribute("aria-selected", "true")
    go_on("end")


def test_a_reader_at_the_end_stays_there_and_a_tab_has_what_came_before_it_was_opened(
    started, page, go_on
):
    started(SCROLL)
    is_live(page)
    loss = deck(page, "loss")
    expect(loss).to_contain_text("epoch 100")
    root = loss.locator("xpath=..")
    root.evaluate("root => { root.scrollTop = root.scrollHeight }")
    place = root.evaluate("root => root.scrollTop")
    go_on("more")
    expect(loss).to_contain_text("epoch 199")
    assert root.evaluate("root => root.scrollTop") == place
    decks(page).get_by_role("tab", name="notes").click()
    expect(deck(page, "notes").locator("p")).to_have_count(200)
    go_on("end")


def test_search_finds_what_came_live_also_in_tabs_that_were_never_opened(started, page, go_on):
    started(SCROLL)
    is_live(page)
    box = decks(page).get_by_role("searchbox")
    expect(box).to_be_visible()
    box.fill("note 1")
    found = decks(page).get_by_role("search").get_by_role("status")
    expect(found).to_have_text("12 matches in 1 deck")
    go_on("more")
    expect(found).to_have_text("111 matches in 1 deck")
    box.press("Enter")
    expect(decks(page).get_by_role("tab", name="notes")).to_have_attribute("aria-selected", "true")
    go_on("end")


RETRIED = """
from flyte_nb import FlyteRecoverableException

@task(enable_deck=True, deck_fields=(), retries=2)
def train() -> int:
    number = current_context().attempt
    deck = Deck("loss", f"<p>this is attempt {number}</p>")
    wait_for(f"end {number}")
    if number < 1:
        raise FlyteRecoverableException("once more")
    return 1

train();
"""


def test_a_retried_task_has_the_decks_of_both_attempts(started, page, go_on, screenshot):
    started(RETRIED)
    is_live(page)
    expect(deck(page, "loss")).to_contain_text("attempt 0")
    go_on("end 0")
    expect(decks(page).get_by_role("tab", name="Attempt 2")).to_have_attribute(
        "aria-selected", "true"
    )
    page.wait_for_timeout(500)
    screenshot("live-decks-attempts")
    decks(page).get_by_role("tab", name="Attempt 1").click()
    shown = decks(page).locator("section:visible iframe").content_frame
    expect(shown.locator("body")).to_contain_text("attempt 0")
    go_on("end 1")
    ended(page, 1)
    expect(cell(page, 1)).to_contain_text("1: failed")
    expect(decks(page).get_by_role("tab", name="Attempt 1")).to_be_visible()


def test_an_interrupted_task_keeps_its_decks(started, page):
    started(TRAIN)
    is_live(page)
    expect(deck(page, "loss")).to_contain_text("epoch 30")
    page.get_by_role("button", name="Interrupt the kernel").click()
    ended(page, 1)
    expect(cell(page, 1)).to_contain_text("train aborted")
    expect(page.locator(PAGES)).to_have_count(1)
    expect(deck(page, "loss")).to_contain_text("epoch 30")


DIES = TRAIN.replace('wait_for("more")', 'wait_for("die"); os.kill(os.getpid(), 9)')


def test_when_the_kernel_is_no_more_the_decks_stay_as_they_were(started, page, go_on, save):
    started("import os" + DIES)
    is_live(page)
    expect(deck(page, "loss")).to_contain_text("epoch 30")
    page.wait_for_timeout(3000)
    go_on("die")
    state = decks(page).get_by_role("status").first
    expect(state).to_have_text("the kernel is no more; the decks as they were")
    expect(deck(page, "loss")).to_contain_text("epoch 30")
    page.get_by_role("dialog").get_by_role("button", name="Ok").click()
    kept = [output["data"] for output in outputs(save())]
    assert "epoch 30" in "".join(kept[-1]["text/html"])


BESIDE = """%flyte_run train"""
TRAIN_ONLY = TRAIN.replace("train();", "")


def test_beside_the_view_of_a_run_decks_grow_until_its_record_has_them(started, page, go_on):
    started(TRAIN_ONLY, BESIDE)
    is_live(page)
    expect(deck(page, "loss")).to_contain_text("epoch 30")
    expect(page.get_by_role("region", name="Flyte run")).to_be_visible()
    go_on("more")
    go_on("end")
    ended(page, 2)
    expect(page.locator(PAGES)).to_have_count(1)
    expect(page.get_by_role("region", name="Flyte run")).to_have_count(0)
    expect(deck(page, "loss")).to_contain_text("epoch 99")


THREAD = """
from threading import Thread
Thread(target=train).start()
"""


def test_a_page_that_is_loaded_again_shows_decks_that_grow(started, page, save, go_on):
    started(TRAIN_ONLY, THREAD)
    is_live(page)
    expect(deck(page, "loss")).to_contain_text("epoch 30")
    save()
    page.reload()
    is_live(page)
    expect(deck(page, "loss").locator("p")).to_have_count(30)
    go_on("more")
    expect(deck(page, "loss").locator("p")).to_have_count(60)
    go_on("end")
    expect(cell(page, 2)).to_contain_text("train succeeded")
    expect(deck(page, "loss")).to_contain_text("epoch 99")
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)


def test_a_page_that_is_loaded_while_the_kernel_is_busy_has_what_is_there_in_the_end(
    started, page, save, go_on
):
    started(TRAIN)
    is_live(page)
    page.wait_for_timeout(3000)  # in which the kernel has heard that there is a page
    save()
    page.reload()
    go_on("more")
    go_on("end")
    expect(cell(page, 1)).to_contain_text("train succeeded")
    expect(deck(page, "loss")).to_contain_text("epoch 99")


def test_a_task_that_outlives_its_cell_is_shown_below_it(started, page, go_on):
    started(TRAIN_ONLY, THREAD, "print('next')")
    ended(page, 3)
    is_live(page)
    go_on("more")
    expect(deck(page, "loss")).to_contain_text("epoch 60")
    go_on("end")
    expect(cell(page, 2)).to_contain_text("train succeeded")
    expect(page.locator(PAGES)).to_have_count(1)


SECRET = """
import os
os.environ["_FSEC_DB_PASSWORD"] = "correct-horse-battery"

@task(enable_deck=True, deck_fields=(), secret_requests=[Secret('db', 'password')])
def train() -> int:
    secret = current_context().secrets.get("db", "password")
    deck = Deck("loss", f"<p>{secret}</p>").append(f"<b>{secret[:8]}</b>{secret[8:]}")
    deck.append("<p>the end</p>")
    wait_for("end")
    return 1

train();
"""


@pytest.mark.usefixtures("widgets_are_saved")
def test_no_secret_is_shown_or_saved_and_no_state(started, page, go_on, save):
    started(SECRET)
    is_live(page)
    expect(deck(page, "loss")).to_contain_text("the end")
    expect(deck(page, "loss")).to_contain_text("••••")
    assert "battery" not in deck(page, "loss").inner_html()
    assert "battery" not in json.dumps(outputs(save()))
    assert "battery" not in json.dumps(json.loads(save().read_text())["metadata"])
    go_on("end")
    ended(page, 1)
    page.wait_for_timeout(1000)  # in which the kernel hears that the page has the report
    saved = json.loads(save().read_text())
    assert "battery" not in json.dumps(saved["cells"][1]["outputs"])
    assert states_of_widgets(saved) == {}


def test_what_it_looks_like(started, page, go_on, screenshot, looks):
    started(TRAIN)
    is_live(page)
    for theme, look in looks():
        expect(decks(page).locator("html")).to_have_attribute("data-theme", theme)
        expect(deck(page, "loss").locator("xpath=..")).to_have_attribute("data-theme", theme)
        expect(deck(page, "loss")).to_contain_text("epoch 30")
        screenshot(f"live-decks-{look}")
    go_on("more")
    go_on("end")
