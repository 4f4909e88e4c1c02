"""A real JupyterLab on loopback, driven by a real Chromium.

Tests ask for `notebook` (cells in, page out) or `open_notebook` (a file in, page out). A
class or module chooses how it is shown by overriding two fixtures: `theme` ("light" or
"dark") and `viewport`.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from clean_environment import BUILD, clean_environment
from playwright.sync_api import Error, expect, sync_playwright

SCREENSHOTS = BUILD / "screenshots"
TOKEN = "loopback"
START_S = 60
RUN_MS = 120_000
LOG_TAIL_LINES = 40
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
# Every cell of the notebook is in the document, scrolled to or not.
TRACKER = {"windowingMode": "none"}
NO_KERNELS = {"default": "", "kernelspecs": {}}
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


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    url: str
    root: Path
    log: Path
    settings: Path

    def address(self, name):
        """Return where notebook *name* opens, alone on the page."""
        return f"{self.url}/doc/tree/{name}?token={TOKEN}&reset"

    def configure(self, plugin, values):
        """Set a plugin's user settings: read when a page is next loaded."""
        extension, name = plugin.rsplit(":", 1)
        path = self.settings / extension / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))

    def request(self, method, path):
        """Call the server's REST interface; return the decoded answer."""
        request = urllib.request.Request(
            f"{self.url}/api/{path}", method=method, headers={"Authorization": f"token {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def stop_kernels(self):
        """Shut down every kernel, as a server does that is restarted."""
        for session in self.request("GET", "sessions"):
            self.request("DELETE", f"sessions/{session['id']}")


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """Start one JupyterLab for all browser tests, in an empty folder."""
    base = tmp_path_factory.mktemp("lab")
    home, root, settings, log = (base / name for name in ("home", "root", "settings", "lab.log"))
    for folder in (home, root, settings):
        folder.mkdir()
    page_config = home / ".jupyter" / "labconfig" / "page_config.json"
    page_config.parent.mkdir(parents=True)
    quiet = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    page_config.write_text(json.dumps(quiet))
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    env = clean_environment(os.environ, home)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
        f"--IdentityProvider.token={TOKEN}",
        f"--LabApp.user_settings_dir={settings}",
        f"--LabApp.workspaces_dir={base / 'workspaces'}",
    ]
    lab = Lab(f"http://127.0.0.1:{port}", root, log, settings)
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, env=env) as server,
    ):
        try:
            _wait_until_it_answers(lab, server)
            yield lab
            lab.stop_kernels()
        finally:
            server.terminate()


def _wait_until_it_answers(lab, server):
    deadline = time.monotonic() + START_S
    while True:
        try:
            lab.request("GET", "status")
        except OSError:
            if time.monotonic() > deadline or server.poll() is not None:
                raise RuntimeError(f"JupyterLab did not start:\n{_tail(lab.log)}") from None
            time.sleep(0.1)
        else:
            return


def _tail(log):
    return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])


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
    return {"width": 1100, "height": 900}


@pytest.fixture
def page(lab, browser, theme, viewport):
    """A page in a context of its own: no cookie and no storage from another test."""
    lab.configure("@jupyterlab/apputils-extension:themes", {"theme": THEMES[theme]})
    lab.configure("@jupyterlab/notebook-extension:tracker", TRACKER)
    context = browser.new_context(viewport=viewport, color_scheme=theme)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()
    lab.stop_kernels()


@pytest.fixture
def open_notebook(lab, page):
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
        page.goto(lab.address(name))
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=START_S * 1000)
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


@pytest.fixture
def save(lab, page):
    """Return a function that saves the open notebook and returns the file."""

    def save_():
        # By the menu: a key press would go to the frame of a deck that was clicked last.
        page.get_by_role("menuitem", name="File", exact=True).click()
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
def reopen_without_kernel(lab, page, save):
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

    return reopen


@pytest.fixture
def screenshot(page):
    """Return a function that stores a picture as build/screenshots/NAME.png."""
    return lambda name, **options: _picture(page, name, **options)


def run_all(page):
    """Run every cell of the open notebook and wait until the last has ended."""
    page.get_by_text("| Idle").wait_for(timeout=START_S * 1000)  # the kernel is up
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
    if report.failed and "lab" in values:
        report.sections.append(("JupyterLab's log", _tail(values["lab"].log)))
    if report.failed and call.when == "call" and "page" in values:
        name = re.sub(r"\W+", "-", f"failed-{item.name}").strip("-")
        try:
            picture = str(_picture(values["page"], name))
        except Error as error:
            picture = f"none: {error}"
        report.sections.append(("Screenshot", picture))
    return report
