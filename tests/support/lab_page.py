"""A page of JupyterLab that tests share: to load one takes longer than most tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab_server import START_S

if TYPE_CHECKING:
    from lab_server import Lab
    from playwright.sync_api import Browser, Page, ViewportSize

START_MS = START_S * 1000
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
THEME_PLUGIN = "@jupyterlab/apputils-extension:themes"
IS_LOADED = "() => Boolean(window.jupyterapp) && !document.querySelector('.jp-Dialog')"
WEAR = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
WEARS = "theme => document.body.dataset.jpThemeName === theme"
OPEN = """path => {
    window.jupyterapp.commands.execute("docmanager:open", {path, factory: "Notebook"});
}"""
# The notebook is the one in front, and its own kernel has answered.
IS_OPEN = """path => {
    const shown = window.jupyterapp?.shell.currentWidget;
    return shown?.context?.path === path && shown.context.isReady &&
        shown.sessionContext.session?.kernel?.status === "idle" &&
        document.querySelector(".jp-Notebook .jp-Cell") !== null;
}"""
# Without the question whether to save it.
CLOSE = """() => {
    for (const shown of [...window.jupyterapp.shell.widgets("main")]) {
        if (shown.context) shown.context.model.dirty = false;
        shown.close();
    }
}"""


class LabPage:
    """A page that shows one notebook after another, each with a kernel of its own."""

    def __init__(self, lab: Lab, browser: Browser) -> None:
        self._lab = lab
        self._browser = browser
        self._page: Page | None = None
        self._theme = "light"
        self._read: dict[str, object] = {}

    def prepare(self, theme: str, viewport: ViewportSize) -> Page:
        """Return the page, in that theme and of that size once a notebook is opened."""
        if self._page is None:
            context = self._browser.new_context()
            context.set_default_timeout(30_000)
            self._page = context.new_page()
        self._theme = theme
        self._page.set_viewport_size(viewport)
        self._page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        return self._page

    def look(self, theme: str, viewport: ViewportSize) -> None:
        """Show the open notebook in that theme, and of that size."""
        self.prepare(theme, viewport)
        self._wear()

    def open(self, name: str) -> None:
        """Show notebook *name* and nothing else, and wait for its kernel."""
        page = self._page
        assert page is not None
        self._lab.give_kernel(name)
        if self._read == self._lab.settings and page.evaluate(IS_LOADED):
            self._wear()
            page.evaluate(OPEN, name)
        else:
            self._lab.configure(THEME_PLUGIN, {"theme": THEMES[self._theme]})
            page.goto(self._lab.address(name))
            self._read = dict(self._lab.settings)
        page.wait_for_function(IS_OPEN, arg=name, timeout=START_MS)
        self._lab.prepare_kernel()

    def _wear(self) -> None:
        assert self._page is not None
        self._page.evaluate(WEAR, THEMES[self._theme])
        self._page.wait_for_function(WEARS, arg=THEMES[self._theme])

    def clear(self) -> None:
        """Close the notebook, unsaved; a page that shows no JupyterLab is given up."""
        page = self._page
        if page is None:
            return
        if page.evaluate(IS_LOADED):
            page.evaluate(CLOSE)
            page.locator(".jp-Notebook").wait_for(state="detached")
        else:
            self.give_up()

    def give_up(self) -> None:
        """Let the next notebook be opened in a new page: no cookie and no storage of this one."""
        if self._page is not None:
            self._page.context.close()
        self._page, self._read = None, {}
