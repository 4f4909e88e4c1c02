"""`%flyte_run` in JupyterLab: followed to its end, ended early, and seen again without a kernel."""

import re
import time

import pytest
from lab_cells import cell, picture, run_cells
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

TASKS = """%load_ext flyte_nb
import time
from pathlib import Path
from flyte_nb import conditional, map_task, task, workflow

def wait_for(name):
    while not Path(name).exists():
        time.sleep(0.02)

@task
def load_table(rows: int) -> list[int]:
    for n in range(rows):
        print("row", n)
    return list(range(rows))

@task
def clean(values: list[int]) -> list[int]:
    return [v for v in values if v % 3]

@task
def score(value: int) -> float:
    time.sleep(0.02)
    return value / 2

@task(retries=1)
def train_model(values: list[int], rate: float = 0.1) -> float:
    print("training at", rate)
    wait_for("go-on")
    print("epoch 1: loss 0.31")
    return 0.31

@task
def evaluate(loss: float) -> bool:
    return loss < 1

@task
def publish(loss: float) -> str:
    return "published"

@task
def keep_old(loss: float) -> str:
    return "kept"

@task
def report(scores: list[float], said: str) -> str:
    return f"{len(scores)} {said}"

@workflow
def training(values: list[int]) -> float:
    return train_model(values=clean(values=values))

@workflow
def nightly(rows: int) -> str:
    values = load_table(rows=rows)
    loss = training(values=values)
    scores = map_task(score)(value=values)
    said = conditional("good enough").if_(loss < 0.5).then(publish(loss=loss)).else_().then(
        keep_old(loss=loss))
    return report(scores=scores, said=said)
"""

FAILS = """
@task
def by_day(values: list[int]) -> int:
    print("grouping", len(values), "values")
    raise KeyError("there is no column called day")

@workflow
def daily(rows: int) -> int:
    return by_day(values=clean(values=load_table(rows=rows)))
"""
SLOW_END = """%load_ext flyte_nb
import time
from flyte_nb import task

@task
def cleans_up() -> None:
    try:
        while True:
            print("working")
            time.sleep(0.1)
    finally:
        time.sleep(60)
"""


@pytest.fixture
def go_on(lab):
    """Return a function that lets `train_model` go on."""
    path = lab.root / "go-on"
    yield path.touch
    path.unlink(missing_ok=True)


@pytest.fixture
def started(notebook, page):
    """Return a function that runs the tasks' cell and *line*, and returns the live view."""

    def start(line, *cells):
        notebook(TASKS, line, *cells, run=False)
        run_cells(page, 2)
        view = page.get_by_role("region", name="Flyte run")
        expect(view.get_by_role("row").filter(has_text="train_model")).to_contain_text("running")
        expect(view.get_by_label("Output of train_model")).to_contain_text("training at 0.1")
        return view

    return start


def record(page):
    """Return the record that stands in the place of the view."""
    return cell(page, 1).locator(".jp-OutputArea-output").first


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_run_is_followed_to_its_end(started, page, go_on, theme):
    view = started("run = %flyte_run nightly --rows 24", "run.result()")
    bar = view.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuetext", "2 succeeded, 2 running, 3 queued")
    expect(view.get_by_role("img")).to_have_accessible_name(re.compile("nightly: 7 nodes, 2 succ"))
    picture(view, f"run-live-{theme}")
    first = view.get_by_role("button", name="load_table")
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(view.get_by_role("button", name="training")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(view.get_by_label("Output of load_table")).to_contain_text("row 23")
    expect(first).to_have_attribute("aria-pressed", "true")
    go_on()
    expect(view).to_have_count(0)
    expect(record(page)).to_contain_text("succeeded")
    expect(record(page).get_by_role("img")).to_have_accessible_name(re.compile("32 nodes"))
    picture(cell(page, 1), f"run-record-{theme}")
    run_cells_from(page, 2)
    expect(cell(page, 2).locator(".jp-OutputArea-output")).to_contain_text("24 published")


def run_cells_from(page, n):
    cell(page, n).locator(".jp-InputArea").first.click()
    page.keyboard.press("Shift+Enter")


@pytest.mark.parametrize("viewport", [{"width": 480, "height": 900}])
@pytest.mark.usefixtures("viewport")
def test_it_fits_a_narrow_window(started, go_on):
    view = started("%flyte_run nightly --rows 24")
    picture(view, "run-live-narrow")
    assert view.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    go_on()
    expect(view).to_have_count(0)


def test_a_run_in_the_background_is_cancelled(started, page):
    view = started("run = %flyte_run nightly --rows 3 --background", "run.phase")
    expect(cell(page, 1).locator(".jp-InputPrompt")).to_have_text("[2]:")  # it has ended
    view.get_by_role("button", name="Cancel").click()
    expect(view).to_have_count(0)
    expect(record(page)).to_contain_text("aborted")
    run_cells_from(page, 2)
    expect(cell(page, 2).locator(".jp-OutputArea-output")).to_contain_text("ABORTED")


def test_a_run_that_blocks_its_cell_is_cancelled_too(started, page):
    view = started("%flyte_run nightly --rows 3")
    expect(cell(page, 1).locator(".jp-InputPrompt")).to_have_text("[*]:")
    view.get_by_role("button", name="Cancel").click()
    expect(view).to_have_count(0)
    expect(record(page)).to_contain_text("aborted")
    expect(cell(page, 1)).to_contain_text("KeyboardInterrupt")


def test_stop_ends_a_run_that_blocks_its_cell(started, page):
    view = started("%flyte_run nightly --rows 3", "1 + 1")
    page.get_by_role("button", name="Interrupt the kernel").click()
    expect(view).to_have_count(0)
    expect(record(page)).to_contain_text("aborted")
    expect(cell(page, 1)).to_contain_text("KeyboardInterrupt")
    # Only then has it replied: what a kernel is asked before, it drops with the cell that failed.
    expect(cell(page, 1).locator(".jp-InputPrompt")).to_have_text("[2]:")
    run_cells_from(page, 2)
    expect(cell(page, 2).locator(".jp-OutputArea-output")).to_contain_text("2")


def test_a_page_that_is_loaded_again_shows_the_run_that_goes_on(started, page, save, go_on):
    started("run = %flyte_run nightly --rows 3 --background")
    save()
    page.reload()
    view = page.get_by_role("region", name="Flyte run")
    expect(view.get_by_role("row").filter(has_text="train_model")).to_contain_text("running")
    expect(view.get_by_label("Output of train_model")).to_contain_text("training at 0.1")
    go_on()
    expect(view).to_have_count(0)
    expect(record(page)).to_contain_text("succeeded")
    expect(record(page).get_by_role("img")).to_have_accessible_name(re.compile("nodes"))
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
    picture(cell(page, 1), "run-record-reloaded")
    page.reload()
    expect(record(page)).to_contain_text("succeeded")


def test_a_page_that_was_closed_meanwhile_shows_the_record(started, page, save, go_on, lab):
    started("run = %flyte_run nightly --rows 3 --background")
    name = save().name
    page.goto("about:blank")
    go_on()
    runs = lab.root.parent / "home" / ".flyte" / "flyte-nb" / "runs"
    newest = max(runs.iterdir(), key=lambda path: path.name)
    while '"SUCCEEDED"' not in (newest / "run.json").read_text().partition("phases")[0]:
        time.sleep(0.1)
    page.goto(lab.address(name))
    expect(record(page)).to_contain_text("succeeded")
    expect(record(page).get_by_role("img")).to_have_accessible_name(re.compile("nodes"))


def test_a_notebook_that_is_saved_meanwhile_says_so_without_a_kernel(
    started, page, reopen_without_kernel
):
    started("run = %flyte_run nightly --rows 3 --background")
    stands = page.locator("[data-flyte-nb-run]")
    expect(stands).to_have_count(1)
    expect(stands).to_be_hidden()
    page = reopen_without_kernel()
    expect(stands).to_contain_text("went on when this notebook was saved")
    expect(stands).to_contain_text("%flyte_runs show 2")
    expect(stands).to_be_visible()
    picture(cell(page, 1), "run-live-reopened")


def test_what_stands_for_a_view_goes_away_at_the_end(started, page, go_on):
    view = started("run = %flyte_run nightly --rows 3 --background")
    stands = page.locator("[data-flyte-nb-run]")
    expect(stands).to_have_count(1)
    go_on()
    expect(view).to_have_count(0)
    expect(stands).to_have_count(0)
    picture(cell(page, 1), "run-record-of-a-long-run")


def test_the_stop_button_shows_that_it_was_heard(notebook, page):
    notebook(SLOW_END, "%flyte_run cleans_up", run=False)
    run_cells(page, 2)
    view = page.get_by_role("region", name="Flyte run")
    expect(view.get_by_label("Output")).to_contain_text("working")
    stop = page.get_by_role("button", name="Interrupt the kernel")
    stop.click()
    expect(view).to_contain_text("cancelling…")
    expect(view).to_contain_text("press Stop again")
    expect(view.get_by_role("button", name="Force to end")).to_be_visible()
    picture(view, "run-cancelling")
    stop.click()
    expect(view).to_have_count(0)
    expect(record(page)).to_contain_text("aborted")


def test_a_kernel_that_was_killed_is_noticed(started, page):
    view = started("%flyte_run nightly --rows 3 --background", "import os; os.kill(os.getpid(), 9)")
    run_cells_from(page, 2)
    page.get_by_role("dialog").get_by_role("button", name="Ok").click()
    expect(view).to_contain_text("lost: its kernel ended")
    expect(view.get_by_role("status").first).to_contain_text("%flyte_runs show 2")
    expect(view.get_by_role("button", name="Cancel")).to_be_hidden()
    expect(view.get_by_role("row").filter(has_text="train_model")).to_contain_text("lost")
    shown = view.locator(".flyte-nb-time").all_inner_texts()
    page.wait_for_timeout(2_500)
    assert view.locator(".flyte-nb-time").all_inner_texts() == shown
    picture(view, "run-lost")


def test_a_failure_is_told_once(notebook, page, looks):
    notebook(TASKS + FAILS, "%flyte_run daily --rows 3", run=False)
    run_cells(page, 2)
    expect(record(page)).to_contain_text("failed")
    expect(cell(page, 1)).to_contain_text("Traceback")
    for _, look in looks():
        shown = record(page).evaluate("e => e.innerText")
        assert shown.count("no column called day") == 1, look
        picture(cell(page, 1), f"run-failed-{look}")


@pytest.mark.usefixtures("widgets_are_saved")
def test_the_record_needs_neither_kernel_nor_widget(started, page, go_on, reopen_without_kernel):
    view = started("%flyte_run nightly --rows 3")
    go_on()
    expect(view).to_have_count(0)
    expect(record(page)).to_contain_text("succeeded")
    expect(cell(page, 1).locator(".jp-OutputArea-output")).to_have_count(2)  # and what it printed
    page = reopen_without_kernel()
    expect(record(page)).to_contain_text("succeeded")
    expect(record(page).get_by_role("img")).to_have_accessible_name(re.compile("nodes"))
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
    picture(cell(page, 1), "run-record-reopened")
