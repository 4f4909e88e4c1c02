"""A real JupyterLab on loopback, driven by a real Chromium.

Tests ask for `notebook` (cells in, page out) or `open_notebook` (a file in, page out). A
class or module chooses how it is shown by overriding two fixtures: `theme` ("light" or
"dark") and `viewport`; where it is looked at in several ways, one test asks for `looks`. The
tests of a module share a page; the marker `own_page` gives a test one for itself.
"""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

import nbformat
import pytest
from lab_cells import SCREENSHOTS
from lab_page import LabPage
from lab_server import run_lab
from playwright.sync_api import Error, expect, sync_playwright

RUN_MS = 240_000
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
# Every cell of the notebook is in the document, scrolled to or not.
TRACKER = {"windowingMode": "none"}
NO_KERNELS = {"default": "", "kernelspecs": {}}
WIDE, NARROW = {"width": 1100, "height": 900}, {"width": 480, "height": 900}
HAS_FAILED = pytest.StashKey[bool]()
# Every cell has its number, or one failed and no other waits.
ALL_RAN = """() => {
    const prompts = [...document.querySelectorAll(".jp-Notebook .jp-CodeCell .jp-InputPrompt")]
        .map(prompt => prompt.textContent);
    const failed = document.querySelector('[data-mime-type="application/vnd.jupyter.error"]');
    const ran = prompts.filter(prompt => /[0-9]/.test(prompt)).length;
    return !prompts.some(p => p.includes("*")) && (ran === prompts.length || (failed && ran > 0));
}"""
# A first import of scikit-learn on a busy machine takes longer than the usual five seconds.
expect.set_options(timeout=60_000)


def pytest_configure(config):
    """Name the marker of these tests."""
    config.addinivalue_line("markers", "own_page: loads a page that no other test uses")


def pytest_collection_modifyitems(items):
    """Try a test of these once more, and tell of it: JupyterLab and Chromium have races too."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """Start one JupyterLab for all browser tests, in an empty folder."""
    with run_lab(tmp_path_factory.mktemp("lab")) as lab:
        lab.configure("@jupyterlab/notebook-extension:tracker", TRACKER)
        yield lab


@pytest.fixture(scope="session")
def chromium(user_environ):
    """The path of a browser: what `make test` found, or what is found now."""
    script = Path(__file__).with_name("find_chromium.py")
    found = subprocess.run(
        [sys.executable, script], env=user_environ, capture_output=True, text=True, check=False
    )
    if found.returncode:
        pytest.fail(found.stderr, pytrace=False)
    return found.stdout.strip()


# Not for the session: Playwright keeps an event loop running in this thread until it
# stops, and other suites run their own.
@pytest.fixture(scope="module")
def browser(chromium):
    """One Chromium for a module's tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def theme():
    """JupyterLab's theme, "light" or "dark": override or parametrize it."""
    return "light"


@pytest.fixture
def viewport():
    """The window's size in CSS pixels: override or parametrize it."""
    return WIDE


@pytest.fixture(scope="module")
def lab_page(lab, browser):
    """The page that a module's tests share."""
    shared = LabPage(lab, browser)
    yield shared
    shared.give_up()


@pytest.fixture
def page(lab, lab_page, theme, viewport, request):
    """A page with no notebook of another test; after a test that failed, a new one."""
    is_own = request.node.get_closest_marker("own_page") is not None
    if is_own:
        lab_page.give_up()
    yield lab_page.prepare(theme, viewport)
    if is_own or request.node.stash.get(HAS_FAILED, False):
        lab_page.give_up()
    else:
        lab_page.clear()
    lab.stop_kernels()


@pytest.fixture
def looks(lab_page, page):  # noqa: ARG001 - the page that is looked at
    """Return a function that shows the open notebook in several ways, one after another.

    In a narrow window and in both themes, or in the given pairs of theme and size; it yields
    each theme, and a name for a picture.
    """

    def looks_(*pairs):
        for theme, size in pairs or (("light", NARROW), ("dark", WIDE), ("light", WIDE)):
            lab_page.look(theme, size)
            yield theme, f"{theme}-{size['width']}"

    return looks_


@pytest.fixture
def open_notebook(lab, lab_page, page):
    """Return a function that copies a notebook into the server's folder and opens it.

    It runs all cells, outputs cleared first, and returns the page when the last has ended;
    with ``run=False`` it shows what is stored.
    """

    def open_(path, *, run=True):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells if run else ():
            if cell.cell_type == "code":
                cell.update(outputs=[], execution_count=None)
        name = Path(path).name
        nbformat.write(notebook, lab.root / name)
        lab_page.open(name)
        if run:
            run_all(page)
        return page

    return open_


@pytest.fixture
def notebook(open_notebook, tmp_path, request):
    """Return a function that opens a new notebook of the given cells and runs them all."""

    def open_(*cells, run=True):
        code = [nbformat.v4.new_code_cell(cell) for cell in cells]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        name = re.sub(r"\W+", "-", request.node.name).strip("-")
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=code, metadata=kernel), path)
        return open_notebook(path, run=run)

    return open_


def _is_save(response):
    return response.request.method == "PUT" and "/api/contents/" in response.url


@pytest.fixture
def save(lab, page):
    """Return a function that saves the open notebook and returns the file."""

    def save_():
        # By the menu: a key press would go to the frame of a deck that was clicked last.
        page.get_by_role("menuitem", name="File", exact=True).click()
        with page.expect_response(_is_save):  # the file is whole from then on
            page.locator(".lm-Menu-item").filter(has_text="Save Notebook").first.click()
        page.locator(".jp-mod-dirty").wait_for(state="detached")
        return lab.root / Path(urllib.parse.urlsplit(page.url).path).name

    return save_


@pytest.fixture
def widgets_are_saved(lab):
    """What the settings of JupyterLab can say: the state of widgets is saved with a notebook."""
    plugin = "@jupyter-widgets/jupyterlab-manager:plugin"
    lab.configure(plugin, {"saveState": True})
    yield
    lab.configure(plugin, {})


@pytest.fixture
def reopen_without_kernel(lab, lab_page, page, save):
    """Return a function that saves the open notebook and loads the page with no kernel."""

    def reopen():
        save()
        lab.stop_kernels()
        page.route("**/api/kernelspecs*", lambda route: route.fulfill(json=NO_KERNELS))
        page.reload()
        dialog = page.get_by_role("dialog")  # the toolbar has a button of that name too
        dialog.get_by_role("button", name="No Kernel", exact=True).click()
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        return page

    yield reopen
    lab_page.give_up()  # it believes that there are no kernels


@pytest.fixture
def screenshot(page):
    """Return a function that stores a picture as build/screenshots/NAME.png."""
    return lambda name, **options: _picture(page, name, **options)


def run_all(page):
    """Run every cell of the open notebook and wait until the last has ended."""
    for item in ("Run", "Run All Cells"):
        page.get_by_role("menuitem", name=item, exact=True).click()
    page.wait_for_function(ALL_RAN, timeout=RUN_MS)


def _picture(page, name, **options):
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, **options)
    return path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Show the server's last words and what was on the screen beside a failure."""
    report = yield
    values = getattr(item, "funcargs", {})
    if report.failed or call.when == "setup":
        item.stash[HAS_FAILED] = report.failed
    if report.failed and "lab" in values:
        report.sections.append(("JupyterLab's log", values["lab"].last_words()))
    if report.failed and call.when == "call" and "page" in values:
        name = re.sub(r"\W+", "-", f"failed-{item.name}").strip("-")
        try:
            picture = str(_picture(values["page"], name))
        except Error as error:
            picture = f"none: {error}"
        report.sections.append(("Screenshot", picture))
    return report
